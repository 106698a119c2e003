#include "openai/chat_tools.h"

#include "domain/notes.h"
#include "openai/tools.h"

namespace castor::openai {
namespace {

using gemini::ToolChoice;

void read_tool(const json::Field& tool, gemini::Prompt& prompt, GenerateCall& call) {
  const json::Field type = tool["type"];
  if (type.string() == "function") {
    prompt.functions.push_back(read_function_tool(tool));
  } else if (type.string() == "custom") {
    prompt.functions.push_back(read_custom_tool(tool, call));
  } else {
    type.fail("must be function or custom");
  }
}

void read_functions(const json::Field& functions, gemini::Prompt& prompt, GenerateCall& call) {
  for (std::size_t i = 0; i < functions.size(); ++i) {
    gemini::FunctionTool function = read_function_tool(functions.at(i));
    call.tool_kinds.emplace(function.name, ToolKind::old_function);
    call.single_call = true;  // a message has room for one
    prompt.functions.push_back(std::move(function));
  }
}

ToolChoice read_function_call(const json::Field& choice, GenerateCall& call) {
  if (choice.empty()) return {};
  if (choice.is_object()) {
    const json::Field name = choice["name"];
    const auto kind = call.tool_kinds.find(name.string());
    if (kind == call.tool_kinds.end()) {
      add_note(call.notes, "dropped=function_call");
      return {};
    }
    return {.mode = ToolChoice::Mode::any, .names = {kind->first}};
  }
  if (choice.string() == "auto") return {};
  if (choice.string() != "none") choice.fail("must be auto, none or a function's name");
  return {.mode = ToolChoice::Mode::none};
}

void read_web_search(const json::Field& options, const TranslationConfig& config,
                     gemini::Prompt& prompt, GenerateCall& call) {
  constexpr std::string_view kClientName = "web_search_options";
  if (options.empty() && !call.requested_model.ends_with("-search-preview")) return;
  if (!config.google_search) return add_note(call.notes, "dropped=web_search_options");
  for (const char* wish : {"user_location", "search_context_size"}) {
    const json::Field field = options[wish];
    if (!field.empty()) add_note(call.notes, std::string("dropped=web_search_options.") + wish);
  }
  prompt.server_tools.push_back({"googleSearch", kClientName});
}

}  // namespace

void read_chat_tools(const json::Field& root, const TranslationConfig& config,
                     gemini::Prompt& prompt, GenerateCall& call) {
  const json::Field tools = root["tools"];
  const json::Field functions = root["functions"];
  const json::Field tool_choice = root["tool_choice"];
  const json::Field function_call = root["function_call"];
  const json::Field parallel = root["parallel_tool_calls"];
  const json::Field web_search = root["web_search_options"];

  call.single_call = !parallel.boolean_or(true);
  for (std::size_t i = 0; i < tools.size(); ++i) read_tool(tools.at(i), prompt, call);
  read_functions(functions, prompt, call);
  prompt.tool_choice = tool_choice.empty() ? read_function_call(function_call, call)
                                           : read_tool_choice(tool_choice, prompt.functions, call);
  read_web_search(web_search, config, prompt, call);
}

}  // namespace castor::openai
