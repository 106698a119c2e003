#include "domain/client_usage.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "domain/prices.h"
#include "sql/text.h"
#include "util/process_identity.h"
#include "util/utc_time.h"

namespace castor {
namespace {

// No request takes as long. For those whose process cannot be judged.
constexpr std::int64_t kLongestRequestMs = 6 * 3'600'000;
// A client that waits longer than this for a retry that cannot help is told not to.
constexpr std::int64_t kWorthRetryingSeconds = 60;
// Until one of several requests under way ends, as nobody knows when that is.
constexpr std::int64_t kStreamRetrySeconds = 2;

// Is the window that ends then the current one, whose regular end is `end_ms`? A clock that was set
// back a little does not begin a window anew.
bool is_current(std::int64_t stored_end_ms, std::int64_t end_ms, std::int64_t next_end_ms) {
  return stored_end_ms >= end_ms && stored_end_ms <= next_end_ms;
}

ApiError refusal(const std::string& limit, std::int64_t resets_ms, std::int64_t now_ms) {
  const std::int64_t seconds = std::max<std::int64_t>(1, (resets_ms - now_ms + 999) / 1000);
  const bool soon = seconds <= kWorthRetryingSeconds;
  // Codex reads the delay from the text.
  ApiError error(soon ? ErrorKind::rate_limited : ErrorKind::quota_exhausted,
                 "This client key's limit of " + limit + " is reached; it resets at " +
                     utc_time(resets_ms) + ". Please try again in " + std::to_string(seconds) +
                     "s.");
  error.retry_after = seconds;
  if (!soon) error.should_retry = false;
  return error;
}

// What no waiting helps.
ApiError too_much(const std::string& message) {
  ApiError error(ErrorKind::rate_limited, message);
  error.should_retry = false;
  return error;
}

std::string times(std::int64_t limit, const char* what) {
  return std::to_string(limit) + " " + what;
}

void check_requests(std::optional<std::int64_t> limit, const char* what, std::int64_t used,
                    std::int64_t resets_ms, std::int64_t now_ms) {
  if (limit && used >= *limit) throw refusal(times(*limit, what), resets_ms, now_ms);
}

void check_tokens(std::optional<std::int64_t> limit, const char* what, std::int64_t used,
                  std::int64_t expected, std::int64_t resets_ms, std::int64_t now_ms) {
  if (!limit) return;
  if (expected > *limit) {
    throw too_much("This request needs about " + times(expected, "tokens") +
                   ", more than this client key's limit of " + times(*limit, what) + ".");
  }
  if (used + expected > *limit) throw refusal(times(*limit, what), resets_ms, now_ms);
}

std::optional<Allowance::Quota> tighter(const std::optional<Allowance::Quota>& a,
                                        const std::optional<Allowance::Quota>& b) {
  if (!a || !b) return a ? a : b;
  return a->remaining <= b->remaining ? a : b;
}

std::optional<Allowance::Quota> quota(std::optional<std::int64_t> limit, std::int64_t used,
                                      std::int64_t resets_ms) {
  if (!limit) return std::nullopt;
  return Allowance::Quota{*limit, std::max<std::int64_t>(0, *limit - used), resets_ms};
}

}  // namespace

ClientUsage::ClientUsage(sql::Database& database)
    : database_(database),
      find_(database, sql::text::find_client_usage),
      put_(database, sql::text::put_client_usage),
      add_booking_(database, sql::text::add_booking),
      drop_booking_(database, sql::text::drop_booking),
      list_bookings_(database, sql::text::list_bookings, sql::Statement::Keep::for_one_run) {}

Booking ClientUsage::admit(std::int64_t client_id, const ClientLimits& limits,
                           const Expense& expected, std::int64_t now_ms,
                           std::optional<Allowance>& left) {
  Counts counts = find(client_id, now_ms);
  left = left_of(limits, counts);
  try {
    check(limits, counts, expected, now_ms);
  } catch (const ApiError&) {
    if (!drop_dead(client_id, now_ms)) throw;
    counts = find(client_id, now_ms);
    left = left_of(limits, counts);
    check(limits, counts, expected, now_ms);
  }
  ++counts.minute_requests;
  ++counts.day_requests;
  put(client_id, counts);
  Booking booking{.client_id = client_id};
  if (limits.streams || limits.tokens_per_minute || limits.tokens_per_day || limits.budget) {
    if (process_.empty()) process_ = process_identity();
    add_booking_.run(client_id, now_ms, process_, expected.tokens, expected.cost.value_or(0));
    booking.id = database_.last_insert_id();
  }
  counts.reserved_tokens += expected.tokens;
  left = left_of(limits, counts);
  return booking;
}

void ClientUsage::settle(const Booking& booking, const Expense& used, std::int64_t now_ms) {
  if (booking.id == 0) return;
  // Of two accounts of one request the second finds nothing.
  if (drop_booking_.run(booking.id) == 0) return;
  Counts counts = find(booking.client_id, now_ms);
  counts.minute_tokens += used.tokens;
  counts.day_tokens += used.tokens;
  counts.month_cost += used.cost.value_or(0);
  put(booking.client_id, counts);
}

ClientUsage::Counts ClientUsage::find(std::int64_t client_id, std::int64_t now_ms) {
  Counts counts;
  counts.minute_end_ms = next_minute(now_ms);
  counts.day_end_ms = next_utc_day(now_ms);
  counts.month_end_ms = next_utc_month(now_ms);
  sql::Rows rows = find_(client_id);
  rows.next();
  if (is_current(rows.integer(0), counts.minute_end_ms, next_minute(counts.minute_end_ms))) {
    counts.minute_end_ms = rows.integer(0);
    counts.minute_requests = rows.integer(1);
    counts.minute_tokens = rows.integer(2);
  }
  if (is_current(rows.integer(3), counts.day_end_ms, next_utc_day(counts.day_end_ms))) {
    counts.day_end_ms = rows.integer(3);
    counts.day_requests = rows.integer(4);
    counts.day_tokens = rows.integer(5);
  }
  if (is_current(rows.integer(6), counts.month_end_ms, next_utc_month(counts.month_end_ms))) {
    counts.month_end_ms = rows.integer(6);
    counts.month_cost = rows.integer(7);
  }
  counts.streams = rows.integer(8);
  counts.reserved_tokens = rows.integer(9);
  counts.reserved_cost = rows.integer(10);
  return counts;
}

void ClientUsage::put(std::int64_t client_id, const Counts& counts) {
  put_.run(client_id, counts.minute_end_ms, counts.minute_requests, counts.minute_tokens,
           counts.day_end_ms, counts.day_requests, counts.day_tokens, counts.month_end_ms,
           counts.month_cost);
}

// Drops the bookings of processes that were killed. Were there any?
bool ClientUsage::drop_dead(std::int64_t client_id, std::int64_t now_ms) {
  std::vector<std::int64_t> dead;
  std::map<std::string, bool, std::less<>> ended;  // many bookings are of few processes
  for (sql::Rows rows = list_bookings_(client_id); rows.next();) {
    const auto [process, is_new] = ended.try_emplace(std::string(rows.text(2)));
    if (is_new) process->second = has_ended(process->first);
    if (process->second || rows.integer(1) < now_ms - kLongestRequestMs) {
      dead.push_back(rows.integer(0));
    }
  }
  for (const std::int64_t id : dead) drop_booking_.run(id);
  return !dead.empty();
}

void ClientUsage::check(const ClientLimits& limits, const Counts& counts, const Expense& expected,
                        std::int64_t now_ms) {
  check_requests(limits.requests_per_day, "requests per day", counts.day_requests,
                 counts.day_end_ms, now_ms);
  check_tokens(limits.tokens_per_day, "tokens per day", counts.day_tokens + counts.reserved_tokens,
               expected.tokens, counts.day_end_ms, now_ms);
  if (limits.budget) {
    if (!expected.cost) {
      ApiError error(
          ErrorKind::forbidden,
          "This client key has a budget, and the gateway knows no price for this model.");
      throw error;
    }
    if (counts.month_cost + counts.reserved_cost + *expected.cost > *limits.budget) {
      throw refusal(dollars(*limits.budget) + " US dollars per month", counts.month_end_ms, now_ms);
    }
  }
  check_requests(limits.requests_per_minute, "requests per minute", counts.minute_requests,
                 counts.minute_end_ms, now_ms);
  check_tokens(limits.tokens_per_minute, "tokens per minute",
               counts.minute_tokens + counts.reserved_tokens, expected.tokens, counts.minute_end_ms,
               now_ms);
  if (limits.streams && counts.streams >= *limits.streams) {
    ApiError error(ErrorKind::rate_limited,
                   "This client key's limit of " + times(*limits.streams, "requests at a time") +
                       " is reached; it resets when one of them ends. Please try again in " +
                       std::to_string(kStreamRetrySeconds) + "s.");
    error.retry_after = kStreamRetrySeconds;
    throw error;
  }
}

Allowance ClientUsage::left_of(const ClientLimits& limits, const Counts& counts) {
  return {
      .requests =
          tighter(quota(limits.requests_per_minute, counts.minute_requests, counts.minute_end_ms),
                  quota(limits.requests_per_day, counts.day_requests, counts.day_end_ms)),
      .tokens = tighter(quota(limits.tokens_per_minute,
                              counts.minute_tokens + counts.reserved_tokens, counts.minute_end_ms),
                        quota(limits.tokens_per_day, counts.day_tokens + counts.reserved_tokens,
                              counts.day_end_ms))};
}

}  // namespace castor
