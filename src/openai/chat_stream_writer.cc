#include "openai/chat_stream_writer.h"

#include "domain/media_text.h"
#include "json/append.h"
#include "openai/error.h"
#include "openai/usage.h"
#include "util/text.h"

namespace castor::openai {
namespace {

constexpr std::size_t kArgumentsDeltaBytes = 8 * 1024;

// The chunk of all chunks, up to its choices. Chunks are put together as text.
std::string head_of(const ReplyIdentity& identity) {
  const json::object head{{"id", identity.id},
                          {"object", "chat.completion.chunk"},
                          {"created", identity.created_s},
                          {"model", identity.model}};
  std::string text = "data: " + json::serialize(head);
  text.back() = ',';
  return text;
}

}  // namespace

ChatStreamWriter::ChatStreamWriter(std::string& out, ReplyIdentity identity)
    : out_(out), identity_(std::move(identity)), head_(head_of(identity_)) {}

void ChatStreamWriter::open() {
  if (opened_) return;
  opened_ = true;
  begin_delta();
  out_ += R"("role":"assistant","content":"")";
  end_delta();
}

void ChatStreamWriter::ping() {
  if (opened_ && !ended_) out_ += ": ping\n\n";
}

void ChatStreamWriter::text(std::string_view text) {
  if (text.empty()) return;
  wrote_content_ = true;
  characters_ += count_characters(text);
  text_delta("content", text);
}

void ChatStreamWriter::thought(std::string_view text) {
  open();
  if (identity_.show_thoughts && !text.empty()) text_delta("reasoning_content", text);
}

// Told at the end: clients that put the deltas together would join two signatures to one.
void ChatStreamWriter::signature(std::string_view signature) {
  if (identity_.carry_signatures && characters_ > 0) signature_ = signature;
}

void ChatStreamWriter::function_call(const FunctionCall& call) {
  wrote_content_ = true;
  const std::string text = what_with(call);
  std::string before, after = "}";
  if (call.kind == ToolKind::old_function) {
    called_ = Called::old_function;
    signature_ = call.signature;  // its own place has none
    delta("function_call", old_function_call(call));
    before = R"("function_call":{"arguments":)";
  } else {
    called_ = Called::tools;
    json::object first{{"index", calls_}};
    for (auto& [key, value] : tool_call(call)) first[key] = std::move(value);
    delta("tool_calls", json::array{std::move(first)});
    const Place place = place_of(call.kind);
    before = R"("tool_calls":[{"index":)" + std::to_string(calls_++);
    before.append(",\"").append(place.object).append("\":{\"").append(place.member).append("\":");
    after = "}}]";
  }
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = cut_utf8(rest, kArgumentsDeltaBytes);
    begin_delta();
    out_ += before;
    json::append_string(out_, piece);
    out_ += after;
    end_delta();
    rest.remove_prefix(piece.size());
  }
}

void ChatStreamWriter::inline_data(std::string_view mime_type, std::string_view base64) {
  text(media_text(mime_type, base64));
}

void ChatStreamWriter::grounding(const Grounding& grounding) {
  if (!grounding.sources.empty()) delta("annotations", annotations(grounding, characters_));
}

void ChatStreamWriter::finish(const Finish& finish) {
  if (ended_) return;
  if (const auto error = failure(finish, wrote_content_)) return fail(*error);
  open();
  const std::string why = refusal(finish);
  if (!why.empty() && !wrote_content_) text_delta("refusal", why);
  if (!signature_.empty()) delta("extra_content", extra_content(signature_));
  out_ += head_;
  out_ += R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":)";
  json::append_string(out_, finish_reason(finish, called_));
  out_ += identity_.include_usage ? "}],\"usage\":null}\n\n" : "}]}\n\n";
  if (identity_.include_usage) {
    out_ += head_;
    out_ += R"("choices":[],"usage":)";
    json::append_object(out_, chat_usage(usage_, identity_));
    out_ += "}\n\n";
  }
  out_ += "data: [DONE]\n\n";
  ended_ = true;
}

void ChatStreamWriter::fail(const ApiError& error) {
  if (ended_) return;
  out_.append("data: ").append(error_body(error)).append("\n\n");
  ended_ = true;
}

void ChatStreamWriter::begin_delta() {
  open();
  out_ += head_;
  out_ += R"("choices":[{"index":0,"delta":{)";
}

void ChatStreamWriter::end_delta() {
  out_ += R"(},"logprobs":null,"finish_reason":null}])";
  out_ += identity_.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
}

void ChatStreamWriter::text_delta(std::string_view member, std::string_view text) {
  begin_delta();
  out_.append("\"").append(member).append("\":");
  json::append_string(out_, text);
  end_delta();
}

void ChatStreamWriter::delta(std::string_view member, const json::value& value) {
  begin_delta();
  out_.append("\"").append(member).append("\":");
  json::append_value(out_, value);
  end_delta();
}

}  // namespace castor::openai
