#include "app/credentials.h"

#include <algorithm>
#include <string_view>

#include "http/uri.h"
#include "util/text.h"

namespace castor::app {
namespace {

// The secret of "Bearer SECRET"; the scheme's case does not matter.
std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (to_lower(authorization.substr(0, kScheme.size())) != kScheme) return {};
  return trim(authorization.substr(kScheme.size()));
}

}  // namespace

std::vector<std::string> credentials(const http::Request& request) {
  std::vector<std::string> found;
  const auto add = [&](std::string_view credential) {
    if (credential.empty() || std::ranges::find(found, credential) != found.end()) return;
    found.emplace_back(credential);
  };
  add(request.header("X_API_KEY"));
  add(bearer(request.authorization()));
  add(request.header("X_GOOG_API_KEY"));
  add(http::query_parameter(request.query(), "key"));
  return found;
}

}  // namespace castor::app
