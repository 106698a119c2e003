#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config.h"
#include "gemini/prompt.h"
#include "json/field.h"

namespace castor::anthropic {

// The tools of a request: those in `tools`, as changed by what the messages say about them.
//
//   Anthropic                           Gemini
//   ---------                           ------
//   custom                              a function; input_examples go into its description
//     strict                            toolConfig mode VALIDATED
//     defer_loading                     declared once a message loads it or has called it
//     allowed_callers without "direct"  not declared: the model may not call it
//   bash, text_editor, memory           a function with the schema that Anthropic's models know
//   computer, *_toolset                 the same, if the operator wants it; else noted
//   web_search, web_fetch               googleSearch, urlContext, if the operator wants it; else
//   noted tool_search_tool_*                  all deferred tools are declared code_execution,
//   advisor, mcp_toolset, and what is new    noted
class Tools {
 public:
  Tools(const TranslationConfig& config, std::vector<std::string>& notes);

  // An entry of `tools`, or the definition in a message. Throws FieldError.
  void add(const json::Field& tool);

  // A message makes a tool available, or takes it away; the last word counts.
  void load(std::string_view name) { changes_.insert_or_assign(std::string(name), true); }
  void withdraw(std::string_view name) { changes_.insert_or_assign(std::string(name), false); }

  // What is to be declared. Empties this.
  std::vector<gemini::FunctionTool> take_functions();
  const std::vector<gemini::ServerTool>& server_tools() const { return server_tools_; }
  // As in GenerateCall.
  const std::map<std::string, std::string, std::less<>>& toolsets() const { return toolsets_; }

 private:
  struct Entry {
    gemini::FunctionTool function;
    bool deferred = false;
  };
  void add_custom(const json::Field& tool);
  void add_implied(const json::Field& tool, std::string_view base, std::string_view version);
  void add_toolset(const json::Field& tool, std::string_view toolset);
  void drop(std::string_view what);

  const TranslationConfig& config_;
  std::vector<std::string>& notes_;
  std::vector<Entry> entries_;
  std::vector<gemini::ServerTool> server_tools_;
  std::map<std::string, std::string, std::less<>> toolsets_;
  std::map<std::string, bool, std::less<>> changes_;
  bool search_by_server_ = false;
};

// The name under which a toolset's member is declared: "computer__left_click".
std::string member_name(std::string_view toolset, std::string_view member);

// `tool_choice`. Gemini has no switch for disable_parallel_tool_use: it becomes call.single_call. A
// tool that is not declared cannot be demanded, and is noted.
gemini::ToolChoice read_tool_choice(const json::Field& choice,
                                    const std::vector<gemini::FunctionTool>& functions,
                                    GenerateCall& call);

}  // namespace castor::anthropic
