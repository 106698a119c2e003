#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/upstream_error.h"
#include "http/client.h"

namespace castor::app {

UpstreamError error_of(UpstreamFault fault, int status, std::string message);

// What was wrong with an attempt that neither client nor receiver ended on purpose, and that did
// not bring the whole of a good answer. `error_text` is the body of an answer that is none;
// `started`: the client has seen content.
UpstreamError attempt_error(const http::ClientResult& result, std::string_view error_text,
                            bool started);

}  // namespace castor::app
