#include "domain/upstream_error.h"

namespace castor {

const char* name(UpstreamFault fault) {
  switch (fault) {
    using enum UpstreamFault;
    // clang-format off
    case unreachable: return "unreachable";
    case invalid_key: return "invalid_key";
    case location: return "location";
    case billing: return "billing";
    case bad_signature: return "bad_signature";
    case bad_schema: return "bad_schema";
    case bad_thinking: return "bad_thinking";
    case bad_turns: return "bad_turns";
    case too_long: return "too_long";
    case bad_request: return "bad_request";
    case no_credit: return "no_credit";
    case key_denied: return "key_denied";
    case service_disabled: return "service_disabled";
    case resource_denied: return "resource_denied";
    case forbidden: return "forbidden";
    case model_unknown: return "model_unknown";
    case model_closed: return "model_closed";
    case too_large: return "too_large";
    case daily_quota: return "daily_quota";
    case no_access: return "no_access";
    case rate_limited: return "rate_limited";
    case spend_limit: return "spend_limit";
    case exhausted: return "exhausted";
    case cancelled: return "cancelled";
    case internal: return "internal";
    case overloaded: return "overloaded";
    case timeout: return "timeout";
    case bad_reply: return "bad_reply";
    case broken_stream: return "broken_stream";
      // clang-format on
  }
  return "unknown";
}

}  // namespace castor
