#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/exchange.h"
#include "app/upstream.h"
#include "domain/client_calls.h"
#include "domain/generate_call.h"
#include "domain/reply.h"
#include "domain/reply_gate.h"
#include "domain/stop_sequences.h"
#include "gemini/reply_decoder.h"
#include "http/sse.h"

namespace castor::app {

// A reply on its way from libcurl's bytes to the client's, over as many attempts as it takes:
//
//   SseParser -> ReplyDecoder -> ReplyGate -> ClientCalls -> StopSequences -> writer -> Response
//
// A reply that is asked for as a whole (UpstreamConfig::streaming) is one chunk, without the
// parser.
//
// Each delivery runs down the line to `out_`, which is written and flushed in the next pause.
// Nothing is written before the first content, so that attempts stay invisible, unless a client or
// web server would lose patience: then the reply is opened without content, and pings keep it
// alive.
class ReplyStream : public Upstream::Consumer {
 public:
  ReplyStream(Exchange& exchange, const GenerateCall& call);

  void begin_attempt() override;
  bool body(int status, std::string_view bytes) override;
  bool pause() override;
  std::int64_t idle() override;
  std::optional<UpstreamError> end_attempt(const http::ClientResult& result) override;
  bool committed() const override { return gate_.started(); }

  // No attempt gave a reply: tells the client, inside the reply if that has begun.
  void fail(const ApiError& error);

  // An answer that no model is asked for.
  void finish_empty(FinishReason reason);

  // The answer of an earlier request: CachedReply::chunks.
  void replay(std::string_view chunks);

  // From now on keeps the chunks of a reply, up to so many bytes, for cacheable().
  void keep_chunks(std::int64_t max_bytes) { max_kept_ = static_cast<std::size_t>(max_bytes); }
  // The chunks of a whole reply that may be given again: no error, no refusal, not cut.
  std::optional<std::string> cacheable();

  // Writes what is left and puts what is known of the reply into the record.
  void close();

 private:
  bool read(std::string_view bytes);
  void chunk(std::string_view json);
  bool deliver();
  void store_signatures();
  void begin_response();
  std::optional<UpstreamError> judge_reply();

  Exchange& exchange_;
  const GenerateCall& call_;
  std::string out_;
  std::unique_ptr<ReplyHandler> writer_;
  StopSequences stop_sequences_;
  ClientCalls client_calls_;
  ReplyGate gate_;
  // Of the current attempt:
  std::optional<gemini::ReplyDecoder> decoder_;
  std::optional<http::SseParser> parser_;
  std::string whole_;  // of a reply that is no stream, what has come
  std::string kept_chunks_;
  std::string error_text_;  // the body of an answer that is none
  std::size_t max_kept_ = 0;
  // The rhythm of keeping alive, in steady milliseconds:
  const std::int64_t started_ms_;
  std::int64_t last_write_ms_;
  bool second_ping_due_ = false;
  bool failed_ = false;
};

}  // namespace castor::app
