#include "domain/client_calls.h"

#include <algorithm>

namespace castor {

void ClientCalls::function_call(const FunctionCall& call) {
  if (called_ && call_.single_call) return;
  called_ = true;
  const std::string id = make_id_(call.id);
  if (!call.signature.empty()) signatures_.push_back({id, std::string(call.signature)});
  const Tool tool = client_tool(call.name);
  next_.function_call({.id = call.id,
                       .client_id = id,
                       .name = tool.name,
                       .args = arguments(call),
                       .signature = call.signature,
                       .toolset = tool.toolset,
                       .kind = tool.kind});
}

// A member of a toolset was declared as "computer__left_click".
ClientCalls::Tool ClientCalls::client_tool(std::string_view gemini_name) const {
  const auto changed = call_.tool_names.find(gemini_name);
  const std::string_view name =
      changed == call_.tool_names.end() ? gemini_name : std::string_view(changed->second);
  Tool tool{.name = name};
  if (const auto kind = call_.tool_kinds.find(name); kind != call_.tool_kinds.end()) {
    tool.kind = kind->second;
  }
  if (const auto member = call_.toolsets.find(name); member != call_.toolsets.end()) {
    tool.toolset = member->second;
    tool.name.remove_prefix(tool.toolset.size() + kToolsetSeparator.size());
  }
  return tool;
}

// A tool whose schema is no object schema was declared with that schema as its only member,
// "value". Arguments are an object in every dialect: any other value stays wrapped.
const json::object& ClientCalls::arguments(const FunctionCall& call) const {
  const auto& wrapped = call_.wrapped_tools;
  if (std::find(wrapped.begin(), wrapped.end(), call.name) == wrapped.end()) return call.args;
  const json::object* value =
      call.args.size() == 1 ? json::find_object(call.args, "value") : nullptr;
  return value ? *value : call.args;
}

}  // namespace castor
