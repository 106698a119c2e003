#include "openai/responses_tools.h"

#include <algorithm>
#include <utility>

#include "domain/notes.h"
#include "openai/tools.h"

namespace castor::openai {
namespace {

using gemini::FunctionTool;

// The namespace that clients take a tool without any to be in.
constexpr std::string_view kPlainNamespace = "functions";

struct BuiltIn {
  ToolKind kind;
  std::string_view name;
  std::string_view description;
  std::string_view schema;  // JSON
};

// OpenAI's models know these by heart; Gemini needs them spelled out.
constexpr BuiltIn kBuiltIns[] = {
    {ToolKind::local_shell, kLocalShell, "Runs a command on the user's machine.", R"({
      "type": "object",
      "properties": {
        "command": {"type": "array", "items": {"type": "string"},
                    "description": "The program and its arguments, e.g. [\"bash\", \"-lc\", \"ls\"]"},
        "workdir": {"type": "string", "description": "The directory to run it in"},
        "timeout_ms": {"type": "integer", "description": "Milliseconds after which it is ended"}
      },
      "required": ["command"]})"},
    {ToolKind::shell, kShell, "Runs shell commands on the user's machine, all at once.", R"({
      "type": "object",
      "properties": {
        "commands": {"type": "array", "items": {"type": "string"},
                     "description": "Command lines, each run in a shell of its own"},
        "timeout_ms": {"type": "integer", "description": "Milliseconds after which they are ended"}
      },
      "required": ["commands"]})"},
    {ToolKind::apply_patch, kApplyPatch,
     "Creates, changes or deletes a file. A diff is in the V4A format: lines that begin with "
     "'+', '-' or ' ' behind '@@' and what the place is in; of a new file, all lines begin with "
     "'+'.",
     R"({
      "type": "object",
      "properties": {
        "type": {"type": "string", "enum": ["create_file", "update_file", "delete_file"]},
        "path": {"type": "string"},
        "diff": {"type": "string", "description": "Not of delete_file"}
      },
      "required": ["type", "path"]})"},
};

bool may_be_called_by_model(const json::Field& tool) {
  const json::Field callers = tool["allowed_callers"];
  if (callers.size() == 0) return true;
  for (std::size_t i = 0; i < callers.size(); ++i) {
    if (callers.at(i).string() == "direct") return true;
  }
  return false;
}

}  // namespace

std::string declared_name(std::string_view toolset, std::string_view name) {
  if (toolset.empty() || toolset == kPlainNamespace) return std::string(name);
  return std::string(toolset).append(kToolsetSeparator).append(name);
}

void ResponsesTools::add(const json::Field& tool) {
  const json::Field type_field = tool["type"];
  const std::string_view type = type_field.string();
  if (type == "function" || type == "custom") return add_callable(tool, {});
  if (type == "namespace") return add_namespace(tool);
  if (type == "tool_search") return add_tool_search(tool);
  if (type.starts_with("web_search")) return add_web_search(tool);
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.name != type) continue;
    const json::Field environment = tool["environment"];
    const json::Field place = environment["type"];
    if (place.string_or("local") != "local") return drop(type);
    return add_built_in(built_in.kind);
  }
  constexpr std::string_view kKnown[] = {
      "file_search", "code_interpreter",     "image_generation",         "computer",
      "mcp",         "computer_use_preview", "programmatic_tool_calling"};
  const bool known = std::find(std::begin(kKnown), std::end(kKnown), type) != std::end(kKnown);
  drop(known ? std::string(type) : tool.path());
}

void ResponsesTools::add_callable(const json::Field& tool, std::string_view toolset) {
  if (!may_be_called_by_model(tool)) return drop(tool.path());
  const json::Field type = tool["type"];
  if (type.string() == "custom") {
    return declare(read_custom_tool(tool, call_.notes), ToolKind::custom, toolset);
  }
  if (type.string() != "function") type.fail("must be function or custom here");
  declare(read_function_tool(tool), ToolKind::function, toolset);
}

void ResponsesTools::add_namespace(const json::Field& tool) {
  const json::Field name = tool["name"];
  const json::Field description = tool["description"];
  const json::Field tools = tool["tools"];
  const std::string_view toolset = name.string();
  if (toolset.empty()) name.fail("must not be empty");
  for (std::size_t i = 0; i < tools.size(); ++i) add_callable(tools.at(i), toolset);
  if (description.string_or("").empty() || tools.size() == 0) return;
  json::string text("Tools whose names begin with \"");
  text.append(declared_name(toolset, "")).append("\": ").append(description.string());
  if (toolset != kPlainNamespace) descriptions_.push_back(std::move(text));
}

void ResponsesTools::add_tool_search(const json::Field& tool) {
  const json::Field execution = tool["execution"];
  const json::Field description = tool["description"];
  const json::Field parameters = tool["parameters"];
  if (execution.string_or("server") != "client") return;
  declare({.name = std::string(kToolSearch),
           .description = std::string(description.string_or("Finds further tools and loads them.")),
           .schema = parameters.take()},
          ToolKind::tool_search);
}

void ResponsesTools::add_built_in(ToolKind kind) {
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.kind != kind) continue;
    declare({.name = std::string(built_in.name),
             .description = std::string(built_in.description),
             .schema = json::parse(built_in.schema)},
            kind);
  }
}

void ResponsesTools::add_web_search(const json::Field& tool) {
  if (!config_.google_search) return drop("web_search");
  const json::Field filters = tool["filters"];
  const json::Field location = tool["user_location"];
  if (!filters.empty()) drop("web_search.filters");
  if (!location.empty()) drop("web_search.user_location");
  if (server_tools_.empty()) server_tools_.push_back({"googleSearch", "web_search"});
}

void ResponsesTools::declare(FunctionTool function, ToolKind kind, std::string_view toolset) {
  function.name = declared_name(toolset, function.name);
  const std::string name = function.name;
  const auto [place, is_new] = places_.try_emplace(name, functions_.size());
  if (is_new) {
    functions_.push_back(std::move(function));
  } else {
    functions_[place->second] = std::move(function);
    call_.tool_kinds.erase(name);
    call_.toolsets.erase(name);
  }
  if (kind != ToolKind::function) call_.tool_kinds.emplace(name, kind);
  if (!toolset.empty() && toolset != kPlainNamespace) call_.toolsets.emplace(name, toolset);
}

void ResponsesTools::drop(std::string_view what) {
  add_note(call_.notes, std::string("dropped=").append(what));
}

}  // namespace castor::openai
