#pragma once

#include <string>
#include <vector>

#include "http/request.h"

namespace castor::app {

// What a request brings to say who sent it, each thing once: x-api-key, Authorization: Bearer,
// x-goog-api-key, and the query parameter "key", which Google's clients have used for long.
std::vector<std::string> credentials(const http::Request& request);

}  // namespace castor::app
