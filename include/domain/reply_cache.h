#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/database.h"
#include "util/clock.h"
#include "util/report.h"

namespace castor {

// All that decides an answer: two requests that agree in it may have the same one, whichever client
// API they came by and however their replies are framed.
struct CacheQuestion {
  std::optional<std::int64_t> client_id;  // nobody gets another's answers; nothing: a local caller
  std::string_view model;
  std::string_view body;  // the GenerateContentRequest, as JSON
  const std::vector<std::string>& stop_sequences;

  std::string key() const;  // SHA-256, 32 bytes
};

// An answer that may be given again.
struct CachedReply {
  std::string key;
  std::optional<std::int64_t> client_id;
  std::string model;
  std::string chunks;  // the upstream's, as JSON, with a NUL behind each
};

// Answers that are given again instead of asking once more. In the database: for all workers.
class ReplyCache {
 public:
  // The database must outlive it.
  ReplyCache(sql::Database& database, Clock clock, Report report, std::int64_t ttl_ms,
             std::int64_t max_bytes);

  // CachedReply::chunks. A database that cannot be read has none.
  std::optional<std::string> find(std::string_view key) noexcept;

  // Keeps a reply, and drops the oldest to make room. A database that is busy keeps none.
  void put(const CachedReply& reply) noexcept;

 private:
  sql::Database& database_;
  Clock clock_;
  Report report_;
  std::int64_t ttl_ms_, max_bytes_;
  sql::Statement find_, drop_, put_, purge_;
};

}  // namespace castor
