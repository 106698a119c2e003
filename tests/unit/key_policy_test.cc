#include "domain/key_policy.h"

#include <date/date.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace castor {
namespace {

constexpr std::int64_t kNow = 1'795'190'400'000;  // 2026-11-20 16:00:00 UTC, 08:00 in Los Angeles
constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// What is remembered and what was tried do not matter unless a test says so.
Decision decide_on(UpstreamFault fault, const AttemptHistory& history = {},
                   const KeyMemory& memory = {}) {
  return decide(UpstreamError{.fault = fault}, memory, history, kNow);
}

// A decision in one line, to compare whole decisions with: "cool_key_model +30s wide, …".
std::string words(const Decision& decision) {
  constexpr const char* kEffects[] = {"none", "disable", "cool_key", "cool_key_model"};
  constexpr const char* kRetries[] = {"no", "same_key", "other_key", "any_key", "repair"};
  constexpr const char* kRepairs[] = {"", "dummy_signatures", "bare_schemas", "no_thinking",
                                      "strict_turns"};
  constexpr const char* kFinals[] = {
      "bad_request",     "context_too_long",   "unauthenticated", "forbidden",    "not_found",
      "not_implemented", "method_not_allowed", "too_large",       "rate_limited", "quota_exhausted",
      "no_usable_key",   "overloaded",         "internal",        "bad_gateway",  "timeout"};
  std::string text = kEffects[static_cast<int>(decision.effect)];
  if (decision.cool_until_ms) text += " " + std::to_string((decision.cool_until_ms - kNow) / 1000);
  if (decision.project_wide) text += " wide";
  if (decision.strike) text += " strike";
  if (!decision.note.empty()) text += " '" + decision.note + "'";
  text.append("; ").append(kRetries[static_cast<int>(decision.retry)]);
  if (decision.wait_ms) text += " " + std::to_string(decision.wait_ms);
  if (decision.repair != Repair::none)
    text.append(" ").append(kRepairs[static_cast<int>(decision.repair)]);
  if (decision.brake_model_ms) text += " brake " + std::to_string(decision.brake_model_ms);
  if (decision.remember_no_level) text += " remember";
  return text.append("; ").append(kFinals[static_cast<int>(decision.final)]);
}

std::vector<std::int64_t> waits_of(UpstreamFault fault, Retry expected) {
  std::vector<std::int64_t> waits;
  for (int same_fault = 1; same_fault <= 10; ++same_fault) {
    const Decision decision = decide_on(fault, {.same_fault = same_fault, .attempts = same_fault});
    if (decision.retry == Retry::no) return waits;
    BOOST_TEST((decision.retry == expected));
    waits.push_back(decision.wait_ms);
  }
  BOOST_FAIL("retries without end");
  return waits;
}

const std::vector<std::int64_t> kOnce = {0};
const std::vector<std::int64_t> kNever = {};

}  // namespace

BOOST_AUTO_TEST_SUITE(key_policy)

// One line for each row of the table, at its first occurrence in a request.
BOOST_AUTO_TEST_CASE(every_fault_has_its_row) {
  using enum UpstreamFault;
  static const struct {
    UpstreamFault fault;
    const char* expected;
  } rows[] = {
      {unreachable, "none; same_key 250; bad_gateway"},
      {invalid_key, "disable 'invalid key'; other_key; no_usable_key"},
      {location, "none; other_key; forbidden"},
      {billing, "disable 'billing'; other_key; no_usable_key"},
      {bad_signature, "none; repair dummy_signatures; bad_request"},
      {bad_schema, "none; repair bare_schemas; bad_request"},
      {bad_thinking, "none; repair no_thinking remember; bad_request"},
      {bad_turns, "none; repair strict_turns; bad_request"},
      {too_long, "none; no; context_too_long"},
      {bad_request, "none; no; bad_request"},
      {no_credit, "cool_key 3600 wide 'no credit'; other_key; quota_exhausted"},
      {key_denied, "disable 'denied by Google'; other_key; no_usable_key"},
      {service_disabled, "disable 'service disabled'; other_key; no_usable_key"},
      {resource_denied, "none; no; not_found"},
      {forbidden, "cool_key_model 3600 'forbidden'; other_key; forbidden"},
      {model_unknown, "none; other_key; not_found"},
      {model_closed,
       "cool_key_model 86400 wide 'model closed to the project'; other_key; not_found"},
      {too_large, "none; no; too_large"},
      // 08:00 in Los Angeles: sixteen hours and a minute.
      {daily_quota, "cool_key_model 57660 wide 'daily quota'; other_key; quota_exhausted"},
      {no_access, "cool_key_model 86400 wide 'no access in this tier'; other_key; quota_exhausted"},
      {rate_limited, "cool_key_model 60 wide 'minute quota'; other_key; rate_limited"},
      {spend_limit, "cool_key 600 wide 'spend limit'; other_key; rate_limited"},
      {exhausted, "cool_key_model 30 wide strike 'exhausted'; other_key; rate_limited"},
      {cancelled, "none; no; bad_gateway"},
      {internal, "none; any_key 500; internal"},
      {overloaded, "none; same_key 500; overloaded"},
      {timeout, "none; any_key; timeout"},
      {bad_reply, "none; same_key; bad_gateway"},
      {broken_stream, "none; no; bad_gateway"},
  };
  for (const auto& row : rows) {
    BOOST_TEST(words(decide_on(row.fault)) == row.expected,
               name(row.fault) << ": " << words(decide_on(row.fault)));
  }
  BOOST_TEST(std::size(rows) == static_cast<std::size_t>(broken_stream) + 1);
}

