#include "domain/reply_cache.h"

#include <exception>

#include "sql/text.h"
#include "util/crypto.h"

namespace castor {
namespace {

constexpr auto kSeldom = sql::Statement::Keep::for_one_run;
constexpr std::int64_t kPatienceMs = 250;
// Dropped for one that comes: so the rows of a limit that was lowered are soon gone, and no
// transaction is long.
constexpr int kMostDropped = 64;

}  // namespace

std::string CacheQuestion::key() const {
  std::string text = "castor reply 1";  // another number when answers are read differently
  const auto add = [&text](std::string_view field) {
    text.append(1, '\0').append(std::to_string(field.size())).append(":").append(field);
  };
  text.reserve(body.size() + 256);
  add(client_id ? std::to_string(*client_id) : "local");
  add(model);
  add(body);
  for (const std::string& sequence : stop_sequences) add(sequence);
  return crypto::sha256(text);
}

ReplyCache::ReplyCache(sql::Database& database, Clock clock, Report report, std::int64_t ttl_ms,
                       std::int64_t max_bytes)
    : database_(database),
      clock_(clock),
      report_(std::move(report)),
      ttl_ms_(ttl_ms),
      max_bytes_(max_bytes),
      find_(database, sql::text::find_cached_reply, kSeldom),
      drop_(database, sql::text::drop_cached_reply, kSeldom),
      put_(database, sql::text::put_cached_reply, kSeldom),
      purge_(database, sql::text::purge_cached_replies, kSeldom) {}

std::optional<std::string> ReplyCache::find(std::string_view key) noexcept {
  try {
    sql::Rows rows = find_(sql::Blob{key}, clock_.now_ms() - ttl_ms_);
    if (rows.next()) return std::string(rows.text(0));
  } catch (const std::exception& error) {
    report_(std::string("the cache of replies cannot be read: ").append(error.what()));
  }
  return std::nullopt;
}

void ReplyCache::put(const CachedReply& reply) noexcept {
  if (static_cast<std::int64_t>(reply.chunks.size()) > max_bytes_) return;
  try {
    const std::int64_t now_ms = clock_.now_ms();
    sql::Transaction transaction(database_, kPatienceMs);
    drop_.run(sql::Blob{reply.key});
    put_.run(sql::Blob{reply.key}, reply.client_id, reply.model, now_ms, sql::Blob{reply.chunks});
    for (int i = 0; i < kMostDropped && purge_.run(now_ms - ttl_ms_, max_bytes_) > 0; ++i) {
    }
    transaction.commit();
  } catch (const std::exception& error) {
    report_(std::string("a reply is not cached: ").append(error.what()));
  }
}

}  // namespace castor
