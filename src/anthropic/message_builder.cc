#include "anthropic/message_builder.h"

#include <algorithm>

#include "anthropic/error.h"
#include "anthropic/wire.h"
#include "domain/media_text.h"

namespace castor::anthropic {
namespace {

// mod_deflate, even where it is told not to compress, keeps the first 68 bytes until more comes:
// with less, the client hears nothing and the web server does not notice that it left.
constexpr std::size_t kOpeningBytes = 128;

bool is_text(const json::value& block) { return block.at("type") == "text"; }

}  // namespace

void MessageBuilder::open() {
  if (opened_ || ended_) return;
  opened_ = true;
  out_.append(kOpeningBytes, ' ');
}

void MessageBuilder::ping() {
  if (!ended_) out_ += ' ';
}

void MessageBuilder::text(std::string_view delta) {
  if (delta.empty()) return;
  if (block_ != Block::text) {
    close();
    content_.push_back(text_block());
    block_ = Block::text;
    wrote_content_ = true;
  }
  grow("text", delta);
}

void MessageBuilder::thought(std::string_view delta) {
  if (!identity_.show_thoughts || delta.empty()) return;
  if (block_ != Block::thinking) {
    close();
    content_.push_back(thinking_block());
    block_ = Block::thinking;
  }
  grow("thinking", delta);
}

void MessageBuilder::signature(std::string_view signature) {
  if (!identity_.carry_signatures || block_ != Block::text) return;
  last()["citations"] = json::array{signature_citation(signature, identity_)};
}

void MessageBuilder::function_call(const FunctionCall& call) {
  if (!call.signature.empty()) {
    if (block_ != Block::thinking) {
      close();
      content_.push_back(thinking_block());
    }
    close_thinking(call_carrier(call.signature, identity_));
  }
  close();
  content_.push_back(tool_use_block(call));
  last()["input"] = call.args;
  wrote_content_ = wrote_tool_use_ = true;
}

void MessageBuilder::inline_data(std::string_view mime_type, std::string_view base64) {
  text(media_text(mime_type, base64));
}

void MessageBuilder::grounding(const Grounding& grounding) {
  if (grounding.queries.empty()) return;
  close();
  json::object search = search_block(identity_);
  search["input"] = search_input(grounding);
  insert_before_final_text(std::move(search));
  insert_before_final_text(search_result_block(identity_, grounding));
  searches_ = grounding.queries.size();
}

void MessageBuilder::finish(const Finish& finish) {
  if (ended_) return;
  close();
  if (const auto error = failure(finish, wrote_content_)) return fail(*error);
  json::object message = anthropic::message(identity_);
  message["content"] = std::move(content_);
  message["stop_reason"] = stop_reason(finish, wrote_tool_use_);
  message["stop_sequence"] = stop_sequence(finish);
  message["stop_details"] = stop_details(finish);
  message["usage"] = anthropic::usage(usage_, identity_, searches_);
  out_ += json::serialize(message);
  ended_ = true;
}

void MessageBuilder::fail(const ApiError& error) {
  if (ended_) return;
  out_ += error_body(error, identity_.request_id);
  ended_ = true;
}

void MessageBuilder::grow(std::string_view member, std::string_view delta) {
  last()[member].get_string().append(delta);
}

void MessageBuilder::close() {
  if (block_ == Block::thinking) return close_thinking(empty_carrier());
  block_ = Block::none;
}

void MessageBuilder::close_thinking(std::string_view carrier) {
  last()["signature"] = carrier;
  block_ = Block::none;
}

void MessageBuilder::insert_before_final_text(json::object block) {
  const auto text = std::find_if(content_.rbegin(), content_.rend(), is_text);
  content_.insert(text == content_.rend() ? content_.end() : text.base() - 1, std::move(block));
}

}  // namespace castor::anthropic
