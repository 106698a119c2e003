#include "app/cors.h"

#include <algorithm>

namespace castor::app {
namespace {

// What pages may read beside the few fields that they always may.
constexpr std::string_view kExposed =
    "request-id, x-request-id, retry-after, x-should-retry, allow, x-castor-note, x-castor-model, "
    "x-goog-upload-url, x-goog-upload-status, x-goog-upload-chunk-granularity, "
    "x-goog-upload-size-received, x-castor-cache, anthropic-ratelimit-requests-limit, "
    "anthropic-ratelimit-requests-remaining, anthropic-ratelimit-requests-reset, "
    "anthropic-ratelimit-tokens-limit, anthropic-ratelimit-tokens-remaining, "
    "anthropic-ratelimit-tokens-reset, x-ratelimit-limit-requests, "
    "x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-ratelimit-limit-tokens, "
    "x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens";

// How long browsers need not ask again; Chromium's longest.
constexpr std::string_view kMaxAgeSeconds = "7200";

// A list of field names as browsers write it; anything else is not repeated.
bool is_list_of_names(std::string_view text) {
  constexpr std::size_t kLongest = 4096;
  return !text.empty() && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == ',' || c == ' ';
         });
}

}  // namespace

http::Headers cors_headers(const std::vector<std::string>& origins, const http::Request& request,
                           std::string_view allow) {
  if (origins.empty()) return {};
  const bool any = origins.front() == "*";
  http::Headers headers;
  // Caches must not show one origin's answer to another, nor to one that was not listed.
  if (!any) headers.emplace_back("Vary", "Origin");
  const std::string_view origin = request.header("ORIGIN");
  if (origin.empty()) return headers;
  if (!any && std::find(origins.begin(), origins.end(), origin) == origins.end()) return headers;

  headers.emplace_back("Access-Control-Allow-Origin", any ? "*" : origin);
  if (!any) headers.emplace_back("Access-Control-Allow-Credentials", "true");
  if (request.method() != "OPTIONS" || request.header("ACCESS_CONTROL_REQUEST_METHOD").empty()) {
    headers.emplace_back("Access-Control-Expose-Headers", kExposed);
    return headers;
  }
  if (!allow.empty()) headers.emplace_back("Access-Control-Allow-Methods", allow);
  headers.emplace_back("Access-Control-Max-Age", kMaxAgeSeconds);
  const std::string_view wanted = request.header("ACCESS_CONTROL_REQUEST_HEADERS");
  if (is_list_of_names(wanted)) headers.emplace_back("Access-Control-Allow-Headers", wanted);
  return headers;
}

}  // namespace castor::app
