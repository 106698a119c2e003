#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"
#include "openai/chat_wire.h"

namespace castor::openai {

// Folds a reply into one chat.completion (protocol-mapping C.2). Says nothing before its end: an
// error in a body that began as a success is no error to OpenAI's clients.
class ChatCompletionBuilder : public ReplyHandler {
 public:
  // Appends one JSON text to `out`, which must outlive the builder.
  ChatCompletionBuilder(std::string& out, ReplyIdentity identity)
      : out_(out), identity_(std::move(identity)) {}
  ChatCompletionBuilder(const ChatCompletionBuilder&) = delete;
  ChatCompletionBuilder& operator=(const ChatCompletionBuilder&) = delete;

  void usage(const Usage& usage) override { usage_ = usage; }
  void text(std::string_view delta) override { content_ += delta; }
  void thought(std::string_view delta) override;
  void signature(std::string_view signature) override;
  void function_call(const FunctionCall& call) override;
  void inline_data(std::string_view mime_type, std::string_view base64) override;
  void grounding(const Grounding& grounding) override;
  void finish(const Finish& finish) override;
  void fail(const ApiError& error) override;

 private:
  json::object message(const Finish& finish);

  std::string& out_;
  ReplyIdentity identity_;
  Usage usage_;
  std::string content_;
  std::string reasoning_;
  std::string signature_;  // of the last text, or of function_call
  json::array tool_calls_;
  json::object function_call_;
  json::array annotations_;
  Called called_ = Called::nothing;
  bool ended_ = false;
};

}  // namespace castor::openai
