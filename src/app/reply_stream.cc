#include "app/reply_stream.h"

#include <algorithm>
#include <utility>

#include "app/attempt_error.h"
#include "app/worker.h"
#include "gemini/error.h"
#include "gemini/signature_carrier.h"
#include "gemini/token_count.h"

namespace castor::app {
namespace {

constexpr std::size_t kMaxErrorBytes = 256 << 10;
// Of a reply that comes faster than the client is written to.
constexpr std::size_t kMaxUnsentBytes = 64 << 10;
// The web server may learn only from a second write that the client left (webservers.md 4.6).
constexpr std::int64_t kSecondPingMs = 100;

ReplyIdentity identity(Exchange& exchange, const GenerateCall& call) {
  ReplyIdentity reply;
  reply.id = exchange.worker.process().ids.make(exchange.dialect->reply_id_prefix, 24);
  reply.created_s = exchange.worker.process().clock.now_ms() / 1000;
  reply.model = call.requested_model;
  reply.signature_family = call.choice.model.family;
  reply.include_usage = call.include_usage;
  reply.show_thoughts = call.show_thoughts;
  reply.carry_signatures = call.carry_signatures;
  reply.request_id = exchange.request_id;
  // A guess that stands only until Gemini has counted. Not by the size of the client's body:
  // clients that take an image for a million tokens forget half of their conversation.
  reply.estimated_input_tokens = gemini::estimate_tokens(call.body);
  reply.echo = call.echo;
  reply.encrypted_reasoning = call.encrypted_reasoning;
  reply.compacts = call.compacts;
  if (call.keep) {
    reply.keep = [&exchange, id = reply.id, kept = *call.keep](std::string_view whole) mutable {
      kept.reply = whole;
      exchange.worker.store()->replies.put(id, exchange.record.client_id, kept);
    };
  }
  return reply;
}

std::unique_ptr<ReplyHandler> make_writer(Exchange& exchange, const GenerateCall& call,
                                          std::string& out) {
  const auto make = call.stream ? exchange.dialect->stream_writer : exchange.dialect->reply_builder;
  return make(out, identity(exchange, call));
}

}  // namespace

ReplyStream::ReplyStream(Exchange& exchange, const GenerateCall& call)
    : exchange_(exchange),
      call_(call),
      writer_(make_writer(exchange, call, out_)),
      stop_sequences_(*writer_, call.stop_sequences),
      client_calls_(stop_sequences_, call,
                    [this](std::string_view gemini_id) {
                      return gemini::make_call_id(exchange_.dialect->call_id_prefix,
                                                  exchange_.worker.process().ids.make("", 12),
                                                  gemini_id);
                    }),
      gate_(client_calls_, call.show_thoughts),
      started_ms_(steady_ms()),
      last_write_ms_(started_ms_) {}

void ReplyStream::begin_attempt() {
  gate_.begin_attempt();
  decoder_.emplace(gate_);
  parser_.emplace([this](std::string_view data) { chunk(data); });
  whole_.clear();
  kept_chunks_.clear();
  error_text_.clear();
}

void ReplyStream::chunk(std::string_view json) {
  decoder_->feed(json);
  const bool keeps = max_kept_ > 0 && kept_chunks_.size() <= max_kept_;
  if (keeps) kept_chunks_.append(json).append(1, '\0');
}

void ReplyStream::replay(std::string_view chunks) {
  begin_attempt();
  for (std::size_t end; (end = chunks.find('\0')) != chunks.npos; chunks.remove_prefix(end + 1)) {
    decoder_->feed(chunks.substr(0, end));
    if (out_.size() >= kMaxUnsentBytes && !deliver()) return;
  }
  decoder_->end();
}

std::optional<std::string> ReplyStream::cacheable() {
  const bool is_whole = max_kept_ > 0 && !failed_ && decoder_ && decoder_->started() &&
                        !decoder_->broken() && !stop_sequences_.hit() && gate_.finished() &&
                        gate_.finished()->reason == FinishReason::stop;
  if (!is_whole || kept_chunks_.size() > max_kept_) return std::nullopt;
  return std::move(kept_chunks_);
}

bool ReplyStream::body(int status, std::string_view bytes) {
  if (status != 200) {
    error_text_.append(
        bytes.substr(0, kMaxErrorBytes - std::min(kMaxErrorBytes, error_text_.size())));
    return true;
  }
  if (!read(bytes) || stop_sequences_.hit()) return false;
  return out_.size() < kMaxUnsentBytes || deliver();
}

// False: it is longer than any reply.
bool ReplyStream::read(std::string_view bytes) {
  if (exchange_.worker.process().config.upstream.streaming) return parser_->feed(bytes);
  whole_.append(bytes);
  return whole_.size() <= http::SseParser::kMaxEventBytes;
}

bool ReplyStream::pause() { return deliver(); }

std::int64_t ReplyStream::idle() {
  const Process& process = exchange_.worker.process();
  const StreamConfig& config = process.config.stream;
  const std::int64_t longest_pause_ms = process.shutdown_notice_ms();
  if (exchange_.worker.must_stop_now()) {
    fail(ApiError(ErrorKind::overloaded, "the server is restarting; please try again"));
    return -1;
  }
  const std::int64_t now = steady_ms();
  std::int64_t due;
  if (!exchange_.response.begun()) {
    const bool whole_heartbeat = config.whole_heartbeat && exchange_.dialect->whole_heartbeat;
    if (!call_.stream && !whole_heartbeat) return longest_pause_ms;
    due = started_ms_ + (call_.stream ? config.commit_after_ms : config.whole_commit_after_ms);
  } else {
    due = last_write_ms_ + (second_ping_due_ ? kSecondPingMs : config.ping_every_ms);
  }
  if (now < due) return std::min(due - now, longest_pause_ms);

  writer_->open();
  writer_->ping();
  second_ping_due_ = !second_ping_due_;
  if (!deliver()) return -1;
  return second_ping_due_ ? kSecondPingMs : longest_pause_ms;
}

std::optional<UpstreamError> ReplyStream::end_attempt(const http::ClientResult& result) {
  using enum http::Ended;
  if (auto& attempts = exchange_.record.attempts; !attempts.empty()) {
    attempts.back().usage = decoder_->usage();
  }
  if (failed_ || result.ended == client_gone) return std::nullopt;
  if (result.ended == stopped && (exchange_.response.client_gone() || stop_sequences_.hit())) {
    return std::nullopt;
  }
  // Of a connection that broke off all of the reply may have come.
  const bool came = result.ended == complete || result.ended == broken;
  if (came && result.status == 200) return judge_reply();
  return attempt_error(result, error_text_, gate_.started());
}

std::optional<UpstreamError> ReplyStream::judge_reply() {
  parser_->finish();
  if (!whole_.empty()) chunk(std::exchange(whole_, {}));
  if (const auto& text = decoder_->error()) return gemini::parse_error(200, *text);
  if (!decoder_->finished()) {
    // Without content it is as good as an empty reply: another attempt can be hidden.
    return error_of(gate_.started() ? UpstreamFault::broken_stream : UpstreamFault::bad_reply, 200,
                    "it broke off before its end");
  }
  decoder_->end();
  if (const auto& finish = gate_.rejected()) {
    UpstreamError error =
        error_of(UpstreamFault::bad_reply, 200,
                 finish->message.empty() ? finish->name : finish->name + ": " + finish->message);
    error.reason = finish->name;
    return error;
  }
  return std::nullopt;
}

void ReplyStream::fail(const ApiError& error) {
  if (failed_) return;
  if (gate_.rejected() && gate_.rejected()->reason == FinishReason::stop) {
    gate_.accept_empty();  // twice nothing: then the model has nothing to say
    return;
  }
  failed_ = true;
  const auto is_told_in_stream = exchange_.dialect->is_told_in_stream;
  if (exchange_.response.begun() ||
      (call_.stream && is_told_in_stream && is_told_in_stream(error.kind))) {
    exchange_.note(error);
    gate_.fail(error);
  } else {
    out_.clear();  // the answer is an error with a status of its own
    exchange_.send_error(error);
  }
}

void ReplyStream::finish_empty(FinishReason reason) { writer_->finish(Finish{.reason = reason}); }

void ReplyStream::close() {
  deliver();
  RequestRecord& record = exchange_.record;
  if (record.cache != "hit") record.usage = gate_.counts();  // else nothing was used
  if (stop_sequences_.hit()) {
    record.stop_reason = "stop_sequence";
  } else if (const auto& finish = gate_.finished()) {
    record.stop_reason = finish->name;
    // The writer told the client of an end that is none; so does the log.
    if (const auto error = failure(*finish, gate_.started())) exchange_.note(*error);
  }
}

bool ReplyStream::deliver() {
  http::Response& response = exchange_.response;
  if (out_.empty()) return !response.client_gone();
  // An id must not reach a client before every worker can find its signature.
  store_signatures();
  if (!response.begun()) begin_response();
  response.write(out_);
  response.flush();
  out_.clear();
  last_write_ms_ = steady_ms();
  return !response.client_gone();
}

void ReplyStream::store_signatures() {
  std::vector<SignedCall> calls;
  for (auto& call : client_calls_.take_signatures()) {
    calls.push_back(
        {std::move(call.client_id), {call_.choice.model.family, std::move(call.signature)}});
  }
  if (!calls.empty()) exchange_.worker.store()->signatures.put(calls);
}

void ReplyStream::begin_response() {
  exchange_.drop_body();  // no other model can be asked now
  exchange_.record.first_byte_ms = exchange_.worker.process().clock.now_ms();
  http::Headers headers =
      exchange_.headers(call_.stream ? "text/event-stream" : "application/json");
  if (call_.stream) {
    headers.emplace_back("Cache-Control", "no-cache");
    headers.emplace_back("X-Accel-Buffering", "no");
  }
  exchange_.response.begin(200, headers);
}

}  // namespace castor::app
