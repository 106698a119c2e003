#include "domain/client_error.h"

#include <algorithm>

namespace castor {
namespace {

constexpr std::int64_t kWorthWaiting = 60;  // seconds

std::int64_t seconds_until(std::int64_t then_ms, std::int64_t now_ms) {
  return std::max<std::int64_t>((then_ms - now_ms + 999) / 1000, 1);
}

// Seconds until another try can succeed, if that is known.
std::optional<std::int64_t> wait_for(const Decision& decision, std::int64_t now_ms,
                                     std::optional<std::int64_t> usable_at_ms) {
  if (is_of_keys(decision.final)) {
    std::optional<std::int64_t> wait;
    if (usable_at_ms) {
      wait = seconds_until(*usable_at_ms, now_ms);
    } else if (decision.cool_until_ms != 0) {
      wait = seconds_until(decision.cool_until_ms, now_ms);
    }
    const std::int64_t brake = (decision.brake_model_ms + 999) / 1000;
    return wait && brake > *wait ? brake : wait;
  }
  if (decision.brake_model_ms > 0) return seconds_until(now_ms + decision.brake_model_ms, now_ms);
  return std::nullopt;
}

// What is final for one key is not so for the pool, while there is something to wait for.
ErrorKind kind_for(ErrorKind final, std::optional<std::int64_t> wait) {
  if (!wait) return final;
  if (final == ErrorKind::no_usable_key) return ErrorKind::rate_limited;
  if (final == ErrorKind::quota_exhausted && *wait <= kWorthWaiting) return ErrorKind::rate_limited;
  return final;
}

// Google's message, or ours where it sent none.
std::string googles(const UpstreamError& error, const char* otherwise) {
  return error.message.empty() ? otherwise : error.message;
}

// Claude Code compacts its conversation on just this text (acceptance case U10).
std::string too_long(const UpstreamError& error) {
  if (error.token_limit == 0) return "prompt is too long";
  const std::int64_t tokens = std::max(error.tokens, error.token_limit + 1);
  return "prompt is too long: " + std::to_string(tokens) + " tokens > " +
         std::to_string(error.token_limit) + " maximum";
}

std::string message_for(const UpstreamError& error, ErrorKind kind,
                        std::optional<std::int64_t> wait) {
  // Codex reads the delay from the text: "try again in 7s".
  const std::string again = wait ? " Please try again in " + std::to_string(*wait) + "s." : "";
  switch (kind) {
    case ErrorKind::rate_limited:
      return "Rate limit reached upstream." + again;
    case ErrorKind::quota_exhausted:
      return "The upstream quota of this gateway is used up." + again;
    case ErrorKind::no_usable_key:
      return "This gateway has no upstream key that works; its operator must look at them.";
    case ErrorKind::context_too_long:
      return too_long(error);
    case ErrorKind::overloaded:
      return "The model is overloaded." + again;
    case ErrorKind::timeout:
      return "Gemini did not answer in time.";
    case ErrorKind::internal:
      return "Gemini failed with an internal error.";
    case ErrorKind::too_large:
      return "The request is too large for Gemini.";
    default:
      break;
  }
  switch (error.fault) {
    using enum UpstreamFault;
    case unreachable:
      return "Gemini could not be reached.";
    case location:
      return "Google does not serve the place where this gateway runs.";
    case forbidden:
      return "Google denies this gateway's keys the use of this model.";
    case resource_denied:
      return "The cached content or file that the request names does not exist, or belongs to "
             "another key.";
    case model_unknown:
    case model_closed:
      return googles(error, "Gemini does not know this model.");
    case cancelled:
      return "The request to Gemini was cancelled.";
    case bad_reply:
      return error.message.empty() ? "Gemini's answer was empty or malformed."
                                   : "Gemini's answer was malformed: " + error.message;
    case broken_stream:
      return "Gemini's answer broke off.";
    default:
      return googles(error, "Gemini refused the request without a reason.");
  }
}

}  // namespace

bool is_of_keys(ErrorKind kind) {
  using enum ErrorKind;
  return kind == rate_limited || kind == quota_exhausted || kind == no_usable_key;
}

ApiError client_error(const UpstreamError& error, const Decision& decision, std::int64_t now_ms,
                      std::optional<std::int64_t> usable_at_ms) {
  const std::optional<std::int64_t> wait = wait_for(decision, now_ms, usable_at_ms);
  const ErrorKind kind = kind_for(decision.final, wait);
  ApiError told(kind, message_for(error, kind, wait));
  told.retry_after = wait;
  const bool retry_may_help = kind != ErrorKind::no_usable_key && kind != ErrorKind::forbidden &&
                              (!wait || *wait <= kWorthWaiting);
  if (!retry_may_help) told.should_retry = false;
  return told;
}

}  // namespace castor
