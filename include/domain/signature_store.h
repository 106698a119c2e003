#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/generate_call.h"
#include "sql/database.h"
#include "util/clock.h"
#include "util/report.h"

namespace castor {

// A function call of a reply, and the thought signature that came with it.
struct SignedCall {
  std::string call_id;  // as the client gets it
  StoredSignature signature;
};

// Thought signatures of function calls, for clients that bring back the call's id but not its
// signature (protocol-mapping D.8). Shared by all workers; what is lost costs the model its train
// of thought, not the client its request: so nothing here throws.
class SignatureStore {
 public:
  static constexpr std::int64_t kKeepBytes = 1'000'000'000;

  // The database must outlive the store. Signatures are kept for `keep_ms`.
  SignatureStore(sql::Database& database, Clock clock, Report report, std::int64_t keep_ms);

  // Keeps the signatures of a reply, in one transaction: before its ids are sent, since the next
  // request may be faster than we. False, with a report, if the database did not let us.
  bool put(std::span<const SignedCall> calls) noexcept;

  std::optional<StoredSignature> find(std::string_view call_id) noexcept;

  // Drops at most `count` of the oldest, if they are older than keep_ms or all together are larger
  // than kKeepBytes. put() does so for a few now and then. Returns how many. Throws sql::Error.
  std::int64_t purge(int count, std::int64_t keep_bytes = kKeepBytes);

  // Prepares the statements of every request.
  void prepare();

 private:
  sql::Database& database_;
  Clock clock_;
  Report report_;
  std::int64_t keep_ms_;
  sql::Statement put_, find_, measure_, purge_;
};

}  // namespace castor
