#pragma once

#include <cstdint>

#include "app/api.h"
#include "domain/client_limits.h"
#include "http/response.h"

namespace castor::app {

// What is left of a client's limits, in the fields that the SDKs of an API read:
//
//   Anthropic  anthropic-ratelimit-requests-limit, -remaining, -reset; the same of tokens; a reset
//              is a time (RFC 3339)
//   OpenAI     x-ratelimit-limit-requests, -remaining-requests, -reset-requests; the same of tokens;
//              a reset is a duration, "6m0s"
//   Gemini     none: its SDKs read RetryInfo in the body of an error
http::Headers rate_limit_headers(Api api, const Allowance& left, std::int64_t now_ms);

}  // namespace castor::app
