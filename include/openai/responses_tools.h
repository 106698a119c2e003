#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/config.h"
#include "domain/generate_call.h"
#include "gemini/tools.h"
#include "json/field.h"

namespace castor::openai {

// The tools of a request: those in `tools`, and those that items of its input bring
// (additional_tools, tool_search_output). Where two have one name the last one counts.
//
//   Responses                              Gemini
//   ---------                              ------
//   function, custom                       a function (tools.h)
//     defer_loading                        nothing: nobody here searches for it later
//     allowed_callers without "direct"     not declared, and noted
//   namespace                              its tools, as NAMESPACE__NAME; its description becomes
//                                          system text. "functions" may be left out, and is
//   tool_search run by the client          a function of that name
//     run by the server                    nothing: what it would find is declared
//   local_shell, shell, apply_patch        a function of that name, with the arguments that the
//                                          item has; a shell that is not the client's is noted
//   web_search, web_search_preview         googleSearch, if the operator wants it; else noted
//   file_search, mcp and what is new       noted
//
// GenerateCall learns the kinds and namespaces, for the way back.
class ResponsesTools {
 public:
  // The referents must outlive this.
  ResponsesTools(const TranslationConfig& config, GenerateCall& call)
      : config_(config), call_(call) {}

  // An entry of a list of tools. Throws FieldError.
  void add(const json::Field& tool);

  // What is to be declared, and told of namespaces. Each empties its list.
  std::vector<gemini::FunctionTool> take_functions() { return std::move(functions_); }
  std::vector<json::string> take_descriptions() { return std::move(descriptions_); }
  const std::vector<gemini::ServerTool>& server_tools() const { return server_tools_; }

 private:
  void add_callable(const json::Field& tool, std::string_view toolset);
  void add_namespace(const json::Field& tool);
  void add_tool_search(const json::Field& tool);
  void add_built_in(ToolKind kind);
  void add_web_search(const json::Field& tool);
  void declare(gemini::FunctionTool function, ToolKind kind, std::string_view toolset = {});
  void drop(std::string_view what);

  const TranslationConfig& config_;
  GenerateCall& call_;
  std::vector<gemini::FunctionTool> functions_;
  std::map<std::string, std::size_t, std::less<>> places_;  // of names in functions_
  std::vector<gemini::ServerTool> server_tools_;
  std::vector<json::string> descriptions_;
};

// The name under which a tool is declared: "clock__now" of now in the namespace clock. `toolset`
// may be empty.
std::string declared_name(std::string_view toolset, std::string_view name);

// The names under which the client's built-in tools are declared.
inline constexpr std::string_view kToolSearch = "tool_search";
inline constexpr std::string_view kLocalShell = "local_shell";
inline constexpr std::string_view kShell = "shell";
inline constexpr std::string_view kApplyPatch = "apply_patch";

}  // namespace castor::openai
