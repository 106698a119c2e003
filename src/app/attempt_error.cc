#include "app/attempt_error.h"

#include "gemini/error.h"

namespace castor::app {

UpstreamError error_of(UpstreamFault fault, int status, std::string message) {
  UpstreamError error;
  error.fault = fault;
  error.http_status = status;
  error.message = std::move(message);
  return error;
}

UpstreamError attempt_error(const http::ClientResult& result, std::string_view error_text,
                            bool started) {
  using enum http::Ended;
  switch (result.ended) {
    case no_connection:
      return error_of(UpstreamFault::unreachable, 0, result.error);
    case first_byte_late:
      return error_of(UpstreamFault::timeout, 0, "no answer in time");
    case idle:
      return error_of(started ? UpstreamFault::broken_stream : UpstreamFault::timeout,
                      result.status, "the answer stalled");
    case stopped:
      return error_of(UpstreamFault::broken_stream, result.status, "an event was too long");
    case broken:
      if (result.status == 0) return error_of(UpstreamFault::unreachable, 0, result.error);
      break;
    case complete:
    case client_gone:
      break;
  }
  return gemini::parse_error(result.status, error_text);
}

}  // namespace castor::app
