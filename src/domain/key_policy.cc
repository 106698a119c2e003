#include "domain/key_policy.h"

#include <algorithm>
#include <span>

namespace castor {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// Waits before the first, second, … retry of one fault; there is none after the last.
constexpr std::int64_t kUnreachableWaits[] = {250, 1000};
constexpr std::int64_t kInternalWaits[] = {500, 1500};
constexpr std::int64_t kOverloadedWaits[] = {500, 1500, 4000};
constexpr std::int64_t kOnce[] = {0};

constexpr std::int64_t kBrake = 5 * kSecond;
constexpr std::int64_t kLongestBrake = kMinute;
constexpr int kFaultsForBrake = 5;

// Where Google names a quota per minute and no delay: its windows turn over each minute.
constexpr std::int64_t kMinuteQuotaRest = kMinute;

// A 429 without details comes from Google's side or our address as often as from the key: after
// so many keys in a row, of whichever requests, another one does not help (acceptance case K7).
constexpr int kExhaustedKeys = 3;

// `decision`, with a retry as long as the schedule has a wait for it.
Decision retried(Decision decision, Retry retry, std::span<const std::int64_t> waits,
                 int same_fault) {
  const auto index = static_cast<std::size_t>(std::max(same_fault, 1)) - 1;
  if (index < waits.size()) {
    decision.retry = retry;
    decision.wait_ms = waits[index];
  }
  return decision;
}

// The body is at fault: repaired once, sent again with the same key.
Decision repaired_once(Repair repair, bool repaired, ErrorKind final = ErrorKind::bad_request) {
  Decision decision{.final = final};
  if (!repaired) {
    decision.retry = Retry::repair;
    decision.repair = repair;
  }
  return decision;
}

Decision disabled(const char* note, bool curable = false) {
  return {.effect = KeyEffect::disable,
          .note = note,
          .curable = curable,
          .retry = Retry::other_key,
          .final = ErrorKind::no_usable_key};
}

std::int64_t minute_quota_rest(const UpstreamError& error) {
  const std::int64_t delay = error.retry_delay_ms.value_or(kMinuteQuotaRest);
  const std::int64_t whole_seconds = (std::clamp<std::int64_t>(delay, 0, kHour) + 999) / 1000;
  return std::max(whole_seconds * kSecond, kSecond);
}

// 30 s, 60 s, … 10 min.
std::int64_t exhausted_rest(int strikes) {
  return std::min(30 * kSecond << std::clamp(strikes, 0, 5), 10 * kMinute);
}

// 5 s, 10 s, … 1 min: each ends with a try that may cost a key's time.
std::int64_t storm_brake(int brakes) {
  return std::min(kBrake << std::clamp(brakes, 0, 4), kLongestBrake);
}

}  // namespace

std::int64_t daily_quota_end(std::int64_t now_ms) {
  return next_pacific_midnight(now_ms - kMinute) + kMinute;
}

