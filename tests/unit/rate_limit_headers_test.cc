#include "app/rate_limit_headers.h"

#include <boost/test/unit_test.hpp>

#include "util/utc_time.h"

namespace castor::app {
namespace {

std::string shown(const http::Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) text.append(name).append(": ").append(value) += '\n';
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_limit_headers_of)

BOOST_AUTO_TEST_CASE(each_api_has_the_fields_its_SDKs_read) {
  const std::int64_t now = parse_utc_date("2026-11-20").value() + 14 * 3'600'000;
  const Allowance left{.requests = Allowance::Quota{60, 59, now + 12'001},
                       .tokens = Allowance::Quota{1'000'000, 0, now + 10 * 3'600'000}};
  BOOST_TEST(shown(rate_limit_headers(Api::anthropic, left, now)) ==
             "anthropic-ratelimit-requests-limit: 60\n"
             "anthropic-ratelimit-requests-remaining: 59\n"
             "anthropic-ratelimit-requests-reset: 2026-11-20T14:00:12Z\n"
             "anthropic-ratelimit-tokens-limit: 1000000\n"
             "anthropic-ratelimit-tokens-remaining: 0\n"
             "anthropic-ratelimit-tokens-reset: 2026-11-21T00:00:00Z\n");
  BOOST_TEST(shown(rate_limit_headers(Api::openai, left, now)) ==
             "x-ratelimit-limit-requests: 60\n"
             "x-ratelimit-remaining-requests: 59\n"
             "x-ratelimit-reset-requests: 13s\n"
             "x-ratelimit-limit-tokens: 1000000\n"
             "x-ratelimit-remaining-tokens: 0\n"
             "x-ratelimit-reset-tokens: 10h0m0s\n");
  BOOST_TEST(shown(rate_limit_headers(Api::gemini, left, now)) == "");
  BOOST_TEST(
      shown(rate_limit_headers(Api::openai, {.tokens = left.tokens}, now)).find("requests") ==
      std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
