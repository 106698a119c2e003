#include "domain/key_pool.h"

#include <algorithm>

#include "domain/key_admin.h"
#include "sql/text.h"
#include "util/crypto.h"

namespace castor {
namespace {

constexpr auto kSeldom = sql::Statement::Keep::for_one_run;

constexpr std::int64_t kRecentInternalMs = 60'000;    // KeyMemory::recent_internal
constexpr std::int64_t kRecentOverloadedMs = 30'000;  // KeyMemory::recent_overloaded
constexpr std::int64_t kRecentExhaustedMs = 150'000;  // KeyMemory::exhausted_keys
constexpr std::int64_t kRecentBrakeMs = 300'000;      // KeyMemory::brakes
constexpr std::int64_t kRememberThinkingMs = 3'600'000;
// After a brake the first try is alone for so long: a refusal comes sooner.
constexpr std::int64_t kHoldMs = 1'000;
constexpr std::int64_t kMinuteMs = 60'000;

std::string_view lease_query(KeyStrategy strategy) {
  switch (strategy) {
    case KeyStrategy::weighted:
      return sql::text::lease_weighted_key;
    case KeyStrategy::fill_first:
      return sql::text::lease_first_key;
    case KeyStrategy::least_recently_used:
      break;
  }
  return sql::text::lease_key;
}

}  // namespace

KeyPool::KeyPool(sql::Database& database, const SecretBox& secrets, Report report,
                 const KeysConfig& config)
    : secrets_(secrets),
      report_(std::move(report)),
      config_(config),
      lease_key_(database, lease_query(config.strategy)),
      lease_conversation_key_(database, sql::text::lease_conversation_key),
      lease_same_key_(database, sql::text::lease_same_key, kSeldom),
      book_lease_(database, sql::text::book_lease),
      take_turn_(database, sql::text::take_turn),
      count_use_(database, sql::text::count_use),
      explain_shortage_(database, sql::text::explain_shortage, kSeldom),
      disable_key_(database, sql::text::disable_bad_key, kSeldom),
      cool_key_(database, sql::text::cool_key, kSeldom),
      find_brake_(database, sql::text::find_brake, kSeldom),
      set_brake_(database, sql::text::set_brake, kSeldom),
      hold_brake_(database, sql::text::hold_brake, kSeldom),
      release_brake_(database, sql::text::release_brake, kSeldom),
      forgive_key_(database, sql::text::forgive_key),
      book_success_(database, sql::text::book_success),
      book_failure_(database, sql::text::book_failure, kSeldom),
      recall_trouble_(database, sql::text::recall_trouble, kSeldom),
      refuse_thinking_(database, sql::text::refuse_thinking, kSeldom),
      find_refused_thinking_(database, sql::text::find_refused_thinking) {}

KeyPool::~KeyPool() {
  for (auto& [id, opened] : opened_) {
    crypto::wipe(opened.plain);
    crypto::wipe(opened.proxy);
  }
}

void KeyPool::prepare() {
  for (sql::Statement* statement : {&lease_key_, &lease_conversation_key_, &book_lease_,
                                    &forgive_key_, &book_success_, &find_refused_thinking_}) {
    statement->prepare();
  }
}

LeaseResult KeyPool::lease(const LeaseWish& wish, std::int64_t now_ms, bool book) {
  LeaseResult result;
  if (wish.same_key) {
    result.lease = take(lease_same_key_(now_ms, wish.model, *wish.same_key), {});
  } else if (wish.only_key) {
    result.lease = take(lease_same_key_(now_ms, wish.model, *wish.only_key), wish.tried);
  } else {
    if (!wish.conversation.empty() && config_.affinity_ms > 0) {
      result.lease = take(lease_conversation_key_(now_ms, wish.model, wish.conversation,
                                                  now_ms - config_.affinity_ms),
                          wish.tried);
    }
    if (!result.lease) result.lease = take(lease_key_(now_ms, wish.model), wish.tried);
  }
  if (!result.lease) {
    result.shortage = explain(wish, now_ms);
  } else if (book) {
    book_lease_.run(result.lease->key_id, now_ms);
    if (config_.strategy == KeyStrategy::weighted) take_turn_.run(result.lease->key_id);
    if (result.lease->is_counted) count(result.lease->key_id, wish.model, 1, 0, now_ms);
    if (result.lease->after_brake) hold_brake_.run(wish.model, now_ms + kHoldMs);
  }
  return result;
}

// The first of the rows (of lease_key.sql) that was not tried and can be opened.
std::optional<Lease> KeyPool::take(sql::Rows rows, std::span<const std::int64_t> tried) {
  while (rows.next()) {
    const std::int64_t id = rows.integer(0);
    if (std::find(tried.begin(), tried.end(), id) != tried.end()) continue;
    const Opened& opened = open(id, rows.text(1), rows.text(2));
    if (opened.plain.empty()) continue;
    return Lease{.key_id = id,
                 .secret = opened.plain,
                 .proxy = opened.proxy,
                 .after_brake = rows.integer(3) == 1,
                 .is_counted = rows.integer(4) == 1};
  }
  return std::nullopt;
}

const KeyPool::Opened& KeyPool::open(std::int64_t key_id, std::string_view sealed,
                                     std::string_view sealed_proxy) {
  Opened& entry = opened_[key_id];
  if (entry.sealed == sealed && entry.sealed_proxy == sealed_proxy) return entry;
  crypto::wipe(entry.plain);
  crypto::wipe(entry.proxy);
  entry.sealed = sealed;
  entry.sealed_proxy = sealed_proxy;
  std::optional<std::string> plain = secrets_.open(SecretPurpose::api_key, sealed);
  std::optional<std::string> proxy =
      sealed_proxy.empty() ? std::string() : secrets_.open(SecretPurpose::proxy, sealed_proxy);
  if (plain && proxy) {  // never past its proxy
    entry.plain = std::move(*plain);
    entry.proxy = std::move(*proxy);
  } else {
    report_("key " + std::to_string(key_id) +
            " was sealed with another key file: restore that file, or add the key again");
  }
  known_.clear();
  for (const auto& [id, opened] : opened_) {
    if (!opened.plain.empty()) known_.push_back(opened.plain);
  }
  return entry;
}

void KeyPool::count(std::int64_t key_id, std::string_view model, std::int64_t requests,
                    std::int64_t tokens, std::int64_t now_ms) {
  const std::int64_t minute = now_ms / kMinuteMs, day_end_ms = daily_quota_end(now_ms);
  bool minute_is_used_up = false, day_is_used_up = false;
  if (sql::Rows rows = count_use_(key_id, model, minute, day_end_ms, requests, tokens);
      rows.next()) {
    minute_is_used_up = rows.integer(0) == 1;
    day_is_used_up = rows.integer(1) == 1;
  }
  if (!minute_is_used_up && !day_is_used_up) return;
  cool_key_.run(key_id, model, day_is_used_up ? day_end_ms : (minute + 1) * kMinuteMs, now_ms,
                "known_limit", day_is_used_up ? "known daily quota" : "known minute quota",
                /*strikes=*/0, /*project_wide=*/true, now_ms);
}

Shortage KeyPool::explain(const LeaseWish& wish, std::int64_t now_ms) {
  Shortage shortage;
  std::int64_t previous = 0;
  const auto wakes = [&](std::int64_t at_ms) {
    if (shortage.wake_ms == 0 || at_ms < shortage.wake_ms) shortage.wake_ms = at_ms;
  };
  for (sql::Rows rows = explain_shortage_(now_ms, wish.model); rows.next();) {
    const std::int64_t id = rows.integer(0);
    if (id == previous) continue;  // a shorter rest of the same key
    if (wish.only_key && id != *wish.only_key) continue;
    previous = id;
    ++shortage.keys;
    const auto opened = opened_.find(id);
    const bool enabled = rows.integer(1) == 1;
    if (!enabled || (opened != opened_.end() && opened->second.plain.empty())) {
      ++shortage.disabled;
    } else if (!rows.is_null(2)) {
      ++shortage.resting;
      ++shortage.reasons[std::string(rows.text(3))];
      wakes(rows.integer(2));
    } else if (std::find(wish.tried.begin(), wish.tried.end(), id) != wish.tried.end()) {
      ++shortage.tried;
    } else {
      wakes(now_ms);  // usable, but for the brake
    }
  }
  sql::Rows brake = find_brake_(now_ms, wish.model);
  if (brake.next()) shortage.braked_until_ms = brake.integer(0);
  if (shortage.wake_ms > 0) {
    shortage.wake_ms = std::max(shortage.wake_ms, shortage.braked_until_ms);
  }
  return shortage;
}

void KeyPool::learn(std::int64_t key_id, std::string_view model, std::string_view asked_thinking,
                    const char* fault, const Decision& decision, std::int64_t started_ms,
                    std::int64_t now_ms) {
  switch (decision.effect) {
    case KeyEffect::none:
      break;
    case KeyEffect::disable:
      if (disable_key_.run(
              key_id, decision.note,
              decision.curable ? std::optional(now_ms + kProbeEveryMs) : std::nullopt) > 0) {
        report_("key " + std::to_string(key_id) + " disabled: " + decision.note + " (" + fault +
                "); after the cure: castor keys enable " + std::to_string(key_id));
      }
      break;
    case KeyEffect::cool_key:
    case KeyEffect::cool_key_model:
      cool_key_.run(key_id, decision.effect == KeyEffect::cool_key ? std::string_view() : model,
                    decision.cool_until_ms, now_ms, fault, decision.note, decision.strike,
                    decision.project_wide, started_ms);
      book_failure_.run(key_id);
      break;
  }
  if (decision.brake_model_ms > 0) {
    set_brake_.run(model, now_ms + decision.brake_model_ms, now_ms, now_ms - kRecentBrakeMs);
  }
  if (decision.remember_no_level && !asked_thinking.empty()) {
    refuse_thinking_.run(model, asked_thinking, now_ms + kRememberThinkingMs);
  }
}

void KeyPool::succeeded(std::int64_t key_id, std::string_view model, std::int64_t latency_ms,
                        std::int64_t now_ms) {
  book_success_.run(key_id, now_ms, latency_ms);
  forgive_key_.run(key_id, model, now_ms);
}

void KeyPool::release_brake(std::string_view model, std::int64_t started_ms) {
  release_brake_.run(model, started_ms);
}

KeyMemory KeyPool::memory(std::int64_t key_id, std::string_view model, std::int64_t now_ms) {
  sql::Rows rows = recall_trouble_(key_id, model, now_ms, now_ms - kRecentInternalMs,
                                   now_ms - kRecentOverloadedMs, now_ms - kRecentExhaustedMs,
                                   now_ms - kRecentBrakeMs);
  KeyMemory memory;
  if (!rows.next()) return memory;
  memory.strikes = static_cast<int>(rows.integer(0));
  memory.forbidden_models = static_cast<int>(rows.integer(1));
  memory.recent_internal = static_cast<int>(rows.integer(2));
  memory.recent_overloaded = static_cast<int>(rows.integer(3));
  memory.exhausted_keys = static_cast<int>(rows.integer(4));
  memory.brakes = static_cast<int>(rows.integer(5));
  return memory;
}

bool KeyPool::refuses_thinking(std::string_view model, std::string_view thinking,
                               std::int64_t now_ms) {
  if (thinking.empty()) return false;
  return find_refused_thinking_(model, thinking, now_ms).next();
}

}  // namespace castor
