#include "gemini/tools.h"

#include <algorithm>
#include <set>

#include "domain/error.h"
#include "domain/notes.h"
#include "gemini/schema.h"

namespace castor::gemini {
namespace {

constexpr std::size_t kMostFunctions = 512;

json::object declaration(FunctionTool& function, const std::string& name, GenerateCall& call) {
  const Model& model = call.choice.model;
  const json::storage_ptr& storage = call.body.storage();
  const SchemaTarget target = model.json_schema ? SchemaTarget::json_schema : SchemaTarget::openapi;
  ConvertedSchema converted = convert_tool_schema(function.schema, target, storage);
  if (converted.wrapped) call.wrapped_tools.push_back(name);

  json::object declared(storage);
  declared.emplace("name", name);
  declared.emplace("description", function.description);
  if (converted.target == SchemaTarget::json_schema) {
    declared.emplace("parametersJsonSchema", std::move(converted.schema));
  } else if (!converted.schema.empty()) {
    declared.emplace("parameters", std::move(converted.schema));
  }
  return declared;
}

ApiError too_many_functions() {
  ApiError error(ErrorKind::bad_request,
                 "tools: at most " + std::to_string(kMostFunctions) + " tools can be declared");
  error.param = "tools";
  return error;
}

// The functions, each name once. Empty if there are none.
json::array declarations(std::vector<FunctionTool>& functions, ToolNames& names,
                         GenerateCall& call) {
  json::array list(call.body.storage());
  std::set<std::string> declared;
  for (FunctionTool& function : functions) {
    const std::string& name = names.to_gemini(function.name);
    if (!declared.insert(name).second) {
      add_note(call.notes, "dropped=duplicate_tool");
      continue;
    }
    if (declared.size() > kMostFunctions) throw too_many_functions();
    list.emplace_back(declaration(function, name, call));
  }
  return list;
}

// Null: nothing to say, which means AUTO.
const char* calling_mode(const ToolChoice& choice, bool strict, bool beside_server_tools) {
  switch (choice.mode) {
    case ToolChoice::Mode::none:
      return "NONE";
    case ToolChoice::Mode::any:
      return "ANY";
    case ToolChoice::Mode::automatic:
      break;
  }
  // Text, or a call that fits its schema. AUTO knows no list of allowed names.
  return strict || beside_server_tools || !choice.names.empty() ? "VALIDATED" : nullptr;
}

}  // namespace

void write_tools(std::vector<FunctionTool> functions, const std::vector<ServerTool>& server_tools,
                 const ToolChoice& choice, ToolNames& names, GenerateCall& call) {
  const json::storage_ptr& storage = call.body.storage();
  const auto tool = [&](json::array& tools) -> json::object& {
    return tools.emplace_back(json::object(storage)).get_object();
  };
  json::array tools(storage);
  json::array declared = declarations(functions, names, call);
  const bool has_functions = !declared.empty();
  if (has_functions) tool(tools).emplace("functionDeclarations", std::move(declared));

  bool has_server_tools = false;
  for (const ServerTool& wanted : server_tools) {
    // With NONE the built-in tools would still run.
    if (choice.mode == ToolChoice::Mode::none) break;
    if (has_functions && !call.choice.model.server_tools_with_functions) {
      add_note(call.notes, std::string("dropped=").append(wanted.client));
      continue;
    }
    tool(tools)[wanted.gemini].emplace_object();
    has_server_tools = true;
  }
  if (!tools.empty()) call.body.emplace("tools", std::move(tools));
  if (!has_functions) return;

  const bool strict = std::any_of(functions.begin(), functions.end(),
                                  [](const FunctionTool& function) { return function.strict; });
  json::object config(storage);
  if (const char* mode = calling_mode(choice, strict, has_server_tools)) {
    json::object& calling = config["functionCallingConfig"].emplace_object();
    calling.emplace("mode", mode);
    if (!choice.names.empty() && choice.mode != ToolChoice::Mode::none) {
      json::array& allowed = calling["allowedFunctionNames"].emplace_array();
      for (const std::string& name : choice.names) allowed.emplace_back(names.to_gemini(name));
    }
  }
  if (has_server_tools) config.emplace("includeServerSideToolInvocations", true);
  if (!config.empty()) call.body.emplace("toolConfig", std::move(config));
}

}  // namespace castor::gemini
