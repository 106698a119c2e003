#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/key_policy.h"
#include "domain/key_pool.h"
#include "domain/secret_box.h"
#include "sql/database.h"
#include "util/report.h"

namespace castor {

// The Gemini keys in a client's credential, "KEY" or "KEY, KEY": at most 16 of 20 to 200 printable
// characters. None where any part of it is something else: one of our own client keys, or another
// vendor's secret, which Google must not see.
std::vector<std::string> keys_in(std::string_view credential);

// How a client's own key has fared.
struct PassedKeyHealth {
  std::int64_t answers = 0;
  std::int64_t failures = 0;         // by the fault of key or upstream, never of the request
  std::int64_t failures_in_row = 0;  // since the last answer
  double average_ms = 0;             // of the answers
};

// From 0 to 1, best first: four tenths for success, six for speed, less a tenth for each failure in
// a row, at most five. A key that has not been seen is worth 0.5.
double score(const PassedKeyHealth& health);

// Is it the id of such a key? All others are api_keys.id.
inline bool is_passed(std::int64_t key_id) { return key_id < 0; }

// Leases the keys that a client brings itself, for its request alone. Nothing of a key is stored
// but a hash, made with the key file, with how the key has fared. What Google says of such keys
// never touches the pool nor its models. A lease's key_id is that hash and negative: so it is told
// from the pool's, also in the log.
class PassedKeys {
 public:
  // The referents must outlive it.
  PassedKeys(sql::Database& database, const SecretBox& secrets);

  // The usable key with the best score that the wish allows. With `book` it is noted; then it must
  // be in a transaction.
  LeaseResult lease(std::span<const std::string> keys, const LeaseWish& wish, std::int64_t now_ms,
                    bool book);

  // In a transaction: what a failed attempt says of its key, and that one has answered.
  void learn(std::int64_t key_id, std::string_view model, UpstreamFault fault,
             const Decision& decision);
  void succeeded(std::int64_t key_id, std::int64_t elapsed_ms, std::int64_t now_ms);

 private:
  std::int64_t id_of(std::string_view key) const;

  const SecretBox& secrets_;
  sql::Statement find_, book_, purge_, cool_, fail_, succeed_, forgive_;
};

}  // namespace castor
