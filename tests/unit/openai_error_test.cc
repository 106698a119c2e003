#include <boost/test/unit_test.hpp>

#include "openai/error.h"

namespace castor::openai {

BOOST_AUTO_TEST_SUITE(openai_error)

BOOST_AUTO_TEST_CASE(every_kind_has_a_status_a_type_and_perhaps_a_code) {
  using enum ErrorKind;
  static const struct {
    ErrorKind kind;
    int status;
    const char* type;
    const char* code;
  } rows[] = {
      {bad_request, 400, "invalid_request_error", "null"},
      {context_too_long, 400, "invalid_request_error", "\"context_length_exceeded\""},
      {unauthenticated, 401, "invalid_request_error", "\"invalid_api_key\""},
      {forbidden, 403, "permission_error", "null"},
      {not_found, 404, "invalid_request_error", "null"},
      {method_not_allowed, 405, "invalid_request_error", "null"},
      {too_large, 413, "invalid_request_error", "null"},
      {rate_limited, 429, "requests", "\"rate_limit_exceeded\""},
      {quota_exhausted, 429, "insufficient_quota", "\"insufficient_quota\""},
      {internal, 500, "server_error", "null"},
      {bad_gateway, 502, "server_error", "null"},
      {no_usable_key, 503, "server_error", "null"},
      {unavailable, 503, "server_error", "null"},
      {overloaded, 503, "server_error", "\"overloaded\""},
      {timeout, 504, "server_error", "null"},
  };
  for (const auto& row : rows) {
    BOOST_TEST(http_status(row.kind) == row.status, row.type);
    BOOST_TEST(error_body(ApiError(row.kind, "a \"why\"")) ==
               std::string(R"({"error":{"message":"a \"why\"","type":")") + row.type +
                   R"(","param":null,"code":)" + row.code + "}}");
  }
}

BOOST_AUTO_TEST_CASE(what_the_error_says_itself_outranks_its_kind) {
  ApiError error(ErrorKind::not_found, "no such model");
  error.code = "model_not_found";
  error.param = "model";
  BOOST_TEST(error_body(error) ==
             R"({"error":{"message":"no such model","type":"invalid_request_error",)"
             R"("param":"model","code":"model_not_found"}})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
