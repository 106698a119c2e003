#pragma once

#include <string>

#include "domain/error.h"

namespace castor::openai {

// How clients of OpenAI's APIs are told no, the same in all of them (protocol-mapping C.5, F.3).
// The header fields are response_headers().
//
//   ErrorKind             HTTP  error.type             error.code, where ApiError.code is empty
//   ---------             ----  ----------             ----------------------------------------
//   bad_request           400   invalid_request_error  null
//   context_too_long      400   invalid_request_error  context_length_exceeded
//   unauthenticated       401   invalid_request_error  invalid_api_key
//   forbidden             403   permission_error       null
//   not_found             404   invalid_request_error  null
//   method_not_allowed    405   invalid_request_error  null
//   too_large             413   invalid_request_error  null
//   rate_limited          429   requests               rate_limit_exceeded
//   quota_exhausted       429   insufficient_quota     insufficient_quota
//   internal              500   server_error           null
//   bad_gateway           502   server_error           null
//   no_usable_key         503   server_error           null
//   unavailable           503   server_error           null
//   overloaded            503   server_error           overloaded
//   timeout               504   server_error           null
int http_status(ErrorKind kind);

// {"message","type","param","code"}: what stands at "error" of a body and of a stream's last data.
// ApiError.param and .code are null where they are empty.
std::string error_object(const ApiError& error);

// {"error":{…}}, the body of an answer.
std::string error_body(const ApiError& error);

// The machine's word for `error`: ApiError.code, else that of its kind; may be empty.
std::string error_code(const ApiError& error);

}  // namespace castor::openai