Decision decide(const UpstreamError& error, const KeyMemory& memory, const AttemptHistory& history,
                std::int64_t now_ms) {
  switch (error.fault) {
    using enum UpstreamFault;

    case unreachable:
      return retried({.final = ErrorKind::bad_gateway},
                     history.own_proxy ? Retry::any_key : Retry::same_key, kUnreachableWaits,
                     history.same_fault);

    case invalid_key:
      return disabled("invalid key", /*curable=*/true);

    case location:  // of this server: a matter for its operator, not of the key
      return retried({.final = ErrorKind::forbidden}, Retry::other_key, kOnce, history.same_fault);

    case billing:
      return disabled("billing");

    case bad_signature:
      return repaired_once(Repair::dummy_signatures, history.repaired);

    case bad_schema:
      return repaired_once(Repair::bare_schemas, history.repaired);

    case bad_thinking: {
      Decision decision = repaired_once(Repair::no_thinking, history.repaired);
      decision.remember_no_level = !history.repaired;
      return decision;
    }

    case bad_turns:
      return repaired_once(Repair::strict_turns, history.repaired);

    case too_long:
      return {.final = ErrorKind::context_too_long};

    case bad_request:
      return {.final = ErrorKind::bad_request};

    case no_credit:
      return {.effect = KeyEffect::cool_key,
              .cool_until_ms = now_ms + kHour,
              .project_wide = true,
              .note = "no credit",
              .retry = Retry::other_key,
              .final = ErrorKind::quota_exhausted};

    case key_denied:
      return disabled("denied by Google");

    case service_disabled:
      return disabled(error.reason.empty() ? "service disabled" : error.reason.c_str(),
                      /*curable=*/true);

    case resource_denied:
      return {.final = ErrorKind::not_found};

    case forbidden:
      if (memory.forbidden_models >= 2) {  // and this model is the third
        Decision decision = disabled("forbidden on three models");
        decision.final = ErrorKind::forbidden;
        return decision;
      }
      return {.effect = KeyEffect::cool_key_model,
              .cool_until_ms = now_ms + kHour,
              .note = "forbidden",
              .retry = Retry::other_key,
              .final = ErrorKind::forbidden};

    // A client's typing error would rest key after key, and the next try would be told to come
    // back tomorrow (acceptance case K12).
    case model_unknown:
      return retried({.final = ErrorKind::not_found}, Retry::other_key, kOnce, history.same_fault);

    case model_closed:
      return retried({.effect = KeyEffect::cool_key_model,
                      .cool_until_ms = now_ms + kDay,
                      .project_wide = true,
                      .note = "model closed to the project",
                      .final = ErrorKind::not_found},
                     Retry::other_key, kOnce, history.same_fault);

    case too_large:
      return {.final = ErrorKind::too_large};

    case daily_quota:  // RetryInfo is there, too, and too short
      return {.effect = KeyEffect::cool_key_model,
              .cool_until_ms = daily_quota_end(now_ms),
              .project_wide = true,
              .note = "daily quota",
              .retry = Retry::other_key,
              .final = ErrorKind::quota_exhausted};

    case no_access:
      return {.effect = KeyEffect::cool_key_model,
              .cool_until_ms = now_ms + kDay,
              .project_wide = true,
              .note = "no access in this tier",
              .retry = Retry::other_key,
              .final = ErrorKind::quota_exhausted};

    case rate_limited:
      return {.effect = KeyEffect::cool_key_model,
              .cool_until_ms = now_ms + minute_quota_rest(error),
              .project_wide = true,
              .note = "minute quota",
              .retry = Retry::other_key,
              .final = ErrorKind::rate_limited};

    case spend_limit:
      return {.effect = KeyEffect::cool_key,
              .cool_until_ms = now_ms + 10 * kMinute,
              .project_wide = true,
              .note = "spend limit",
              .retry = Retry::other_key,
              .final = ErrorKind::rate_limited};

    case exhausted:
      if (std::max(history.same_fault, memory.exhausted_keys + 1) >= kExhaustedKeys) {
        return {.note = "exhausted whatever the key",
                .brake_model_ms = storm_brake(memory.brakes),
                .final = ErrorKind::rate_limited};
      }
      return {.effect = KeyEffect::cool_key_model,
              .cool_until_ms = now_ms + exhausted_rest(memory.strikes),
              .project_wide = true,
              .strike = true,
              .note = "exhausted",
              .retry = Retry::other_key,
              .final = ErrorKind::rate_limited};

    case cancelled:
      return {.final = ErrorKind::bad_gateway};

    case internal: {
      Decision decision{.final = ErrorKind::internal};
      if (memory.recent_internal >= 5) {
        decision.effect = KeyEffect::cool_key_model;
        decision.cool_until_ms = now_ms + 30 * kSecond;
        decision.note = "internal errors";
      }
      return retried(decision, Retry::any_key, kInternalWaits, history.same_fault);
    }

    case overloaded: {  // the model, whoever asks: keys have no part in it
      Decision decision = retried({.final = ErrorKind::overloaded}, Retry::same_key,
                                  kOverloadedWaits, history.same_fault);
      if (memory.recent_overloaded >= kFaultsForBrake) {
        decision.brake_model_ms = kBrake;
        if (decision.retry != Retry::no) decision.wait_ms = std::max(decision.wait_ms, kBrake);
      }
      return decision;
    }

    case timeout:
      return retried({.final = ErrorKind::timeout}, Retry::any_key, kOnce, history.same_fault);

    case bad_reply:  // Gemini's word for it says what may help
      if (error.reason == "MISSING_THOUGHT_SIGNATURE") {
        return repaired_once(Repair::dummy_signatures, history.same_fault > 1,
                             ErrorKind::bad_gateway);
      }
      if (error.reason == "MALFORMED_FUNCTION_CALL" || error.reason == "UNEXPECTED_TOOL_CALL") {
        return repaired_once(Repair::free_calls, history.same_fault > 1, ErrorKind::bad_gateway);
      }
      return retried({.final = ErrorKind::bad_gateway}, Retry::same_key, kOnce, history.same_fault);

    case broken_stream:
      return {.final = ErrorKind::bad_gateway};
  }
  return {};
}

}  // namespace castor
