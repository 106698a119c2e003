#include "openai/tools.h"

#include <algorithm>

#include "domain/notes.h"
#include "openai/request_fields.h"
#include "util/text.h"

namespace castor::openai {
namespace {

using gemini::FunctionTool;
using gemini::ToolChoice;

constexpr std::size_t kMaxGrammarBytes = 4096;

std::string name_of(const json::Field& tool) {
  const json::Field name = tool["name"];
  if (name.string().empty()) name.fail("must not be empty");
  return std::string(name.string());
}

// For the description: what Gemini cannot be held to.
std::string describe_format(const json::Field& format, std::vector<std::string>& notes) {
  if (format.empty()) return {};
  const json::Field type = format["type"];
  if (type.string() == "text") return {};
  if (type.string() != "grammar") type.fail("must be text or grammar");
  const json::Field grammar = particulars(format, "grammar");
  const json::Field syntax = grammar["syntax"];
  const json::Field definition = grammar["definition"];
  if (definition.string().size() > kMaxGrammarBytes) add_note(notes, "cut=grammar");
  std::string text("Input must match this ");
  return text.append(syntax.string_or("lark"))
      .append(" grammar:\n")
      .append(cut_utf8(definition.string(), kMaxGrammarBytes));
}

bool is_declared(std::string_view name, const std::vector<FunctionTool>& functions) {
  return std::any_of(functions.begin(), functions.end(),
                     [&](const FunctionTool& function) { return function.name == name; });
}

// The tool that a choice names: by its name, or a built-in one by its type. Empty: it is not
// declared, which is noted.
std::string chosen(const json::Field& choice, const std::vector<FunctionTool>& functions,
                   GenerateCall& call) {
  const json::Field type = choice["type"];
  const json::Field details = particulars(choice, type.string());
  const json::Field name = details["name"];
  std::string wanted(name.string_or(type.string()));
  if (is_declared(wanted, functions)) return wanted;
  add_note(call.notes, "dropped=tool_choice");
  return {};
}

ToolChoice::Mode mode_of(const json::Field& mode) {
  const std::string_view word = mode.string();
  if (word == "auto") return ToolChoice::Mode::automatic;
  if (word == "none") return ToolChoice::Mode::none;
  if (word == "required") return ToolChoice::Mode::any;
  mode.fail("must be auto, none or required");
}

ToolChoice read_allowed_tools(const json::Field& allowed, std::vector<FunctionTool>& functions,
                              GenerateCall& call) {
  const json::Field mode = allowed["mode"];
  const json::Field tools = allowed["tools"];
  ToolChoice choice{.mode = mode_of(mode)};
  for (std::size_t i = 0; i < tools.size(); ++i) {
    std::string name = chosen(tools.at(i), functions, call);
    if (!name.empty()) choice.names.push_back(std::move(name));
  }
  const bool filter =
      choice.mode == ToolChoice::Mode::automatic && !call.choice.model.server_tools_with_functions;
  if (filter || choice.names.empty()) {
    std::erase_if(functions, [&](const FunctionTool& function) {
      return std::find(choice.names.begin(), choice.names.end(), function.name) ==
             choice.names.end();
    });
    choice.names.clear();
  }
  return choice;
}

}  // namespace

FunctionTool read_function_tool(const json::Field& tool) {
  const json::Field function = particulars(tool, "function");
  const json::Field description = function["description"];
  const json::Field parameters = function["parameters"];
  const json::Field strict = function["strict"];
  if (!parameters.empty()) parameters.members();  // complains
  return {.name = name_of(function),
          .description = std::string(description.string_or("")),
          .schema = parameters.take(),
          .strict = strict.boolean_or(false)};
}

FunctionTool read_custom_tool(const json::Field& tool, std::vector<std::string>& notes) {
  const json::Field custom = particulars(tool, "custom");
  const json::Field description = custom["description"];
  const json::Field format = custom["format"];
  std::string name = name_of(custom);
  std::string text(description.string_or(""));
  const std::string grammar = describe_format(format, notes);
  if (!text.empty() && !grammar.empty()) text += "\n\n";
  return {.name = std::move(name),
          .description = text + grammar,
          .schema = {{"type", "object"},
                     {"properties", {{"input", {{"type", "string"}}}}},
                     {"required", json::array({"input"})}}};
}

FunctionTool read_custom_tool(const json::Field& tool, GenerateCall& call) {
  FunctionTool function = read_custom_tool(tool, call.notes);
  call.tool_kinds.emplace(function.name, ToolKind::custom);
  return function;
}

ToolChoice read_tool_choice(const json::Field& choice, std::vector<FunctionTool>& functions,
                            GenerateCall& call) {
  if (choice.empty()) return {};
  if (!choice.is_object()) return {.mode = mode_of(choice)};
  const json::Field type = choice["type"];
  if (type.string() == "allowed_tools") {
    return read_allowed_tools(particulars(choice, "allowed_tools"), functions, call);
  }
  std::string name = chosen(choice, functions, call);
  if (name.empty()) return {};
  return {.mode = ToolChoice::Mode::any, .names = {std::move(name)}};
}

}  // namespace castor::openai
