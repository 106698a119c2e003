#include "anthropic/stream_writer.h"

#include "anthropic/error.h"
#include "anthropic/wire.h"
#include "domain/media_text.h"
#include "http/sse.h"
#include "json/append.h"
#include "util/text.h"

namespace castor::anthropic {
namespace {

constexpr std::size_t kInputDeltaBytes = 8 * 1024;

}  // namespace

void StreamWriter::open() {
  if (opened_) return;
  opened_ = true;
  // Output is counted in message_delta: some clients add the two up.
  Usage input = usage_;
  input.candidates = input.thoughts = 0;
  json::object message = anthropic::message(identity_);
  message["usage"] = anthropic::usage(input, identity_);
  http::append_event(
      out_, "message_start",
      json::serialize(json::object{{"type", "message_start"}, {"message", std::move(message)}}));
}

void StreamWriter::ping() {
  if (opened_ && !ended_) http::append_event(out_, "ping", R"({"type":"ping"})");
}

void StreamWriter::text(std::string_view text) {
  if (text.empty()) return;
  if (block_ != Block::text) {
    close();
    start(text_block());
    block_ = Block::text;
    wrote_content_ = true;
  }
  delta("text_delta", "text", text);
}

void StreamWriter::thought(std::string_view text) {
  open();
  if (!identity_.show_thoughts || text.empty()) return;
  if (block_ != Block::thinking) {
    close();
    start(thinking_block());
    block_ = Block::thinking;
  }
  delta("thinking_delta", "thinking", text);
}

void StreamWriter::signature(std::string_view signature) {
  // Without text there is nothing to bring it back on, nor need to: Gemini checks those of calls.
  if (identity_.carry_signatures && block_ == Block::text) text_signature_ = signature;
}

void StreamWriter::function_call(const FunctionCall& call) {
  if (!call.signature.empty()) {
    if (block_ != Block::thinking) {
      close();
      start(thinking_block());
    }
    close_thinking(call_carrier(call.signature, identity_));
  }
  close();
  start(tool_use_block(call));
  input(call.args);
  stop();
  wrote_content_ = wrote_tool_use_ = true;
}

void StreamWriter::inline_data(std::string_view mime_type, std::string_view base64) {
  text(media_text(mime_type, base64));
}

void StreamWriter::grounding(const Grounding& grounding) {
  if (grounding.queries.empty()) return;  // pages the client named are no search
  close();
  start(search_block(identity_));
  input(search_input(grounding));
  stop();
  start(search_result_block(identity_, grounding));
  stop();
  searches_ = grounding.queries.size();
}

void StreamWriter::finish(const Finish& finish) {
  if (ended_) return;
  if (const auto error = failure(finish, wrote_content_)) return fail(*error);
  open();
  close();
  const json::object event{{"type", "message_delta"},
                           {"delta",
                            {{"stop_reason", stop_reason(finish, wrote_tool_use_)},
                             {"stop_sequence", stop_sequence(finish)},
                             {"stop_details", stop_details(finish)}}},
                           {"usage", anthropic::usage(usage_, identity_, searches_)}};
  http::append_event(out_, "message_delta", json::serialize(event));
  http::append_event(out_, "message_stop", R"({"type":"message_stop"})");
  ended_ = true;
}

void StreamWriter::fail(const ApiError& error) {
  if (ended_) return;
  http::append_event(out_, "error", error_body(error, identity_.request_id));
  ended_ = true;
}

void StreamWriter::start(const json::object& block) {
  open();
  out_ += "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":";
  json::append_integer(out_, index_);
  out_ += ",\"content_block\":";
  json::append_value(out_, block);
  out_ += "}\n\n";
}

// The events there are most of are put together as text.
void StreamWriter::delta(std::string_view type, std::string_view member, std::string_view text) {
  begin_delta(type, member);
  json::append_string(out_, text);
  out_ += "}}\n\n";
}

void StreamWriter::begin_delta(std::string_view type, std::string_view member) {
  out_ += "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
  json::append_integer(out_, index_);
  out_.append(",\"delta\":{\"type\":\"").append(type).append("\",\"").append(member).append("\":");
}

void StreamWriter::input(const json::object& input) {
  const std::string text = json::serialize(input);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = cut_utf8(rest, kInputDeltaBytes);
    delta("input_json_delta", "partial_json", piece);
    rest.remove_prefix(piece.size());
  }
}

void StreamWriter::stop() {
  out_ += "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":";
  json::append_integer(out_, index_++);
  out_ += "}\n\n";
  block_ = Block::none;
}

void StreamWriter::close() {
  if (block_ == Block::thinking) return close_thinking(empty_carrier());
  if (block_ == Block::text) return close_text();
}

void StreamWriter::close_text() {
  if (!text_signature_.empty()) {
    const json::object citation = signature_citation(std::exchange(text_signature_, {}), identity_);
    begin_delta("citations_delta", "citation");
    json::append_value(out_, citation);
    out_ += "}}\n\n";
  }
  stop();
}

// A thinking block has exactly one signature, and that comes last.
void StreamWriter::close_thinking(std::string_view carrier) {
  delta("signature_delta", "signature", carrier);
  stop();
}

}  // namespace castor::anthropic
