#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/generate_call.h"
#include "gemini/thinking.h"
#include "json/json.h"

namespace castor::gemini {

// How a client wants the answer to be made, in any dialect's request.
struct GenerationWish {
  std::optional<std::int64_t> max_tokens = {};
  std::optional<double> temperature = {}, top_p = {}, presence_penalty = {}, frequency_penalty = {};
  std::optional<std::int64_t> top_k = {}, seed = {};
  bool json = false;                       // the answer is JSON,
  std::optional<json::value> schema = {};  // of this schema
  ThinkingWish thinking = {};
};

// Writes `generationConfig` as far as the model accepts the wishes, and notes what it does not. The
// tools are in call.body already: a model that cannot answer in JSON beside functions is asked for
// it in words (C10).
void write_generation(GenerationWish wish, const TranslationConfig& config, GenerateCall& call);

// Writes `safetySettings`: one threshold for the four categories; "default": none.
void write_safety(std::string_view threshold, json::object& body);

// Adds a part to `systemInstruction`.
void add_system_text(json::string text, json::object& body);

}  // namespace castor::gemini
