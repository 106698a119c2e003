#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/client_limits.h"
#include "domain/client_usage.h"
#include "domain/error.h"
#include "domain/key_policy.h"
#include "domain/reply.h"
#include "domain/upstream_error.h"
#include "sql/database.h"

namespace castor {

// One call to the upstream. Times are Unix milliseconds, 0: not yet.
struct AttemptRecord {
  std::int64_t key_id = 0;
  std::string model;
  std::int64_t started_ms = 0;
  std::int64_t first_byte_ms = 0;
  std::int64_t finished_ms = 0;
  int http_status = 0;       // 0: none came
  bool after_brake = false;  // as in Lease
  bool is_counted = false;   // the same

  Usage usage;  // as far as the upstream has told; of the last one that answered, the request's
  std::optional<std::int64_t> cost;  // PriceList::cost(); the ledger's own

  // Set by Ledger::close(): why the call failed and what was decided.
  std::optional<UpstreamError> error;
  Decision decision;

  // The ledger's own: is the row as it is here, and have others been told of the decision?
  bool written = false;
  bool learned = false;
};

// One request of a client, from its first byte to its row in the log. Filled by those who know;
// texts of others are scrubbed and cut by the ledger. Times are Unix milliseconds, 0: not yet.
struct RequestRecord {
  std::int64_t row = 0;  // requests.id; 0: there is no row yet. The ledger's own.

  std::string request_id;  // shown to the client
  std::int64_t started_ms = 0;
  std::int64_t first_byte_ms = 0;
  std::int64_t finished_ms = 0;
  std::optional<std::int64_t> client_id;
  std::string address;
  std::string user_agent;
  std::string api;  // the dialect's name
  std::string path;
  std::string requested_model;
  std::string model;
  std::string thinking;  // what the model is asked for: "level=high", "budget=1024"; "": nothing
  bool stream = false;
  std::string conversation;  // same value, same conversation; "": not known
  std::string user_hash;
  std::int64_t bytes_in = 0;

  // How it ended.
  int status = 0;  // HTTP, as the client got it; 0: nothing was sent
  std::optional<ErrorKind> error;
  bool client_gone = false;
  std::string message;
  std::string stop_reason;
  Usage usage;
  std::optional<std::int64_t> cost;  // of all attempts, as PriceList::cost(); the ledger's own
  std::string cache;                 // "hit", "miss"; "": this request is not for the cache
  std::int64_t bytes_out = 0;
  std::vector<std::string> notes;

  std::vector<AttemptRecord> attempts;

  // `model` is not the first that was asked, which the row was begun with.
  bool fell_back = false;
  // What the client's limits are, if it has any, and about what the request will use, until that is
  // known. Not written.
  std::optional<ClientLimits> limits;
  Usage expected;
  // Set by Ledger::admit(): what is left of them, and what it has booked.
  std::optional<Allowance> allowance;
  std::optional<Booking> booking;

  // Which keys may serve it; both empty: any of the pool's. Not written.
  std::optional<std::int64_t> pinned_key;  // owns what the request names: this one or none
  // Gemini keys that the client brought: these and none of the pool's. Ledger::settle() wipes them.
  std::vector<std::string> own_keys;
};

// The tables requests and attempts. Each method writes within the caller's transaction.
class RequestLog {
 public:
  explicit RequestLog(sql::Database& database);

  // Brings the rows of a request and its attempts to what the record says. Returns the row, which
  // becomes the record's once the transaction is committed.
  std::int64_t write(const RequestRecord& record);

  // Drops at most `count` of the oldest rows, with their attempts, that started before `before_ms`.
  // Returns how many.
  std::int64_t purge(std::int64_t before_ms, int count);

  // Prepares the statements of every request.
  void prepare();

 private:
  std::int64_t start(const RequestRecord& record);
  void settle(const RequestRecord& record, std::int64_t row);
  void write(const AttemptRecord& attempt, std::int64_t row, std::size_t number);

  sql::Database& database_;
  sql::Statement start_request_, settle_request_, write_attempt_, touch_client_, purge_,
      change_model_;
};

}  // namespace castor
