#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/generate_call.h"
#include "sql/database.h"
#include "util/clock.h"
#include "util/report.h"

namespace castor {

// Replies that clients may refer to in later requests, or fetch again. Shared by all workers. Each
// belongs to the client that asked for it, and nobody else finds it.
class ReplyStore {
 public:
  static constexpr std::int64_t kKeepBytes = 1'000'000'000;  // of all
  static constexpr std::size_t kMostBytes = 16 << 20;        // of one

  // The database must outlive the store. Replies are kept for `keep_ms`; 0: none are.
  ReplyStore(sql::Database& database, Clock clock, Report report, std::int64_t keep_ms);

  bool keeps() const { return keep_ms_ > 0; }

  // Keeps a reply. To be called before the client has all of it, since its next request may be
  // faster than we. False, with a report, if it is too large or the database did not let us: the
  // reply is as good without.
  bool put(std::string_view id, std::optional<std::int64_t> client,
           const KeptReply& reply) noexcept;

  // Both throw sql::Error.
  std::optional<KeptReply> find(std::string_view id, std::optional<std::int64_t> client);
  bool remove(std::string_view id, std::optional<std::int64_t> client);

  // Drops at most `count` of the oldest, if they are older than keep_ms or all together are larger
  // than kKeepBytes. put() does so for a few now and then. Returns how many. Throws sql::Error.
  std::int64_t purge(int count, std::int64_t keep_bytes = kKeepBytes);

 private:
  std::int64_t oldest_ms() const { return clock_.now_ms() - keep_ms_; }

  sql::Database& database_;
  Clock clock_;
  Report report_;
  std::int64_t keep_ms_;
  sql::Statement put_, find_, delete_, measure_, purge_;
};

}  // namespace castor
