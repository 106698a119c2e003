#pragma once

#include <string>
#include <string_view>

#include "domain/error.h"

namespace castor::anthropic {

// How clients of the Messages API are told no (protocol-mapping B.5, F.3). The header fields are
// response_headers().
//
//   ErrorKind                                          HTTP  error.type
//   ---------                                          ----  ----------
//   bad_request, context_too_long                      400   invalid_request_error
//   unauthenticated                                    401   authentication_error
//   forbidden                                          403   permission_error
//   not_found                                          404   not_found_error
//   method_not_allowed                                 405   invalid_request_error
//   too_large                                          413   request_too_large
//   rate_limited, quota_exhausted                      429   rate_limit_error
//   internal                                           500   api_error
//   bad_gateway                                        502   api_error
//   no_usable_key, unavailable                         503   api_error
//   timeout                                            504   timeout_error
//   overloaded                                         529   overloaded_error
int http_status(ErrorKind kind);

// {"type":"error","error":{"type","message"},"request_id"}, the body of an answer and the data of
// the event `error` in a stream. ApiError.code becomes error.details.error_code, with .param as
// what is "unsupported": on "thread_unsupported_request" Anthropic's tool runner sends everything
// again, without a thread. An empty request_id is left out.
std::string error_body(const ApiError& error, std::string_view request_id);

}  // namespace castor::anthropic
