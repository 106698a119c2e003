#include "domain/error.h"

#include <boost/test/unit_test.hpp>

namespace castor {
namespace {

// "name: value" of each field, in one line.
std::string headers_of(const ApiError& error) {
  std::string text;
  for (const auto& [name, value] : response_headers(error)) {
    text.append(text.empty() ? "" : ", ").append(name).append(": ").append(value);
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(an_error_says_when_to_come_back) {
  ApiError error(ErrorKind::rate_limited, "why");
  BOOST_TEST(headers_of(error) == "");
  error.retry_after = 7;
  BOOST_TEST(headers_of(error) == "retry-after: 7");
  error.should_retry = true;
  BOOST_TEST(headers_of(error) == "retry-after: 7, x-should-retry: true");
  error.should_retry = false;
  BOOST_TEST(headers_of(error) == "retry-after: 7, x-should-retry: false");
}

BOOST_AUTO_TEST_CASE(what_no_repetition_can_change_is_not_to_be_repeated) {
  using enum ErrorKind;
  for (const auto kind : {unauthenticated, forbidden, quota_exhausted, no_usable_key}) {
    BOOST_TEST(headers_of(ApiError(kind, "why")) == "x-should-retry: false");
  }
  for (const auto kind : {bad_request, rate_limited, overloaded, internal, bad_gateway, timeout}) {
    BOOST_TEST(headers_of(ApiError(kind, "why")) == "");
  }
  ApiError decided(quota_exhausted, "why");
  decided.should_retry = true;
  BOOST_TEST(headers_of(decided) == "x-should-retry: true");
}

BOOST_AUTO_TEST_CASE(a_wrong_method_is_told_the_right_ones) {
  ApiError error(ErrorKind::method_not_allowed, "why");
  error.allow = "GET, HEAD";
  BOOST_TEST(headers_of(error) == "allow: GET, HEAD");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
