#pragma once

#include <string>
#include <string_view>

#include "domain/error.h"
#include "domain/upstream_error.h"

namespace castor::gemini {

// What Google meant by an answer that is no success: which fault, and what its error body says of
// it (protocol-mapping A.13).
//
//   Google                                      UpstreamError
//   ------                                      -------------
//   HTTP status                                 http_status
//   error.status                                status
//   error.message                               message, scrubbed of keys and cut
//   error.details ErrorInfo.reason              reason
//                 QuotaFailure violations       quota_id, of the one that decided
//                 RetryInfo.retryDelay "34.4s"  retry_delay_ms
//
// `body` is an error object, an array that begins with one, or anything at all: a proxy's HTML, or
// nothing. With a 2xx status it is the object found inside a stream, whose own code then counts;
// without any it is a bad_reply. http_status 0: the upstream was not reached. Never throws.
UpstreamError parse_error(int http_status, std::string_view body);

// How we say no to clients of the native API (protocol-mapping F.3): the HTTP status, and the body
// in Google's shape, {"error":{"code","message","status","details"}}.
int http_status(ErrorKind kind);
std::string error_body(const ApiError& error);

}  // namespace castor::gemini
