#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/generate_call.h"
#include "gemini/tool_names.h"
#include "json/json.h"

namespace castor::gemini {

// A function the client offers, as its reader found it.
struct FunctionTool {
  std::string name;  // the client's
  std::string description = {};
  json::value schema = {};  // of the arguments, any JSON Schema
  bool strict = false;      // arguments must fit the schema
};

// A tool that Google runs.
struct ServerTool {
  std::string_view gemini;  // "googleSearch", "urlContext"
  std::string_view client;  // the client's word, for the note when it cannot be had: "web_search"
};

struct ToolChoice {
  enum class Mode { automatic, any, none };
  Mode mode = Mode::automatic;
  std::vector<std::string> names = {};  // the client's: no others may be called; empty: all
};

// Writes `tools` and `toolConfig` into body, wrapped_tools and notes into
// call. Of functions with one name the first counts. Server tools that the model cannot have beside
// functions are dropped (A.7). Throws ApiError for more functions than Gemini takes.
void write_tools(std::vector<FunctionTool> functions, const std::vector<ServerTool>& server_tools,
                 const ToolChoice& choice, ToolNames& names, GenerateCall& call);

}  // namespace castor::gemini
