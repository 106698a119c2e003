#include "domain/passed_keys.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/key_admin.h"
#include "sql/text.h"
#include "util/text.h"

namespace castor {
namespace {

constexpr auto kSeldom = sql::Statement::Keep::for_one_run;

constexpr std::size_t kMostKeys = 16;       // of one request
constexpr std::int64_t kMostKept = 10'000;  // hashes: whoever tries keys out must not fill the disk

// Secrets that are certainly no keys of Google's: ours, OpenAI's, Anthropic's.
bool is_of_another(std::string_view key) {
  return key.starts_with("ck_") || key.starts_with("sk-");
}

// Does the fault say something of the key? Not where the request itself was at fault.
bool is_of_key(UpstreamFault fault, const Decision& decision) {
  using enum ErrorKind;
  return decision.effect != KeyEffect::none || fault == UpstreamFault::timeout ||
         decision.final == internal || decision.final == overloaded;
}

}  // namespace

std::vector<std::string> keys_in(std::string_view credential) {
  std::vector<std::string> keys;
  for (const std::string_view piece : split(credential, ',')) {
    const std::string_view key = trim(piece);
    if (is_of_another(key) || !why_no_key(key).empty() || keys.size() == kMostKeys) return {};
    if (std::ranges::find(keys, key) == keys.end()) keys.emplace_back(key);
  }
  return keys;
}

double score(const PassedKeyHealth& health) {
  const auto attempts = static_cast<double>(health.answers + health.failures);
  if (attempts == 0) return 0.5;
  const double success = static_cast<double>(health.answers) / attempts;
  const double speed =
      health.answers == 0 ? 0 : std::clamp(1 - (health.average_ms - 100) / 5000, 0.0, 1.0);
  const double penalty = std::min(0.5, 0.1 * static_cast<double>(health.failures_in_row));
  return std::max(0.0, 0.4 * success + 0.6 * speed - penalty);
}

PassedKeys::PassedKeys(sql::Database& database, const SecretBox& secrets)
    : secrets_(secrets),
      find_(database, sql::text::find_passed_key, kSeldom),
      book_(database, sql::text::book_passed_key, kSeldom),
      purge_(database, sql::text::purge_passed_keys, kSeldom),
      cool_(database, sql::text::cool_passed_key, kSeldom),
      fail_(database, sql::text::fail_passed_key, kSeldom),
      succeed_(database, sql::text::book_passed_answer, kSeldom),
      forgive_(database, sql::text::forgive_passed_key, kSeldom) {}

LeaseResult PassedKeys::lease(std::span<const std::string> keys, const LeaseWish& wish,
                              std::int64_t now_ms, bool book) {
  LeaseResult result;
  Shortage& shortage = result.shortage;
  double best = -1;
  bool is_new = false;
  const std::int64_t only = wish.same_key.value_or(wish.only_key.value_or(0));  // 0: no key's id
  // What another key owns Google will refuse, in its own words.
  const bool is_there =
      std::ranges::any_of(keys, [&](const auto& key) { return id_of(key) == only; });
  for (const std::string& key : keys) {
    const std::int64_t id = id_of(key);
    if (is_there && id != only) continue;
    ++shortage.keys;
    if (std::ranges::find(wish.tried, id) != wish.tried.end()) {
      ++shortage.tried;
      continue;
    }
    PassedKeyHealth health;
    sql::Rows rows = find_(id, wish.model, now_ms);
    const bool known = rows.next();
    if (known) {
      health = {rows.integer(0), rows.integer(1), rows.integer(2), rows.real(3)};
      if (!rows.is_null(4) && !wish.same_key) {
        const std::int64_t until_ms = rows.integer(4);
        ++shortage.resting;
        ++shortage.reasons[std::string(rows.text(5))];
        if (shortage.wake_ms == 0 || until_ms < shortage.wake_ms) shortage.wake_ms = until_ms;
        continue;
      }
    }
    if (const double worth = score(health); worth > best) {
      best = worth;
      is_new = !known;
      result.lease = Lease{id, key};
    }
  }
  if (!result.lease || !book) return result;
  book_.run(result.lease->key_id, now_ms);
  if (is_new) purge_.run(kMostKept);
  return result;
}

void PassedKeys::learn(std::int64_t key_id, std::string_view model, UpstreamFault fault,
                       const Decision& decision) {
  if (!is_of_key(fault, decision)) return;
  fail_.run(key_id);
  // One that Google refuses does not rest: its owner mends it in a browser and tries again at once.
  if (decision.effect == KeyEffect::none || decision.effect == KeyEffect::disable) return;
  const bool for_all = decision.effect == KeyEffect::cool_key;
  cool_.run(key_id, for_all ? std::string_view() : model, decision.cool_until_ms, name(fault));
}

void PassedKeys::succeeded(std::int64_t key_id, std::int64_t elapsed_ms, std::int64_t now_ms) {
  succeed_.run(key_id, static_cast<double>(elapsed_ms));
  forgive_.run(key_id, now_ms);
}

// Below zero, and of 62 bits.
std::int64_t PassedKeys::id_of(std::string_view key) const {
  const std::string hash = secrets_.fingerprint(SecretPurpose::passed_key, key);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(hash[i]);
  return -1 - static_cast<std::int64_t>(number >> 2);
}

}  // namespace castor
