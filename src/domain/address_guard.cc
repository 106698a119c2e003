#include "domain/address_guard.h"

#include <exception>
#include <string>

#include "domain/error.h"
#include "sql/text.h"
#include "util/ip_address.h"
#include "util/utc_time.h"

namespace castor {
namespace {

constexpr auto kSeldom = sql::Statement::Keep::for_one_run;

// Under which an address is counted; "": not at all.
std::string counted_as(std::string_view address) {
  const auto parsed = IpAddress::parse(address);
  return parsed && !parsed->is_loopback() ? parsed->reach() : std::string();
}

}  // namespace

AddressGuard::AddressGuard(sql::Database& database, Clock clock, Report report,
                           const AddressGuardOptions& options)
    : database_(database),
      clock_(clock),
      report_(std::move(report)),
      options_(options),
      find_(database, sql::text::find_block),
      count_(database, sql::text::count_failure, kSeldom),
      purge_(database, sql::text::purge_failures, kSeldom) {}

void AddressGuard::check(std::string_view address) {
  if (options_.max_failures == 0) return;
  const std::string counted = counted_as(address);
  if (counted.empty()) return;
  const std::int64_t now_ms = clock_.now_ms();
  sql::Rows rows = find_(counted, now_ms);
  if (!rows.next()) return;
  const std::int64_t seconds = (rows.integer(0) - now_ms + 999) / 1000;
  ApiError error(ErrorKind::rate_limited,
                 "too many wrong client keys came from this address; it is blocked for " +
                     std::to_string(seconds) + "s");
  error.retry_after = seconds;
  error.should_retry = false;
  throw error;
}

void AddressGuard::count_failure(std::string_view address) noexcept {
  if (options_.max_failures == 0) return;
  try {
    const std::string counted = counted_as(address);
    if (counted.empty()) return;
    const std::int64_t now_ms = clock_.now_ms();
    const std::int64_t since_ms = now_ms - options_.within_ms;
    const std::int64_t until_ms = now_ms + options_.block_ms;
    sql::Transaction transaction(database_, options_.patience_ms);
    bool blocked = false;
    {
      sql::Rows rows = count_(counted, now_ms, since_ms, options_.max_failures, until_ms);
      blocked = rows.next() && rows.integer(0) == until_ms;
    }
    purge_.run(since_ms, now_ms, options_.max_addresses);
    transaction.commit();
    if (blocked) {
      report_(counted + " is blocked until " + utc_time(until_ms) + ": it sent " +
              std::to_string(options_.max_failures) + " wrong client keys");
    }
  } catch (const std::exception& error) {
    report_(std::string("a wrong client key is not counted: ").append(error.what()));
  }
}

}  // namespace castor
