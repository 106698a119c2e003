#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"

namespace castor::openai {

// Folds a reply into one object of the Responses API (protocol-mapping C.4):
//
//   the reply                  output items
//   ---------                  ------------
//   thought                    reasoning, with one part of summary
//   signature of a call        reasoning directly before the call, in encrypted_content
//   signature of text          reasoning directly after the message, likewise
//   text                       message
//   function call              as its tool was declared (responses_wire.h)
//   image                      image_generation_call; other media: text
//   grounding                  annotations of the message, and web_search_call
//   all of it, if it compacts  compaction
//
// A reply that fails becomes a response that failed. ResponsesStreamWriter tells the same as it
// grows, by overriding what does nothing here.
class ResponseBuilder : public ReplyHandler {
 public:
  // Appends one JSON text to `out`, which must outlive the builder.
  ResponseBuilder(std::string& out, ReplyIdentity identity)
      : out_(out), identity_(std::move(identity)) {}
  ResponseBuilder(const ResponseBuilder&) = delete;
  ResponseBuilder& operator=(const ResponseBuilder&) = delete;

  void usage(const Usage& usage) override { usage_ = usage; }
  void text(std::string_view delta) override;
  void thought(std::string_view delta) override;
  void signature(std::string_view signature) override;
  void function_call(const FunctionCall& call) override;
  void inline_data(std::string_view mime_type, std::string_view base64) override;
  void grounding(const Grounding& grounding) override;
  void finish(const Finish& finish) override;
  void fail(const ApiError& error) override;

 protected:
  // What the last item of the output is, while it grows.
  enum class Item { none, message, reasoning };

  // The response grows: the last item was added, or its part; it got more text, all its arguments,
  // an annotation; its part, or itself, is complete. open() was called before the first.
  virtual void item_added(const json::object&) {}
  virtual void part_added(const json::object&) {}
  virtual void part_grew(std::string_view) {}
  virtual void arguments_came(const json::object&) {}
  virtual void annotation_added(const json::object&, std::size_t) {}
  virtual void item_advanced(std::string_view) {}  // to a state with an event of its own
  virtual void part_done(const json::object&) {}
  virtual void item_done(const json::object&) {}
  // And its end: "completed", "incomplete" or "failed", and the whole.
  virtual void ended(std::string_view status, std::string_view response);

  // The response as it is, as JSON text. Usage is told of one that has ended.
  std::string response(std::string_view status) const;

  Item growing() const { return growing_; }
  const json::object& last() const { return output_.back().get_object(); }
  std::size_t last_index() const { return output_.size() - 1; }
  bool has_ended() const { return ended_; }

  std::string& out_;
  const ReplyIdentity identity_;

 private:
  std::string id(std::string_view prefix) const;
  json::object& growing_part();
  void begin(Item kind, json::object item, const char* parts, json::object part);
  void grow(std::string_view delta);
  void append(json::object item);
  void add_reasoning(std::string_view carrier);
  void close(std::string_view status = "completed");
  void close_message(std::string_view status);
  void close_reasoning(std::string_view carrier);
  void add_compaction();
  void end(std::string_view status);

  Usage usage_;
  json::array output_;
  Item growing_ = Item::none;
  std::string text_signature_;  // of the message that grows
  std::string summary_;         // of the conversation, if this compacts it
  json::value error_, incomplete_details_;
  bool wrote_content_ = false;
  bool ended_ = false;
};

}  // namespace castor::openai
