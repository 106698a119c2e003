#include "app/rate_limit_headers.h"

#include <algorithm>
#include <string>

#include "util/utc_time.h"

namespace castor::app {
namespace {

// "1d2h3m4s" is more than Go's durations have, which OpenAI's are: hours at most.
std::string duration(std::int64_t milliseconds) {
  const std::int64_t seconds = std::max<std::int64_t>(0, (milliseconds + 999) / 1000);
  std::string text;
  if (seconds >= 3600) text.append(std::to_string(seconds / 3600)).append("h");
  if (seconds >= 60) text.append(std::to_string(seconds / 60 % 60)).append("m");
  return text.append(std::to_string(seconds % 60)).append("s");
}

void add_anthropic(http::Headers& headers, const std::string& what, const Allowance::Quota& quota) {
  const std::string name = "anthropic-ratelimit-" + what;
  headers.emplace_back(name + "-limit", std::to_string(quota.limit));
  headers.emplace_back(name + "-remaining", std::to_string(quota.remaining));
  headers.emplace_back(name + "-reset", utc_time(quota.resets_ms));
}

void add_openai(http::Headers& headers, const std::string& what, const Allowance::Quota& quota,
                std::int64_t now_ms) {
  headers.emplace_back("x-ratelimit-limit-" + what, std::to_string(quota.limit));
  headers.emplace_back("x-ratelimit-remaining-" + what, std::to_string(quota.remaining));
  headers.emplace_back("x-ratelimit-reset-" + what, duration(quota.resets_ms - now_ms));
}

}  // namespace

http::Headers rate_limit_headers(Api api, const Allowance& left, std::int64_t now_ms) {
  http::Headers headers;
  const auto add = [&](const std::string& what, const std::optional<Allowance::Quota>& quota) {
    if (!quota) return;
    if (api == Api::anthropic) add_anthropic(headers, what, *quota);
    if (api == Api::openai) add_openai(headers, what, *quota, now_ms);
  };
  add("requests", left.requests);
  add("tokens", left.tokens);
  return headers;
}

}  // namespace castor::app
