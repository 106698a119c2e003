#include "openai/chat_wire.h"

#include <algorithm>

#include "openai/call_input.h"

namespace castor::openai {

std::string_view finish_reason(const Finish& finish, Called called) {
  if (finish.reason == FinishReason::max_tokens) return "length";
  if (finish.reason == FinishReason::refused) return "content_filter";
  switch (called) {
    case Called::tools:
      return "tool_calls";
    case Called::old_function:
      return "function_call";
    case Called::nothing:
      break;
  }
  return "stop";
}

std::string refusal(const Finish& finish) {
  if (finish.reason != FinishReason::refused) return {};
  return finish.message.empty() ? finish.name : finish.name + ": " + finish.message;
}

Place place_of(ToolKind kind) {
  if (kind == ToolKind::custom) return {"custom", "input"};
  return {"function", "arguments"};
}

json::object tool_call(const FunctionCall& call) {
  const Place place = place_of(call.kind);
  json::object object{{"id", call.client_id}, {"type", place.object}};
  object[place.object] = {{"name", call.name}, {place.member, ""}};
  if (!call.signature.empty()) object["extra_content"] = extra_content(call.signature);
  return object;
}

json::object old_function_call(const FunctionCall& call) {
  return {{"name", call.name}, {"arguments", ""}};
}

std::string what_with(const FunctionCall& call) {
  return call.kind == ToolKind::custom ? custom_input(call.args) : json::serialize(call.args);
}

json::object extra_content(std::string_view signature) {
  return {{"google", {{"thought_signature", signature}}}};
}

json::array annotations(const Grounding& grounding, std::size_t characters) {
  json::array list;
  for (const Source& source : grounding.sources) {
    list.push_back({{"type", "url_citation"},
                    {"url_citation",
                     {{"start_index", 0},
                      {"end_index", characters},
                      {"title", source.title},
                      {"url", source.url}}}});
  }
  return list;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

}  // namespace castor::openai
