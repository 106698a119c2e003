#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/exchange.h"
#include "app/upstream.h"
#include "domain/reply_gate.h"
#include "gemini/reply_decoder.h"
#include "http/sse.h"
#include "json/array_splitter.h"

namespace castor::app {

// How an answer of the upstream reaches a client of its own API.
enum class Framing {
  whole,   // at once, when it is complete
  events,  // server-sent events, one by one
  array,   // the elements of a JSON array, likewise
  bytes,   // as it comes
};

// The upstream's answer on its way to a client that speaks its language: byte for byte. Beside the
// way stands a decoder, which only counts: usage and end, for the log, and whether there is
// content.
//
// Before the first content nothing is sent, so that attempts stay invisible; then events and
// elements go out when they are complete, so that a stream that is cut can end with an error the
// client can read. There are no pings: Google's clients break on comments.
class RelayReply : public Upstream::Consumer {
 public:
  // `generates`: the answer is a generateContent response, or several.
  RelayReply(Exchange& exchange, Framing framing, bool generates);

  void leased(const Lease& lease) override;
  void begin_attempt() override;
  void header(std::string_view name, std::string_view value) override;
  bool body(int status, std::string_view bytes) override;
  bool pause() override { return deliver(); }
  std::int64_t idle() override;
  std::optional<UpstreamError> end_attempt(const http::ClientResult& result) override;
  bool committed() const override { return exchange_.response.begun(); }

  // No attempt gave an answer: tells the client, inside the stream if that has begun. What Google
  // says of the client's own mistakes, it says itself.
  void fail(const ApiError& error);

  // The answer is complete; of Framing::whole nothing was sent yet.
  bool answered() const { return answered_; }
  const std::string& text() const { return held_; }
  std::int64_t key_id() const { return key_id_; }
  // Header fields of the answer that go to the client. Names are in lower case.
  http::Headers& fields() { return fields_; }

  // Sends what is left and puts what is known of the reply into the record.
  void close();

 private:
  // Takes what the decoder says of a reply; the gate alone looks at it.
  class Nobody : public ReplyHandler {
    void usage(const Usage&) override {}
    void text(std::string_view) override {}
    void thought(std::string_view) override {}
    void signature(std::string_view) override {}
    void function_call(const FunctionCall&) override {}
    void inline_data(std::string_view, std::string_view) override {}
    void grounding(const Grounding&) override {}
    void finish(const Finish&) override {}
    void fail(const ApiError&) override {}
  };

  bool frame(std::string_view bytes);
  void hold_back_error();
  std::optional<UpstreamError> judge_reply(const http::ClientResult& result);
  bool is_released() const;
  bool deliver();
  void begin_response();
  bool send_googles_words(const ApiError& error);
  std::string error_unit(const ApiError& error) const;

  Exchange& exchange_;
  const Framing framing_;
  const bool generates_;
  Nobody nobody_;
  ReplyGate gate_;
  // Of the current attempt:
  std::int64_t key_id_ = 0;
  std::string secret_;
  std::optional<gemini::ReplyDecoder> decoder_;
  std::optional<http::SseParser> events_;
  std::optional<json::ArraySplitter> array_;
  int chunks_ = 0;  // that came whole, errors not counted
  http::Headers fields_;
  std::string content_type_;
  int status_ = 0;
  std::string error_text_;    // the body of an answer that is none
  std::string held_;          // bytes that were not sent yet
  std::size_t complete_ = 0;  // so many of them are whole events or elements
  bool is_whole_ = false;     // all of the answer has come, whatever it is worth
  bool answered_ = false;
  bool failed_ = false;
};

}  // namespace castor::app