BOOST_AUTO_TEST_CASE(unreachable_is_tried_twice_more_after_a_quarter_and_a_second) {
  BOOST_TEST(waits_of(UpstreamFault::unreachable, Retry::same_key) ==
                 (std::vector<std::int64_t>{250, 1000}),
             boost::test_tools::per_element());
}

// K15.
BOOST_AUTO_TEST_CASE(a_key_whose_own_proxy_fails_is_followed_by_another) {
  BOOST_TEST(words(decide_on(UpstreamFault::unreachable, {.own_proxy = true})) ==
             "none; any_key 250; bad_gateway");
}

BOOST_AUTO_TEST_CASE(an_internal_error_is_tried_twice_more) {
  BOOST_TEST(
      waits_of(UpstreamFault::internal, Retry::any_key) == (std::vector<std::int64_t>{500, 1500}),
      boost::test_tools::per_element());
}

// K8.
BOOST_AUTO_TEST_CASE(an_overloaded_model_is_tried_three_times_more_and_no_key_suffers) {
  BOOST_TEST(waits_of(UpstreamFault::overloaded, Retry::same_key) ==
                 (std::vector<std::int64_t>{500, 1500, 4000}),
             boost::test_tools::per_element());
  for (const auto fault : {UpstreamFault::internal, UpstreamFault::overloaded,
                           UpstreamFault::timeout, UpstreamFault::unreachable}) {
    for (int same_fault = 1; same_fault < 6; ++same_fault) {
      BOOST_TEST((decide_on(fault, {.same_fault = same_fault}).effect == KeyEffect::none));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_tried_once_more_is_not_tried_twice_more) {
  using enum UpstreamFault;
  BOOST_TEST(waits_of(location, Retry::other_key) == kOnce);
  BOOST_TEST(waits_of(timeout, Retry::any_key) == kOnce);
  // R9.
  BOOST_TEST(waits_of(bad_reply, Retry::same_key) == kOnce);
  BOOST_TEST(waits_of(model_unknown, Retry::other_key) == kOnce);
  BOOST_TEST(waits_of(model_closed, Retry::other_key) == kOnce);
}

BOOST_AUTO_TEST_CASE(what_the_client_did_wrong_is_never_tried_again) {
  using enum UpstreamFault;
  for (const auto fault : {too_long, bad_request, resource_denied, too_large, cancelled}) {
    BOOST_TEST(waits_of(fault, Retry::no) == kNever, name(fault));
  }
  // R10: what was sent stands.
  BOOST_TEST(waits_of(broken_stream, Retry::no) == kNever);
}

BOOST_AUTO_TEST_CASE(a_body_is_repaired_once) {
  using enum UpstreamFault;
  for (const auto fault : {bad_signature, bad_schema, bad_thinking, bad_turns}) {
    const Decision decision = decide_on(fault, {.same_fault = 2, .attempts = 2, .repaired = true});
    BOOST_TEST(words(decision) == "none; no; bad_request", name(fault));
  }
}

// R9.
BOOST_AUTO_TEST_CASE(a_malformed_answer_is_asked_for_once_more_with_what_may_help) {
  const auto repair = [](const char* finish_reason, int same_fault) {
    const UpstreamError error{.fault = UpstreamFault::bad_reply, .reason = finish_reason};
    const Decision decision = decide(error, {}, {.same_fault = same_fault}, kNow);
    BOOST_TEST((decision.effect == KeyEffect::none));
    BOOST_TEST((decision.final == ErrorKind::bad_gateway));
    if (same_fault > 1) BOOST_TEST((decision.retry == Retry::no), finish_reason);
    if (decision.repair == Repair::none) return decision.retry;
    BOOST_TEST((decision.retry == Retry::repair));
    BOOST_TEST((decision.repair == (std::string_view(finish_reason).starts_with("MISSING")
                                        ? Repair::dummy_signatures
                                        : Repair::free_calls)));
    return decision.retry;
  };
  for (const char* reason :
       {"MISSING_THOUGHT_SIGNATURE", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"}) {
    BOOST_TEST((repair(reason, 1) == Retry::repair), reason);
    BOOST_TEST((repair(reason, 2) == Retry::no), reason);
  }
  for (const char* reason : {"STOP", "MALFORMED_RESPONSE", "OTHER", ""}) {
    BOOST_TEST((repair(reason, 1) == Retry::same_key), reason);
    BOOST_TEST((repair(reason, 2) == Retry::no), reason);
  }
}

// K3, K4.
BOOST_AUTO_TEST_CASE(a_bad_key_goes_and_says_why_and_a_client_error_touches_no_key) {
  const UpstreamError blocked{.fault = UpstreamFault::service_disabled,
                              .reason = "API_KEY_IP_ADDRESS_BLOCKED"};
  const Decision decision = decide(blocked, {}, {}, kNow);
  BOOST_TEST((decision.effect == KeyEffect::disable));
  BOOST_TEST(decision.note == "API_KEY_IP_ADDRESS_BLOCKED");

  using enum UpstreamFault;
  for (const auto fault : {location, bad_signature, bad_schema, bad_thinking, bad_turns, too_long,
                           bad_request, resource_denied, model_unknown, too_large}) {
    BOOST_TEST((decide_on(fault).effect == KeyEffect::none), name(fault));
  }
}

BOOST_AUTO_TEST_CASE(a_key_that_is_forbidden_three_models_in_a_row_goes) {
  const auto after = [](int other_models) {
    return words(
        decide_on(UpstreamFault::forbidden, {}, KeyMemory{.forbidden_models = other_models}));
  };
  BOOST_TEST(after(1) == "cool_key_model 3600 'forbidden'; other_key; forbidden");
  BOOST_TEST(after(2) == "disable 'forbidden on three models'; other_key; forbidden");
  BOOST_TEST(after(7) == "disable 'forbidden on three models'; other_key; forbidden");
}

// K5, K10.
BOOST_AUTO_TEST_CASE(a_minute_quota_rests_as_long_as_google_says_in_whole_seconds) {
  const auto rest = [](std::optional<std::int64_t> delay) {
    const UpstreamError error{.fault = UpstreamFault::rate_limited, .retry_delay_ms = delay};
    return decide(error, {}, {}, kNow).cool_until_ms - kNow;
  };
  BOOST_TEST(rest(48'000) == 48 * kSecond);
  BOOST_TEST(rest(34'400) == 35 * kSecond);
  BOOST_TEST(rest(0) == kSecond);
  BOOST_TEST(rest(-5) == kSecond);
  BOOST_TEST(rest(500) == kSecond);
  BOOST_TEST(rest(2 * kHour) == kHour);
  BOOST_TEST(rest(std::numeric_limits<std::int64_t>::max()) == kHour);
  BOOST_TEST(rest(std::nullopt) == kMinute);
}

// K6.
BOOST_AUTO_TEST_CASE(a_daily_quota_rests_until_a_minute_past_midnight_whatever_google_says) {
  UpstreamError error{.fault = UpstreamFault::daily_quota, .retry_delay_ms = 3000};
  BOOST_TEST(decide(error, {}, {}, kNow).cool_until_ms == next_pacific_midnight(kNow) + kMinute);

  // In the first minute of the day it is still yesterday's quota.
  const std::int64_t midnight = next_pacific_midnight(kNow);
  for (const std::int64_t late : {0, 1, 59'999}) {
    BOOST_TEST(decide(error, {}, {}, midnight + late).cool_until_ms == midnight + kMinute);
  }
  BOOST_TEST(decide(error, {}, {}, midnight + kMinute).cool_until_ms == midnight + kDay + kMinute);
}

// K5, K7.
BOOST_AUTO_TEST_CASE(a_429_without_details_rests_a_key_twice_as_long_each_time) {
  const auto rest = [](int strikes) {
    const Decision decision =
        decide_on(UpstreamFault::exhausted, {}, KeyMemory{.strikes = strikes});
    BOOST_TEST(decision.strike);
    return (decision.cool_until_ms - kNow) / kSecond;
  };
  BOOST_TEST(rest(0) == 30);
  BOOST_TEST(rest(1) == 60);
  BOOST_TEST(rest(2) == 120);
  BOOST_TEST(rest(3) == 240);
  BOOST_TEST(rest(4) == 480);
  BOOST_TEST(rest(5) == 600);
  BOOST_TEST(rest(1000) == 600);
}

// K7.
BOOST_AUTO_TEST_CASE(a_429_without_details_does_not_walk_the_whole_pool) {
  const auto after = [](int keys) {
    return decide_on(UpstreamFault::exhausted, {.same_fault = keys, .attempts = keys});
  };
  BOOST_TEST((after(2).retry == Retry::other_key));
  BOOST_TEST(after(2).brake_model_ms == 0);
  BOOST_TEST((after(3).retry == Retry::no));
  BOOST_TEST(after(3).brake_model_ms == 5 * kSecond);
  BOOST_TEST((after(3).final == ErrorKind::rate_limited));
  // Nor do several requests, each with a key or two; and the third key is not held responsible.
  const auto together = [](int other_keys, int brakes) {
    return words(
        decide_on(UpstreamFault::exhausted, {}, {.exhausted_keys = other_keys, .brakes = brakes}));
  };
  BOOST_TEST(together(1, 0) ==
             "cool_key_model 30 wide strike 'exhausted'; other_key; rate_limited");
  BOOST_TEST(together(2, 0) == "none 'exhausted whatever the key'; no brake 5000; rate_limited");
  BOOST_TEST(together(2, 1) == "none 'exhausted whatever the key'; no brake 10000; rate_limited");
  BOOST_TEST(together(9, 3) == "none 'exhausted whatever the key'; no brake 40000; rate_limited");
  BOOST_TEST(together(9, 99) == "none 'exhausted whatever the key'; no brake 60000; rate_limited");
}

BOOST_AUTO_TEST_CASE(five_internal_errors_in_a_minute_rest_the_key) {
  const auto after = [](int errors) {
    return words(decide_on(UpstreamFault::internal, {}, KeyMemory{.recent_internal = errors}));
  };
  BOOST_TEST(after(4) == "none; any_key 500; internal");
  BOOST_TEST(after(5) == "cool_key_model 30 'internal errors'; any_key 500; internal");
}

// K8.
BOOST_AUTO_TEST_CASE(five_overloads_in_half_a_minute_brake_the_model) {
  const auto after = [](int overloads, int same_fault) {
    return words(decide_on(UpstreamFault::overloaded, {.same_fault = same_fault},
                           KeyMemory{.recent_overloaded = overloads}));
  };
  BOOST_TEST(after(4, 1) == "none; same_key 500; overloaded");
  BOOST_TEST(after(5, 1) == "none; same_key 5000 brake 5000; overloaded");
  BOOST_TEST(after(5, 4) == "none; no brake 5000; overloaded");
}

BOOST_AUTO_TEST_CASE(midnight_in_los_angeles_knows_daylight_saving) {
  using namespace date::literals;
  using std::chrono::hours, std::chrono::milliseconds, std::chrono::minutes;
  const auto ms = [](auto time) {
    return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
  };
  const auto utc = [](date::year_month_day day) { return date::sys_days{day}; };

  // Winter, UTC-8; exactly midnight is not after itself.
  const auto november20 = utc(2026_y / 11 / 20);
  BOOST_TEST(next_pacific_midnight(ms(november20 + hours{16})) ==
             ms(utc(2026_y / 11 / 21) + hours{8}));
  BOOST_TEST(next_pacific_midnight(ms(november20 + hours{8})) ==
             ms(utc(2026_y / 11 / 21) + hours{8}));
  BOOST_TEST(next_pacific_midnight(ms(november20 + hours{8}) - 1) == ms(november20 + hours{8}));

  // Summer, UTC-7; late in the evening there it is tomorrow in UTC.
  BOOST_TEST(next_pacific_midnight(ms(utc(2026_y / 7 / 5) + hours{6} + minutes{59})) ==
             ms(utc(2026_y / 7 / 5) + hours{7}));

  // 8 March 2026 has 23 hours, whether asked before the change or after it.
  const auto march8 = utc(2026_y / 3 / 8);
  BOOST_TEST(next_pacific_midnight(ms(march8 + hours{8}) - 1) == ms(march8 + hours{8}));
  for (const auto after : {hours{8}, hours{9}, hours{10}, hours{11}, hours{24}}) {
    BOOST_TEST(next_pacific_midnight(ms(march8 + after)) == ms(march8 + hours{24 + 7}));
  }

  // 1 November 2026 has 25 hours, of which one comes twice.
  const auto november1 = utc(2026_y / 11 / 1);
  BOOST_TEST(next_pacific_midnight(ms(november1 + hours{7}) - 1) == ms(november1 + hours{7}));
  for (const auto after : {hours{7}, hours{8}, hours{9}, hours{10}, hours{31}}) {
    BOOST_TEST(next_pacific_midnight(ms(november1 + after)) == ms(november1 + hours{24 + 8}));
  }
}

BOOST_AUTO_TEST_CASE(every_fault_has_a_name_of_its_own) {
  std::vector<std::string> names;
  for (int fault = 0; fault <= static_cast<int>(UpstreamFault::broken_stream); ++fault) {
    names.push_back(name(static_cast<UpstreamFault>(fault)));
    BOOST_TEST(names.back() != "unknown");
  }
  std::sort(names.begin(), names.end());
  BOOST_TEST((std::adjacent_find(names.begin(), names.end()) == names.end()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
