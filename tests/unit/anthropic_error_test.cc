#include <boost/test/unit_test.hpp>

#include "anthropic/error.h"

namespace castor::anthropic {

BOOST_AUTO_TEST_SUITE(anthropic_error)

// C12.
BOOST_AUTO_TEST_CASE(every_kind_has_a_status_and_a_type) {
  using enum ErrorKind;
  static const struct {
    ErrorKind kind;
    int status;
    const char* type;
  } rows[] = {
      {bad_request, 400, "invalid_request_error"},
      {context_too_long, 400, "invalid_request_error"},
      {unauthenticated, 401, "authentication_error"},
      {forbidden, 403, "permission_error"},
      {not_found, 404, "not_found_error"},
      {method_not_allowed, 405, "invalid_request_error"},
      {too_large, 413, "request_too_large"},
      {rate_limited, 429, "rate_limit_error"},
      {quota_exhausted, 429, "rate_limit_error"},
      {no_usable_key, 503, "api_error"},
      {unavailable, 503, "api_error"},
      {overloaded, 529, "overloaded_error"},
      {internal, 500, "api_error"},
      {bad_gateway, 502, "api_error"},
      {timeout, 504, "timeout_error"},
  };
  for (const auto& row : rows) {
    BOOST_TEST(http_status(row.kind) == row.status, row.type);
    BOOST_TEST(error_body(ApiError(row.kind, "a \"why\""), "req_01") ==
               std::string(R"({"type":"error","error":{"type":")") + row.type +
                   R"(","message":"a \"why\""},"request_id":"req_01"})");
  }
}

BOOST_AUTO_TEST_CASE(a_thread_is_refused_so_that_the_client_sends_everything_again) {
  ApiError error(ErrorKind::bad_request, "thread: not supported");
  error.code = "thread_unsupported_request";
  error.param = "thread";
  BOOST_TEST(
      error_body(error, "req_01") ==
      R"({"type":"error","error":{"type":"invalid_request_error","message":"thread: not supported","details":{"error_code":"thread_unsupported_request","unsupported":["thread"]}},"request_id":"req_01"})");
}

BOOST_AUTO_TEST_CASE(without_a_request_id_there_is_no_member_for_it) {
  BOOST_TEST(error_body(ApiError(ErrorKind::overloaded, "why"), "") ==
             R"({"type":"error","error":{"type":"overloaded_error","message":"why"}})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::anthropic
