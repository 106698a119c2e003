#include "app/relay_reply.h"

#include <algorithm>

#include "app/attempt_error.h"
#include "app/worker.h"
#include "domain/scrub.h"
#include "gemini/error.h"

namespace castor::app {
namespace {

constexpr std::size_t kMaxErrorBytes = 256 << 10;
// Of a stream that comes faster than the client is written to.
constexpr std::size_t kMaxUnsentBytes = 64 << 10;
// Of an answer that cannot be sent yet: as much as one event may have.
constexpr std::size_t kMaxHeldBytes = http::SseParser::kMaxEventBytes;

bool is_success(int status) { return status >= 200 && status < 300; }

// What of Google's header fields is the client's.
bool is_for_client(std::string_view name) {
  return name == "server-timing" || name == "x-gemini-service-tier" ||
         name == "content-disposition" || name.starts_with("x-goog-upload-");
}

// Behind the last blank line, or 0. `old` bytes were looked at before.
std::size_t end_of_events(std::string_view text, std::size_t old) {
  std::size_t end = 0;
  for (const std::string_view blank : {"\n\n", "\n\r\n", "\r\r"}) {
    const std::size_t from = old - std::min(old, blank.size() - 1);
    const std::size_t at = text.substr(from).rfind(blank);
    if (at != std::string_view::npos) end = std::max(end, from + at + blank.size());
  }
  return end;
}

// Google's error object; streams that are an array have it in one.
bool is_error_body(std::string_view text) {
  try {
    const json::value document = json::parse(text);
    const bool in_array = document.is_array() && !document.get_array().empty();
    return json::find(in_array ? document.get_array().front() : document, "error") != nullptr;
  } catch (const json::ParseError&) {
    return false;
  }
}

// Is it the request, not our keys nor Google, that must change?
bool is_of_client(ErrorKind kind) {
  using enum ErrorKind;
  return kind == bad_request || kind == context_too_long || kind == not_found || kind == too_large;
}

}  // namespace

RelayReply::RelayReply(Exchange& exchange, Framing framing, bool generates)
    : exchange_(exchange),
      framing_(framing),
      generates_(generates),
      gate_(nobody_, /*show_thoughts=*/true) {}

void RelayReply::leased(const Lease& lease) {
  key_id_ = lease.key_id;
  secret_ = lease.secret;
}

void RelayReply::begin_attempt() {
  gate_.begin_attempt();
  decoder_.emplace(gate_);
  chunks_ = 0;
  const auto decode = [this](std::string_view chunk) {
    decoder_->feed(chunk);
    if (!decoder_->error()) ++chunks_;
  };
  events_.emplace(decode);
  array_.emplace(decode, kMaxHeldBytes);
  fields_.clear();
  content_type_.clear();
  status_ = 0;
  error_text_.clear();
  held_.clear();
  complete_ = 0;
  is_whole_ = false;
}

void RelayReply::header(std::string_view name, std::string_view value) {
  if (name == "content-type") content_type_ = value;
  // So that a file that is cut is seen to be.
  if (is_for_client(name) || (framing_ == Framing::bytes && name == "content-length"))
    fields_.emplace_back(name, value);
}

bool RelayReply::body(int status, std::string_view bytes) {
  status_ = status;
  if (!is_success(status)) {
    error_text_.append(
        bytes.substr(0, kMaxErrorBytes - std::min(kMaxErrorBytes, error_text_.size())));
    return true;
  }
  if (!frame(bytes) || held_.size() > kMaxHeldBytes) return false;
  return held_.size() < kMaxUnsentBytes || deliver();
}

// Holds the bytes, and finds out how many are complete.
bool RelayReply::frame(std::string_view bytes) {
  const std::size_t before = held_.size();
  held_.append(bytes);
  switch (framing_) {
    case Framing::whole:
      break;
    case Framing::bytes:
      complete_ = held_.size();
      break;
    case Framing::events:
      if (!events_->feed(bytes)) return false;
      complete_ = std::max(complete_, end_of_events(held_, before));
      break;
    case Framing::array:
      if (!array_->feed(bytes)) return false;
      if (array_->complete() > 0) complete_ = before + array_->complete();
      break;
  }
  if (generates_ && decoder_->error()) hold_back_error();
  return true;
}

// The upstream's error may be hidden by another attempt; and it may name the key.
void RelayReply::hold_back_error() {
  const std::size_t at = held_.find(*decoder_->error());
  if (at == std::string::npos) return;  // an event of several lines
  const std::string_view before = std::string_view(held_).substr(0, at);
  const std::size_t end =
      framing_ == Framing::events ? before.rfind("data:") : before.find_last_of("[}") + 1;
  complete_ = std::min(complete_, end);
}

std::int64_t RelayReply::idle() {
  if (!exchange_.worker.must_stop_now()) return exchange_.worker.process().shutdown_notice_ms();
  fail(ApiError(ErrorKind::overloaded, "the server is restarting; please try again"));
  return -1;
}

std::optional<UpstreamError> RelayReply::end_attempt(const http::ClientResult& result) {
  using enum http::Ended;
  Usage& usage = exchange_.record.attempts.back().usage;
  usage = decoder_->usage();  // also of a stream that nobody waits for any more
  if (failed_ || result.ended == client_gone) return std::nullopt;
  if (result.ended == stopped && exchange_.response.client_gone()) return std::nullopt;
  status_ = result.status;
  const bool came = result.ended == complete || result.ended == broken;
  if (!came || !is_success(result.status)) {
    return attempt_error(result, error_text_, exchange_.response.begun());
  }
  auto error = judge_reply(result);
  usage = decoder_->usage();
  if (error) return error;
  answered_ = true;
  complete_ = held_.size();
  return std::nullopt;
}

std::optional<UpstreamError> RelayReply::judge_reply(const http::ClientResult& result) {
  const auto broken = [&] {
    // Before the first byte it is as good as an empty answer: another attempt can be hidden.
    return error_of(
        exchange_.response.begun() ? UpstreamFault::broken_stream : UpstreamFault::bad_reply, 200,
        "it broke off before its end");
  };
  is_whole_ = result.ended == http::Ended::complete;
  if (!generates_) return is_whole_ ? std::nullopt : std::optional(broken());
  if (framing_ == Framing::events) events_->finish();
  if (framing_ == Framing::whole) decoder_->feed(held_);
  if (const auto& text = decoder_->error()) return gemini::parse_error(200, *text);
  if (!decoder_->finished()) return broken();
  if (framing_ == Framing::array && !array_->closed()) return broken();
  decoder_->end();
  if (const auto& finish = gate_.rejected()) {
    UpstreamError error = error_of(UpstreamFault::bad_reply, 200, finish->message);
    error.reason = finish->name;
    return error;
  }
  return std::nullopt;
}

void RelayReply::fail(const ApiError& error) {
  if (failed_) return;
  failed_ = true;
  if (exchange_.response.begun()) {
    exchange_.note(error);
    held_.resize(std::min(held_.size(), complete_));  // not half an event
    held_ += error_unit(error);
    complete_ = held_.size();
  } else if (gate_.rejected() && is_whole_) {
    answered_ = true;  // twice nothing: then that is Gemini's answer
    complete_ = held_.size();
  } else if (!send_googles_words(error)) {
    exchange_.send_error(error);
  }
}

// An error behind what was sent; nothing where there is no place for one.
std::string RelayReply::error_unit(const ApiError& error) const {
  const std::string_view secret = secret_;
  const std::string body = decoder_ && decoder_->error() ? scrub(*decoder_->error(), {&secret, 1})
                                                         : gemini::error_body(error);
  if (framing_ == Framing::events) return "data: " + body + "\r\n\r\n";
  if (framing_ != Framing::array) return {};
  return (chunks_ > 0 ? ",\r\n" : "") + body + "\n]";
}

// The upstream's own body, where the client's request is at fault, or its own keys. False: there is
// none.
bool RelayReply::send_googles_words(const ApiError& error) {
  const bool is_told = is_of_client(error.kind) || !exchange_.record.own_keys.empty();
  if (!is_told || status_ < 400 || !is_error_body(error_text_)) return false;
  exchange_.note(error);
  const std::string_view secret = secret_;
  http::Headers headers = exchange_.headers(
      content_type_.empty() ? std::string_view("application/json") : content_type_);
  for (auto& field : response_headers(error)) headers.push_back(std::move(field));
  exchange_.response.send(status_, headers, scrub(error_text_, {&secret, 1}));
  return true;
}

bool RelayReply::is_released() const {
  if (answered_ || failed_ || framing_ == Framing::bytes) return true;
  if (framing_ == Framing::whole) return false;
  return !generates_ || gate_.started();
}

bool RelayReply::deliver() {
  http::Response& response = exchange_.response;
  if (!is_released() || complete_ == 0) return !response.client_gone();
  if (!response.begun()) begin_response();
  response.write(std::string_view(held_).substr(0, complete_));
  response.flush();
  held_.erase(0, complete_);
  complete_ = 0;
  return !response.client_gone();
}

void RelayReply::begin_response() {
  exchange_.record.first_byte_ms = exchange_.worker.process().clock.now_ms();
  http::Headers headers = exchange_.headers(
      content_type_.empty() ? std::string_view("application/json") : content_type_);
  for (const auto& field : fields_) headers.push_back(field);
  if (framing_ == Framing::whole) {
    headers.emplace_back("Content-Length", std::to_string(held_.size()));
  } else {
    headers.emplace_back("Cache-Control", "no-cache");
    headers.emplace_back("X-Accel-Buffering", "no");
  }
  exchange_.response.begin(status_, headers);
}

void RelayReply::close() {
  if (answered_ && !exchange_.response.begun()) begin_response();
  deliver();
  if (!generates_) return;
  RequestRecord& record = exchange_.record;
  record.usage = gate_.counts();
  if (decoder_ && decoder_->finish()) record.stop_reason = decoder_->finish()->name;
  if (decoder_ && !decoder_->model_version().empty() && decoder_->model_version() != record.model) {
    record.notes.push_back("model_version=" + decoder_->model_version());
  }
}

}  // namespace castor::app
