#include "domain/reply_store.h"

#include <limits>
#include <string>

#include "sql/text.h"

namespace castor {
namespace {

// One put in 16 drops up to 64 rows: more than came in since, and never many at once.
constexpr std::int64_t kPurgeEvery = 16;
constexpr int kPurgeCount = 64;
// The end of a reply waits for this.
constexpr std::int64_t kPatienceMs = 250;

constexpr auto kSeldom = sql::Statement::Keep::for_one_run;

// Programs that need no key have none to be told apart by.
std::int64_t owner(std::optional<std::int64_t> client) { return client.value_or(0); }

}  // namespace

ReplyStore::ReplyStore(sql::Database& database, Clock clock, Report report, std::int64_t keep_ms)
    : database_(database),
      clock_(clock),
      report_(std::move(report)),
      keep_ms_(keep_ms),
      put_(database, sql::text::put_response, kSeldom),
      find_(database, sql::text::find_response, kSeldom),
      delete_(database, sql::text::delete_response, kSeldom),
      measure_(database, sql::text::measure_responses, kSeldom),
      purge_(database, sql::text::purge_responses, kSeldom) {}

bool ReplyStore::put(std::string_view id, std::optional<std::int64_t> client,
                     const KeptReply& reply) noexcept {
  try {
    if (reply.input.size() + reply.reply.size() > kMostBytes) {
      report_("a response is too large to be kept");
      return false;
    }
    const std::int64_t now_ms = clock_.now_ms();
    sql::Transaction transaction(database_, kPatienceMs);
    put_.run(id, owner(client), reply.previous, now_ms, sql::Blob{reply.input},
             sql::Blob{reply.reply});
    // The time serves as a die: processes that answer one request have no count.
    if (now_ms % kPurgeEvery == 0) purge(kPurgeCount);
    transaction.commit();
    return true;
  } catch (const std::exception& error) {
    report_(std::string("a response is not kept: ").append(error.what()));
    return false;
  }
}

std::optional<KeptReply> ReplyStore::find(std::string_view id, std::optional<std::int64_t> client) {
  sql::Rows rows = find_(id, owner(client), oldest_ms());
  if (!rows.next()) return std::nullopt;
  return KeptReply{.previous = std::string(rows.text(0)),
                   .input = std::string(rows.text(1)),
                   .reply = std::string(rows.text(2))};
}

bool ReplyStore::remove(std::string_view id, std::optional<std::int64_t> client) {
  return delete_.run(id, owner(client), oldest_ms()) > 0;
}

std::int64_t ReplyStore::purge(int count, std::int64_t keep_bytes) {
  bool too_large = false;
  if (sql::Rows rows = measure_(); rows.next()) {
    too_large =
        static_cast<double>(rows.integer(0)) * rows.real(1) > static_cast<double>(keep_bytes);
  }
  const std::int64_t before_ms = too_large ? std::numeric_limits<std::int64_t>::max() : oldest_ms();
  return purge_.run(before_ms, count);
}

}  // namespace castor
