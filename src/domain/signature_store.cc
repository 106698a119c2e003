#include "domain/signature_store.h"

#include <limits>

#include "sql/text.h"

namespace castor {
namespace {

// One put in 16 drops up to 64 rows: more than came in since, and never many at once.
constexpr std::int64_t kPurgeEvery = 16;
constexpr int kPurgeCount = 64;
// A reply waits for this.
constexpr std::int64_t kPatienceMs = 250;

}  // namespace

SignatureStore::SignatureStore(sql::Database& database, Clock clock, Report report,
                               std::int64_t keep_ms)
    : database_(database),
      clock_(clock),
      report_(std::move(report)),
      keep_ms_(keep_ms),
      put_(database, sql::text::put_signature),
      find_(database, sql::text::find_signature),
      measure_(database, sql::text::measure_signatures, sql::Statement::Keep::for_one_run),
      purge_(database, sql::text::purge_signatures, sql::Statement::Keep::for_one_run) {}

void SignatureStore::prepare() {
  put_.prepare();
  find_.prepare();
}

bool SignatureStore::put(std::span<const SignedCall> calls) noexcept {
  if (calls.empty()) return true;
  try {
    const std::int64_t now_ms = clock_.now_ms();
    sql::Transaction transaction(database_, kPatienceMs);
    for (const SignedCall& call : calls) {
      put_.run(call.call_id, call.signature.model_family, sql::Blob{call.signature.signature},
               now_ms);
    }
    // The time serves as a die: processes that answer one request have no count.
    if (now_ms % kPurgeEvery == 0) purge(kPurgeCount);
    transaction.commit();
    return true;
  } catch (const std::exception& error) {
    report_(std::string("thought signatures are not kept: ").append(error.what()));
    return false;
  }
}

std::optional<StoredSignature> SignatureStore::find(std::string_view call_id) noexcept {
  try {
    sql::Rows rows = find_(call_id);
    if (!rows.next()) return std::nullopt;
    return StoredSignature{std::string(rows.text(0)), std::string(rows.text(1))};
  } catch (const std::exception& error) {
    report_(std::string("thought signatures are not found: ").append(error.what()));
    return std::nullopt;
  }
}

std::int64_t SignatureStore::purge(int count, std::int64_t keep_bytes) {
  bool too_large = false;
  if (sql::Rows rows = measure_(); rows.next()) {
    too_large =
        static_cast<double>(rows.integer(0)) * rows.real(1) > static_cast<double>(keep_bytes);
  }
  const std::int64_t before_ms =
      too_large ? std::numeric_limits<std::int64_t>::max() : clock_.now_ms() - keep_ms_;
  return purge_.run(before_ms, count);
}

}  // namespace castor
