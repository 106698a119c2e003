#include "domain/client_calls.h"

#include <algorithm>

namespace castor {

void ClientCalls::function_call(const FunctionCall& call) {
  if (called_ && call_.single_call) return;
  called_ = true;
  const std::string id = make_id_(call.id);
  if (!call.signature.empty()) signatures_.push_back({id, std::string(call.signature)});
  const auto name = call_.tool_names.find(call.name);
  next_.function_call({.id = call.id,
                       .client_id = id,
                       .name = name == call_.tool_names.end() ? call.name : name->second,
                       .args = arguments(call),
                       .signature = call.signature});
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
