#include "openai/chat_completion_builder.h"

#include "domain/media_text.h"
#include "openai/error.h"
#include "openai/usage.h"

namespace castor::openai {

void ChatCompletionBuilder::thought(std::string_view delta) {
  if (identity_.show_thoughts) reasoning_ += delta;
}

void ChatCompletionBuilder::signature(std::string_view signature) {
  if (identity_.carry_signatures && !content_.empty()) signature_ = signature;
}

void ChatCompletionBuilder::function_call(const FunctionCall& call) {
  if (call.kind == ToolKind::old_function) {
    called_ = Called::old_function;
    signature_ = call.signature;  // its own place has none
    function_call_ = old_function_call(call);
    function_call_["arguments"] = what_with(call);
    return;
  }
  called_ = Called::tools;
  const Place place = place_of(call.kind);
  json::object told = tool_call(call);
  told[place.object].get_object()[place.member] = what_with(call);
  tool_calls_.push_back(std::move(told));
}

void ChatCompletionBuilder::inline_data(std::string_view mime_type, std::string_view base64) {
  content_ += media_text(mime_type, base64);
}

void ChatCompletionBuilder::grounding(const Grounding& grounding) {
  annotations_ = annotations(grounding, count_characters(content_));
}

void ChatCompletionBuilder::finish(const Finish& finish) {
  if (ended_) return;
  const bool has_content = !content_.empty() || called_ != Called::nothing;
  if (const auto error = failure(finish, has_content)) return fail(*error);
  json::object choice{{"index", 0}, {"message", message(finish)}};
  choice["logprobs"] = nullptr;
  choice["finish_reason"] = finish_reason(finish, called_);
  const json::object completion{{"id", identity_.id},
                                {"object", "chat.completion"},
                                {"created", identity_.created_s},
                                {"model", identity_.model},
                                {"choices", json::array{std::move(choice)}},
                                {"usage", chat_usage(usage_, identity_)}};
  out_ += json::serialize(completion);
  ended_ = true;
}

void ChatCompletionBuilder::fail(const ApiError& error) {
  if (ended_) return;
  out_ += error_body(error);
  ended_ = true;
}

json::object ChatCompletionBuilder::message(const Finish& finish) {
  json::object message{{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
  const std::string why = refusal(finish);
  if (!content_.empty()) {
    message["content"] = content_;
  } else if (called_ == Called::nothing && !why.empty()) {
    message["refusal"] = why;
  } else if (called_ == Called::nothing) {
    message["content"] = "";  // many a client takes its length
  }
  if (!reasoning_.empty()) message["reasoning_content"] = reasoning_;
  if (!tool_calls_.empty()) message["tool_calls"] = std::move(tool_calls_);
  if (!function_call_.empty()) message["function_call"] = std::move(function_call_);
  if (!annotations_.empty()) message["annotations"] = std::move(annotations_);
  if (!signature_.empty()) message["extra_content"] = extra_content(signature_);
  return message;
}

}  // namespace castor::openai
