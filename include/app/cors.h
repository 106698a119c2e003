#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"
#include "http/response.h"

namespace castor::app {

// Leave for web pages of other origins to use castor (the Fetch standard's CORS protocol), by the
// directive cors_origins: nothing, "*", or origins such as "https://example.org".
//
// The fields to send with any answer to `request`; for the question that browsers ask first, also
// what they may send: the methods `allow`, and every header field they ask for, since castor and
// the origin's owner lose nothing by it and each SDK has other ones. Credentials that browsers add
// by themselves are for listed origins only.
http::Headers cors_headers(const std::vector<std::string>& origins, const http::Request& request,
                           std::string_view allow);

}  // namespace castor::app
