#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"

namespace castor::anthropic {

// Writes a reply as the events of a Messages stream (protocol-mapping B.4, D.12):
//
//   message_start  (ping | block)*  message_delta  message_stop
//   block := content_block_start content_block_delta* content_block_stop
//
// Blocks are strictly sequential and their indexes contiguous; none is opened before there is
// something to put into it. A stream that fails ends with an error event and without message_stop.
//
// The thought signature of a call travels in the thinking block directly before its tool_use, that
// of text in a citation of its block (docs/decisions/2026-11-20-text-signatures-in-citations.md).
class StreamWriter : public ReplyHandler {
 public:
  // Appends to `out`, which must outlive the writer; its owner may empty it between calls.
  StreamWriter(std::string& out, ReplyIdentity identity)
      : out_(out), identity_(std::move(identity)) {}
  StreamWriter(const StreamWriter&) = delete;
  StreamWriter& operator=(const StreamWriter&) = delete;

  void open() override;
  void ping() override;
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
  enum class Block { none, text, thinking };

  void start(const json::object& block);
  void delta(std::string_view type, std::string_view member, std::string_view text);
  void begin_delta(std::string_view type, std::string_view member);
  void input(const json::object& input);
  void stop();
  void close();
  void close_text();
  void close_thinking(std::string_view carrier);

  std::string& out_;
  ReplyIdentity identity_;
  Usage usage_;
  Block block_ = Block::none;   // the one that is open
  int index_ = 0;               // of the block that is open, or of the next
  std::string text_signature_;  // of the text block that is open
  std::size_t searches_ = 0;
  bool opened_ = false;
  bool ended_ = false;
  bool wrote_content_ = false;
  bool wrote_tool_use_ = false;
};

}  // namespace castor::anthropic
