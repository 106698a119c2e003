#include "domain/shortage.h"

#include <boost/test/unit_test.hpp>

namespace castor {
namespace {

constexpr std::int64_t kNow = 1'795'190'400'000;  // 2026-11-20 16:00:00 UTC
constexpr std::int64_t kSecond = 1000, kHour = 3600 * kSecond;

}  // namespace

BOOST_AUTO_TEST_SUITE(shortage_suite)

// K9.
BOOST_AUTO_TEST_CASE(what_a_client_is_told_of_a_shortage) {
  static const struct {
    const char* text;
    Shortage shortage;
    ErrorKind kind;
    std::optional<std::int64_t> retry_after;
    std::optional<bool> should_retry;
  } cases[] = {
      {"no upstream API key is configured; the operator adds one: castor keys add",
       {},
       ErrorKind::no_usable_key,
       {},
       false},
      {"all 2 upstream API keys are disabled; the operator sees why: castor keys list",
       {.keys = 2, .disabled = 2},
       ErrorKind::no_usable_key,
       {},
       false},
      {"1 key rests for gemini-4; earliest 16:00:13 UTC; 1 by minute quota."
       " Please try again in 13s.",
       {.keys = 1, .resting = 1, .reasons = {{"minute quota", 1}}, .wake_ms = kNow + 12'345},
       ErrorKind::rate_limited,
       13,
       {}},
      {"1 key rests for gemini-4; earliest 17:00 UTC; 1 by no credit. Please try again in 3600s.",
       {.keys = 1, .resting = 1, .reasons = {{"no credit", 1}}, .wake_ms = kNow + kHour},
       ErrorKind::rate_limited,
       3'600,
       false},
      {"2 keys rest for gemini-4; earliest 2026-11-21 08:01 UTC; 2 by daily quota."
       " Please try again in 57660s.",
       {.keys = 3,
        .disabled = 1,
        .resting = 2,
        .reasons = {{"daily quota", 2}},
        .wake_ms = kNow + 57'660 * kSecond},
       ErrorKind::quota_exhausted,
       57'660,
       false},
      {"12 keys rest for gemini-4; earliest 16:00:01 UTC; 9 by daily quota, 2 by minute quota,"
       " 1 by forbidden. Please try again in 1s.",
       {.keys = 12,
        .resting = 12,
        .reasons = {{"daily quota", 9}, {"forbidden", 1}, {"minute quota", 2}},
        .wake_ms = kNow + 500},
       ErrorKind::rate_limited,
       1,
       {}},
      {"gemini-4 fails upstream whatever the key, and is left alone until 16:00:05 UTC."
       " Please try again in 5s.",
       {.keys = 2, .braked_until_ms = kNow + 4'001, .wake_ms = kNow + 4'001},
       ErrorKind::overloaded,
       5,
       {}},
      {"every usable upstream key was tried for gemini-4. Please try again in 1s.",
       {.keys = 2, .tried = 2},
       ErrorKind::overloaded,
       1,
       {}},
  };
  for (const auto& test : cases) {
    const ApiError error = shortage_error(test.shortage, "gemini-4", kNow);
    BOOST_TEST(error.what() == test.text);
    BOOST_TEST((error.kind == test.kind), test.text);
    BOOST_TEST((error.retry_after == test.retry_after), test.text);
    BOOST_TEST((error.should_retry == test.should_retry), test.text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
