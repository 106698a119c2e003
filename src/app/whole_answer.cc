#include "app/whole_answer.h"

#include <algorithm>

#include "gemini/error.h"
#include "util/clock.h"

namespace castor::app {

WholeAnswer::WholeAnswer(const Worker& worker, std::size_t max_bytes, std::int64_t patience_ms)
    : worker_(worker),
      max_bytes_(max_bytes),
      deadline_ms_(patience_ms > 0 ? steady_ms() + patience_ms : 0) {}

bool WholeAnswer::is_too_late() const { return deadline_ms_ > 0 && steady_ms() >= deadline_ms_; }

bool WholeAnswer::body(int, std::string_view bytes) {
  text_.append(bytes);
  return text_.size() <= max_bytes_ && !is_too_late();
}

std::int64_t WholeAnswer::idle() {
  if (worker_.must_stop_now() || is_too_late()) return -1;
  constexpr std::int64_t kLookAgainMs = 1000;
  return deadline_ms_ > 0 ? std::min(kLookAgainMs, deadline_ms_ - steady_ms() + 1) : kLookAgainMs;
}

std::optional<UpstreamError> WholeAnswer::end_attempt(const http::ClientResult& result) {
  using http::Ended;
  UpstreamError error;
  error.http_status = result.status;
  error.message = result.error;
  switch (result.ended) {
    case Ended::client_gone:
      return std::nullopt;
    case Ended::complete:
      if (result.status == 200) return std::nullopt;
      return gemini::parse_error(result.status, text_);
    case Ended::first_byte_late:
    case Ended::idle:
      error.fault = UpstreamFault::timeout;
      return error;
    case Ended::stopped:
      error.fault = UpstreamFault::bad_reply;
      return error;
    case Ended::no_connection:
    case Ended::broken:
      break;
  }
  error.fault = UpstreamFault::unreachable;
  return error;
}

}  // namespace castor::app
