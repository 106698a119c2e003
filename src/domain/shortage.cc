#include "domain/shortage.h"

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

namespace castor {
namespace {

// A client that waits longer than this for a retry that cannot help is told not to.
constexpr std::int64_t kWorthRetryingMs = 60'000;

std::string formatted(const char* format, std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, format, &parts);
  return text;
}

// "14:03 UTC", with the day if that is not today: the client's time zone is not known.
std::string clock_time(std::int64_t unix_ms, std::int64_t now_ms) {
  const std::int64_t last_second = unix_ms + 999;  // not before it
  const bool today = formatted("%F", last_second) == formatted("%F", now_ms);
  const char* with_seconds = unix_ms - now_ms < 10 * kWorthRetryingMs ? "%T UTC" : "%H:%M UTC";
  return formatted(today ? with_seconds : "%F %H:%M UTC", last_second);
}

// "9 by daily quota, 3 by minute quota": the most frequent first.
std::string joined(const Shortage& shortage) {
  std::vector<std::pair<int, std::string_view>> reasons;
  for (const auto& [reason, keys] : shortage.reasons) reasons.emplace_back(-keys, reason);
  std::sort(reasons.begin(), reasons.end());
  std::string text;
  for (const auto& [keys, reason] : reasons) {
    text.append(text.empty() ? "" : ", ").append(std::to_string(-keys)).append(" by ");
    text.append(reason);
  }
  return text;
}

bool all_by_daily_quota(const Shortage& shortage) {
  int keys = 0;
  for (const std::string_view reason : {"daily quota", "known daily quota"}) {
    const auto found = shortage.reasons.find(reason);
    if (found != shortage.reasons.end()) keys += found->second;
  }
  return keys == shortage.resting;
}

ApiError no_usable_key(const std::string& message) {
  ApiError error(ErrorKind::no_usable_key, message);
  error.should_retry = false;
  return error;
}

}  // namespace

ApiError shortage_error(const Shortage& shortage, std::string_view model, std::int64_t now_ms) {
  const auto later = [&](ErrorKind kind, std::string message, std::int64_t until_ms) {
    const std::int64_t seconds = std::max<std::int64_t>(1, (until_ms - now_ms + 999) / 1000);
    // Codex reads the delay from the text.
    message.append(". Please try again in ").append(std::to_string(seconds)).append("s.");
    ApiError error(kind, message);
    error.retry_after = seconds;
    if (until_ms - now_ms > kWorthRetryingMs) error.should_retry = false;
    return error;
  };
  const std::string name(model);
  if (shortage.keys == 0) {
    return no_usable_key(
        "no upstream API key is configured; the operator adds one: castor keys add");
  }
  if (shortage.keys == shortage.disabled) {
    return no_usable_key(
        "all " + std::to_string(shortage.keys) +
        " upstream API keys are disabled; the operator sees why: castor keys list");
  }
  if (shortage.braked_until_ms > 0) {
    return later(ErrorKind::overloaded,
                 name + " fails upstream whatever the key, and is left alone until " +
                     clock_time(shortage.braked_until_ms, now_ms),
                 std::max(shortage.braked_until_ms, shortage.wake_ms));
  }
  if (shortage.resting == 0 || shortage.tried > 0) {
    return later(ErrorKind::overloaded, "every usable upstream key was tried for " + name,
                 now_ms + 1);
  }
  const std::string keys =
      shortage.resting == 1 ? "1 key rests" : std::to_string(shortage.resting) + " keys rest";
  return later(all_by_daily_quota(shortage) ? ErrorKind::quota_exhausted : ErrorKind::rate_limited,
               keys + " for " + name + "; earliest " + clock_time(shortage.wake_ms, now_ms) + "; " +
                   joined(shortage),
               shortage.wake_ms);
}

}  // namespace castor
