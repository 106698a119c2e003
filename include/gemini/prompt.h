#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gemini/generation.h"
#include "gemini/tools.h"
#include "gemini/turns.h"

namespace castor::gemini {

// A request that its dialect's reader has understood and nobody has fitted to Gemini yet.
struct Prompt {
  std::vector<json::string> system = {};
  std::vector<Turn> turns = {};
  std::vector<FunctionTool> functions = {};
  std::vector<ServerTool> server_tools = {};
  ToolChoice tool_choice = {};
  GenerationWish generation = {};
  std::string_view service_tier = {};  // "flex", "priority"; empty: say nothing
  std::string cached_content = {};     // "cachedContents/…"; empty: none
  json::value safety_settings = {};    // Gemini's array; null: the configured threshold
};

// Fits it: fills call.body (a GenerateContentRequest), tool_names, wrapped_tools and notes; and
// conversation, from the first turn, if the client named none. call.choice and call.notes are
// filled in before; call.body is empty and has the storage of the prompt. Throws ApiError.
void write_body(Prompt prompt, const ReadContext& context, GenerateCall& call);

}  // namespace castor::gemini
