#pragma once

#include <cstdint>
#include <string_view>

#include "sql/database.h"
#include "util/clock.h"
#include "util/report.h"

namespace castor {

struct AddressGuardOptions {
  int max_failures = 30;             // wrong keys at which an address is blocked; 0: never
  std::int64_t within_ms = 600'000;  // counted for so long
  std::int64_t block_ms = 900'000;
  std::int64_t patience_ms = 250;       // with the database, before a failure goes uncounted
  std::int64_t max_addresses = 10'000;  // that are remembered
};

// Blocks addresses that try keys (IPv6 by /64), for all workers. Never this machine's own, nor what
// is no address: behind a local proxy or a socket is all the world.
class AddressGuard {
 public:
  AddressGuard(sql::Database& database, Clock clock, Report report,
               const AddressGuardOptions& options = {});

  // Throws ApiError (rate_limited) if the address is blocked.
  void check(std::string_view address);

  // A key from that address is unknown. A database that is busy lets it go.
  void count_failure(std::string_view address) noexcept;

 private:
  sql::Database& database_;
  Clock clock_;
  Report report_;
  AddressGuardOptions options_;
  sql::Statement find_, count_, purge_;
};

}  // namespace castor
