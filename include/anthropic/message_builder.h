#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"

namespace castor::anthropic {

// Folds a reply into one Message (protocol-mapping B.3), with the blocks StreamWriter writes. The
// results of a search, which come last in a stream, stand before the final text here: there are
// readers that take the last block for the answer.
class MessageBuilder : public ReplyHandler {
 public:
  // Appends to `out`, which must outlive the builder: pings, then one JSON text.
  MessageBuilder(std::string& out, ReplyIdentity identity)
      : out_(out), identity_(std::move(identity)) {}
  MessageBuilder(const MessageBuilder&) = delete;
  MessageBuilder& operator=(const MessageBuilder&) = delete;

  // White space, which JSON may begin with. A message that is not late needs none.
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

  json::object& last() { return content_.back().get_object(); }
  void grow(std::string_view member, std::string_view delta);
  void close();
  void close_thinking(std::string_view carrier);
  void insert_before_final_text(json::object block);

  std::string& out_;
  ReplyIdentity identity_;
  Usage usage_;
  json::array content_;
  Block block_ = Block::none;  // what the last of content_ is, while it grows
  std::size_t searches_ = 0;
  bool opened_ = false;
  bool ended_ = false;
  bool wrote_content_ = false;
  bool wrote_tool_use_ = false;
};

}  // namespace castor::anthropic
