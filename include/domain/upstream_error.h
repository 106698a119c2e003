#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace castor {

// What went wrong upstream; one word per row of the decision table (protocol-mapping F.2).
enum class UpstreamFault {
  unreachable,       // DNS, connect or TLS failed: no HTTP status
  invalid_key,       // 400 API_KEY_INVALID, expired; 401
  location,          // 400 User location is not supported; 401, 403 of a front end or proxy
  billing,           // 400 FAILED_PRECONDITION: billing, free tier
  bad_signature,     // 400 thought_signature missing or invalid
  bad_schema,        // 400 that names a tool's or the answer's schema
  bad_thinking,      // 400 thinking level or budget not supported
  bad_turns,         // 400 turn order, trailing model turn
  too_long,          // 400 token count exceeds
  bad_request,       // any other 4xx
  no_credit,         // 402
  key_denied,        // 403 leaked, suspended, project denied
  service_disabled,  // 403 SERVICE_DISABLED, API_KEY_*_BLOCKED
  resource_denied,   // 403 or 404 on a cached content or file
  forbidden,         // any other 403
  model_unknown,     // 404
  model_closed,      // 404 that says the model is closed to this key's project
  too_large,         // 413
  daily_quota,       // 429 PerDay
  no_access,         // 429 limit: 0
  rate_limited,      // 429 PerMinute or RetryInfo
  spend_limit,       // 429 spend limit
  exhausted,         // 429 without details
  cancelled,         // 499
  internal,          // 500, and any other 5xx
  overloaded,        // 503
  timeout,           // 504, or no first byte in time
  bad_reply,         // 200 with an empty or malformed answer
  broken_stream,     // 200, then cut before its end
};

// The word for the log: "daily_quota".
const char* name(UpstreamFault fault);

struct UpstreamError {
  UpstreamFault fault = UpstreamFault::internal;
  int http_status = 0;   // of an error in a 200 stream: its code. 0: none came
  std::string status;    // "RESOURCE_EXHAUSTED"
  std::string reason;    // ErrorInfo.reason: "API_KEY_INVALID"; of a bad_reply the finishReason
  std::string quota_id;  // of the violation that decided
  std::string message;   // Google's, scrubbed of keys, at most 2000 bytes
  std::optional<std::int64_t> retry_delay_ms;  // RetryInfo
  // too_long: "N tokens > M maximum"; 0: not said
  std::int64_t tokens = 0;
  std::int64_t token_limit = 0;
};

}  // namespace castor
