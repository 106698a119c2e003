#pragma once

#include <string>
#include <string_view>

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"
#include "openai/chat_wire.h"

namespace castor::openai {

// Writes a reply as the chunks of a Chat Completions stream (protocol-mapping C.2, D.12):
//
//   role  (content | reasoning_content | tool call)*  finish_reason  (usage)  [DONE]
//
// each an unnamed event. Every call has an index of its own (R5). With include_usage every chunk
// has "usage":null, and the one before [DONE] has the counts and no choice. A stream that fails
// ends with {"error":…} and without [DONE] (R10).
class ChatStreamWriter : public ReplyHandler {
 public:
  // Appends to `out`, which must outlive the writer; its owner may empty it between calls.
  ChatStreamWriter(std::string& out, ReplyIdentity identity);
  ChatStreamWriter(const ChatStreamWriter&) = delete;
  ChatStreamWriter& operator=(const ChatStreamWriter&) = delete;

  void open() override;
  void ping() override;  // a comment
  void usage(const Usage& usage) override { usage_ = usage; }
  void text(std::string_view delta) override;
  void thought(std::string_view delta) override;
  void signature(std::string_view signature) override;
  void function_call(const FunctionCall& call) override;
  void inline_data(std::string_view mime_type, std::string_view base64) override;
  void grounding(const Grounding& grounding) override;
  void finish(const Finish& finish) override;
  void fail(const ApiError& error) override;

 private:
  void begin_delta();
  void end_delta();
  void text_delta(std::string_view member, std::string_view text);
  void delta(std::string_view member, const json::value& value);

  std::string& out_;
  ReplyIdentity identity_;
  std::string head_;  // what every chunk begins with, up to its choices
  Usage usage_;
  std::string signature_;       // of the last text, or of function_call
  std::size_t characters_ = 0;  // of content
  int calls_ = 0;
  Called called_ = Called::nothing;
  bool opened_ = false;
  bool ended_ = false;
  bool wrote_content_ = false;
};

}  // namespace castor::openai
