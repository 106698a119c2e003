#include "domain/client_error.h"

#include <boost/test/unit_test.hpp>

namespace castor {
namespace {

constexpr std::int64_t kNow = 1'795'190'400'000;  // 2026-11-20 16:00:00 UTC
constexpr std::int64_t kSecond = 1000;

ApiError told(const UpstreamError& error, const KeyMemory& memory = {},
              std::optional<std::int64_t> usable_at_ms = {}) {
  const Decision decision = decide(error, memory, {.same_fault = 9, .attempts = 9}, kNow);
  return client_error(error, decision, kNow, usable_at_ms);
}

UpstreamError upstream(UpstreamFault fault, const char* message = "") {
  return {.fault = fault, .message = message};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_error_suite)

// U10.
BOOST_AUTO_TEST_CASE(a_prompt_that_is_too_long_is_told_in_the_words_that_make_clients_compact) {
  UpstreamError error = upstream(UpstreamFault::too_long, "The input token count (1196265) ...");
  error.tokens = 1196265;
  error.token_limit = 1048576;
  BOOST_TEST((told(error).kind == ErrorKind::context_too_long));
  BOOST_TEST(std::string(told(error).what()) ==
             "prompt is too long: 1196265 tokens > 1048576 maximum");
  error.tokens = 0;  // not said, but more than the limit
  BOOST_TEST(std::string(told(error).what()) ==
             "prompt is too long: 1048577 tokens > 1048576 maximum");
  error.token_limit = 0;
  BOOST_TEST(std::string(told(error).what()) == "prompt is too long");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_request_is_told_in_googles_words) {
  using enum UpstreamFault;
  for (const auto fault : {bad_request, bad_schema, bad_signature, bad_thinking, bad_turns}) {
    const ApiError error = told(upstream(fault, "* contents[0]: something"));
    BOOST_TEST((error.kind == ErrorKind::bad_request));
    BOOST_TEST(error.what() == "* contents[0]: something");
    BOOST_TEST(std::string(told(upstream(fault)).what()).size() > 10u);
  }
  // K12.
  const ApiError unknown = told(upstream(model_unknown, "models/x is not found"));
  BOOST_TEST((unknown.kind == ErrorKind::not_found));
  BOOST_TEST(unknown.what() == "models/x is not found");
}

// K2, K3.
BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_key_is_not_told_in_googles_words) {
  using enum UpstreamFault;
  for (const auto fault :
       {invalid_key, location, billing, no_credit, key_denied, service_disabled, resource_denied,
        forbidden, daily_quota, no_access, rate_limited, spend_limit, exhausted}) {
    const ApiError error = told(upstream(fault, "projects/123 of key SECRET"));
    BOOST_TEST(std::string(error.what()).find("SECRET") == std::string::npos, name(fault));
    BOOST_TEST(std::string(error.what()).size() > 10u, name(fault));
  }
}

// K9.
BOOST_AUTO_TEST_CASE(a_rate_limit_says_when_to_come_back) {
  UpstreamError error = upstream(UpstreamFault::rate_limited);
  error.retry_delay_ms = 34'400;
  const ApiError soon = told(error);
  BOOST_TEST((soon.kind == ErrorKind::rate_limited));
  BOOST_TEST(soon.retry_after.value() == 35);
  BOOST_TEST(!soon.should_retry.has_value());
  BOOST_TEST(std::string(soon.what()).find("try again in 35s") != std::string::npos);

  // Another key wakes sooner.
  BOOST_TEST(told(error, {}, kNow + 6'001).retry_after.value() == 7);
  BOOST_TEST(told(error, {}, kNow - 1).retry_after.value() == 1);
}

BOOST_AUTO_TEST_CASE(where_no_retry_within_a_minute_can_help_none_is_asked_for) {
  using enum UpstreamFault;
  const ApiError daily = told(upstream(daily_quota));
  BOOST_TEST((daily.kind == ErrorKind::quota_exhausted));
  BOOST_TEST(daily.retry_after.value() == 57'660);  // 16 h to midnight in Los Angeles, and 60 s
  BOOST_TEST(daily.should_retry.value() == false);

  UpstreamError slow = upstream(rate_limited);
  slow.retry_delay_ms = 60 * kSecond;
  BOOST_TEST(!told(slow).should_retry.has_value());
  slow.retry_delay_ms = 61 * kSecond;
  BOOST_TEST(told(slow).should_retry.value() == false);

  for (const auto fault : {invalid_key, key_denied, billing, service_disabled}) {
    const ApiError error = told(upstream(fault));
    BOOST_TEST((error.kind == ErrorKind::no_usable_key), name(fault));
    BOOST_TEST(!error.retry_after.has_value());
    BOOST_TEST(error.should_retry.value() == false);
  }
  BOOST_TEST(told(upstream(location)).should_retry.value() == false);
  BOOST_TEST(told(upstream(spend_limit)).should_retry.value() == false);
  BOOST_TEST(told(upstream(no_credit)).retry_after.value() == 3600);
}

BOOST_AUTO_TEST_CASE(a_key_that_will_wake_makes_a_final_answer_a_temporary_one) {
  using enum UpstreamFault;
  const std::int64_t soon = kNow + 20 * kSecond, late = kNow + 7200 * kSecond;
  for (const auto fault : {invalid_key, daily_quota}) {
    const ApiError error = told(upstream(fault), {}, soon);
    BOOST_TEST((error.kind == ErrorKind::rate_limited), name(fault));
    BOOST_TEST(error.retry_after.value() == 20);
    BOOST_TEST(!error.should_retry.has_value());
  }
  BOOST_TEST((told(upstream(daily_quota), {}, late).kind == ErrorKind::quota_exhausted));
  BOOST_TEST(told(upstream(daily_quota), {}, late).retry_after.value() == 7200);
  BOOST_TEST(told(upstream(invalid_key), {}, late).should_retry.value() == false);
  // In the day's first minute its quota is as good as there.
  const std::int64_t midnight = next_pacific_midnight(kNow);
  const Decision decision = decide(upstream(daily_quota), {}, {}, midnight + 10 * kSecond);
  const ApiError early = client_error(upstream(daily_quota), decision, midnight + 10 * kSecond);
  BOOST_TEST((early.kind == ErrorKind::rate_limited));
  BOOST_TEST(early.retry_after.value() == 50);
  // A wrong request stays wrong.
  BOOST_TEST((told(upstream(bad_request, "x"), {}, soon).kind == ErrorKind::bad_request));
  BOOST_TEST(!told(upstream(bad_request, "x"), {}, soon).retry_after.has_value());
}

// K8, R10.
BOOST_AUTO_TEST_CASE(faults_of_the_server_may_be_tried_again) {
  using enum UpstreamFault;
  static const struct {
    UpstreamFault fault;
    ErrorKind kind;
  } rows[] = {
      {unreachable, ErrorKind::bad_gateway}, {internal, ErrorKind::internal},
      {overloaded, ErrorKind::overloaded},   {timeout, ErrorKind::timeout},
      {bad_reply, ErrorKind::bad_gateway},   {broken_stream, ErrorKind::bad_gateway},
      {cancelled, ErrorKind::bad_gateway},
  };
  for (const auto& row : rows) {
    const ApiError error = told(upstream(row.fault));
    BOOST_TEST((error.kind == row.kind), name(row.fault));
    BOOST_TEST(!error.should_retry.has_value());
    BOOST_TEST(!error.retry_after.has_value());
  }
  BOOST_TEST(told(upstream(overloaded), KeyMemory{.recent_overloaded = 5}).retry_after.value() ==
             5);
  // R9.
  BOOST_TEST(std::string(told(upstream(bad_reply, "Malformed function call: f(")).what())
                 .find("Malformed function call: f(") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
