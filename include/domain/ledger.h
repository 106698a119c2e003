#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>

#include "domain/client_usage.h"
#include "domain/key_pool.h"
#include "domain/passed_keys.h"
#include "domain/prices.h"
#include "domain/request_log.h"
#include "domain/secret_box.h"
#include "sql/database.h"
#include "util/clock.h"
#include "util/report.h"

namespace castor {

struct LedgerOptions {
  // How long a request waits for the database before it goes on without writing.
  std::int64_t admit_patience_ms = 250;
  // The same after the reply. What is not written then waits for the next transaction, or for the
  // end of the process, which is more patient.
  std::int64_t settle_patience_ms = 250;
  // Records that wait at most.
  std::size_t max_pending = 1'000;
  // How keys are chosen.
  KeysConfig keys = {};
  // How long the rows of the log are kept.
  std::int64_t keep_ms = 90LL * 24 * 3'600'000;
  // For the costs in the log and in clients' budgets; must outlive the ledger. Null: none is known.
  const PriceList* prices = nullptr;
};

// A request's account: what it uses and how it went. Each call is one short write transaction:
//
//   admit   the client's limits, the row that says *started*, and a key
//   next    what the failed attempt taught, and another key; publish() before it, if there is a wait
//   settle  how it ended, after the reply
//
// A database that is locked, full or broken never fails a request that could have been answered:
// then keys are leased without a note, and what should have been written waits in memory for the
// next transaction. One ledger for each connection.
class Ledger {
 public:
  // The referents must outlive the ledger.
  Ledger(sql::Database& database, const SecretBox& secrets, Clock clock, Report report,
         const LedgerOptions& options = {});
  ~Ledger();  // flushes

  // Opens the account of record.model and leases a key: a new open attempt at the end of
  // record.attempts. Without a lease the caller may wait for shortage.wake_ms and call again, which
  // takes tried keys, too; and a request that was answered may ask its model another question.
  // Throws ApiError: a limit of the client is reached; the database cannot be read; or it cannot be
  // written and the client has limits, which would not hold then.
  LeaseResult admit(RequestRecord& record);

  // What decide() must know of the past to judge `fault` of the record's last attempt.
  KeyMemory memory(const RequestRecord& record, UpstreamFault fault);

  // Notes how the last attempt failed. It is written by the next call of publish(), next() or
  // settle().
  void close(RequestRecord& record, const UpstreamError& error, const Decision& decision);

  // Tells the others what the attempts have taught, before the request waits: one more transaction.
  void publish(RequestRecord& record) noexcept;

  // Publishes, and leases a key as decision.retry wants it.
  LeaseResult next(RequestRecord& record, const Decision& decision);

  // Closes the account; also of a request that was never admitted. An open attempt with status 200
  // counts as a success of its key. Never throws; `record` is used up.
  void settle(RequestRecord&& record) noexcept;

  // When a key that this request has not tried may be used: now, or when the first one wakes.
  // Nothing: never, or that cannot be known.
  std::optional<std::int64_t> usable_at(const RequestRecord& record) noexcept;

  // Did the model refuse to be asked for this within the last hour? False when in doubt.
  bool refuses_thinking(std::string_view model, std::string_view thinking) noexcept;

  // Drops at most `count` of the oldest rows of the log, if they are older than keep_ms. settle()
  // does so for a few now and then. Returns how many. Throws sql::Error.
  std::int64_t purge(int count);

  // Writes what waits, before a process ends. False: some still waits.
  bool flush() noexcept;
  std::size_t pending() const { return pending_.size(); }

  // Prepares the statements of every request, which otherwise happens at the first.
  void prepare();

  // For scrub().
  std::span<const std::string_view> known_secrets() const { return pool_.known_secrets(); }

 private:
  LeaseResult find_key(const RequestRecord& record, LeaseWish wish, std::int64_t now_ms, bool book);
  LeaseResult lease(RequestRecord& record, const LeaseWish& wish, bool book);
  LeaseResult lease_and_write(RequestRecord& record, const LeaseWish& wish);
  void learn(const RequestRecord& record);
  std::optional<std::int64_t> cost(const AttemptRecord& attempt) const;
  void add_up(RequestRecord& record) const;
  std::optional<Booking> book(RequestRecord& record);
  void settle_booking(const RequestRecord& record);
  void learn_of_passed(const AttemptRecord& attempt);
  bool write_pending(std::int64_t patience_ms) noexcept;
  void purge_now_and_then() noexcept;
  void clean(RequestRecord& record) const;

  sql::Database& database_;
  Clock clock_;
  Report report_;
  LedgerOptions options_;
  KeyPool pool_;
  PassedKeys passed_;
  RequestLog log_;
  ClientUsage usage_;
  std::deque<RequestRecord> pending_;
};

}  // namespace castor
