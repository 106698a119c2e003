#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace castor {

// How much a model should think; the words are those of thinkingLevel. Ordered.
enum class ThinkingLevel { minimal, low, medium, high, xhigh };

// "low" and its like, in lower case; nullopt for anything else.
std::optional<ThinkingLevel> thinking_level(std::string_view word);

// What a model can do and wants, as far as a translation depends on it. Read from models.json,
// where the members have the same names. The defaults are those of Gemini 3 and later.
struct Model {
  std::string id;                      // the upstream's, without "models/": "gemini-4-hydrogen"
  std::string display_name;            // for the models list
  std::string family;                  // whose thought signatures it reads: "gemini-4"
  std::string released;                // "2026-11-12", for the models list; empty: unknown
  std::string state;                   // "stable", "preview", "alias"; empty: not in models.json
  std::string retires;                 // "2026-12-01": the day Google shuts it down; empty: unknown
  std::string replaced_by;             // the model that is meant from that day on; empty: none
  bool free_tier = true;               // keys without billing may use it
  std::int64_t input_limit = 1048576;  // tokens
  std::int64_t output_limit = 65536;   // tokens, of one streamed request
  bool embeddings = false;             // an embedding model: generates nothing
  bool image_output = false;           // makes pictures: wants responseModalities TEXT and IMAGE
  bool long_decode = false;            // may end with CONTINUATION (protocol-mapping A.12)

  enum class Thinking { none, level, budget };
  Thinking thinking = Thinking::level;
  ThinkingLevel lowest = ThinkingLevel::minimal;  // level models: nothing below is accepted
  ThinkingLevel highest = ThinkingLevel::high;
  std::int64_t budget_min = 0, budget_max = 24576;  // budget models: tokens
  std::optional<std::int64_t> budget_off;           // the budget that means off or nearest to it

  bool sampling = true;                     // temperature, topP, topK may be sent
  bool penalties = true;                    // presencePenalty, frequencyPenalty may be sent
  bool prefill = true;                      // a trailing model content is accepted
  bool signatures = true;                   // thought signatures are demanded on function calls
  bool call_ids = true;                     // functionCall.id and functionResponse.id exist
  bool result_media = true;                 // functionResponse.parts exists
  bool json_with_tools = true;              // structured output beside function tools
  bool server_tools_with_functions = true;  // googleSearch beside function tools
  bool json_schema = true;  // parametersJsonSchema; else `parameters` where the subset has words
};

}  // namespace castor
