#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/client_limits.h"
#include "sql/database.h"

namespace castor {

// What a request is expected to use, or has used.
struct Expense {
  std::int64_t tokens = 0;
  std::optional<std::int64_t> cost;  // billionths of a US dollar; nothing: no price is known
};

// A request that was let through: what its end must take back.
struct Booking {
  std::int64_t client_id = 0;
  std::int64_t id = 0;  // client_bookings.id; 0: the client's limits need no such row
};

// Holds clients to their limits. All state is in the database, and check and booking are one
// transaction: so however many workers ask at once, no more are let through than the limit says.
//
// A request counts from its admission on. Its tokens and its cost are known at its end; until then
// it reserves what it is expected to use. What a process that was killed had reserved is free again
// as soon as somebody needs it.
class ClientUsage {
 public:
  // The database must outlive it.
  explicit ClientUsage(sql::Database& database);

  // Lets a request of the client through, or throws the ApiError it is told. `left` is what
  // remains, either way. In a transaction, which the caller rolls back when this throws.
  Booking admit(std::int64_t client_id, const ClientLimits& limits, const Expense& expected,
                std::int64_t now_ms, std::optional<Allowance>& left);

  // The request has ended. In a transaction.
  void settle(const Booking& booking, const Expense& used, std::int64_t now_ms);

 private:
  struct Counts {
    std::int64_t minute_end_ms = 0, minute_requests = 0, minute_tokens = 0;
    std::int64_t day_end_ms = 0, day_requests = 0, day_tokens = 0;
    std::int64_t month_end_ms = 0, month_cost = 0;
    std::int64_t streams = 0, reserved_tokens = 0, reserved_cost = 0;  // under way
  };

  Counts find(std::int64_t client_id, std::int64_t now_ms);
  void put(std::int64_t client_id, const Counts& counts);
  bool drop_dead(std::int64_t client_id, std::int64_t now_ms);
  static void check(const ClientLimits& limits, const Counts& counts, const Expense& expected,
                    std::int64_t now_ms);
  static Allowance left_of(const ClientLimits& limits, const Counts& counts);

  sql::Database& database_;
  sql::Statement find_, put_, add_booking_, drop_booking_, list_bookings_;
  std::string process_;  // process_identity(), once it is needed
};

}  // namespace castor
