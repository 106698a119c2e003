#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/config.h"
#include "domain/key_policy.h"
#include "domain/secret_box.h"
#include "domain/shortage.h"
#include "sql/database.h"
#include "util/report.h"

namespace castor {

// A key in use.
struct Lease {
  std::int64_t key_id = 0;
  std::string secret;
  std::string proxy;         // of this key alone; empty: none
  bool after_brake = false;  // the model's brake has ended, and this try tells what it was good for
  bool is_counted = false;   // a quota of the key is known: see count()
};

struct LeaseResult {
  std::optional<Lease> lease;
  Shortage shortage;  // if there is no lease
};

// A wish for a key.
struct LeaseWish {
  std::string_view model;
  std::string_view conversation;         // prefers the key it had last; "": not known
  std::span<const std::int64_t> tried;   // these not
  std::optional<std::int64_t> same_key;  // this one or none
  std::optional<std::int64_t> only_key;  // this one, or none while it rests
};

// Leases the upstream keys to requests and learns from how they fared (protocol-mapping F.1). All
// state is in the database: what one worker learns holds for the next lease of every other.
class KeyPool {
 public:
  // The referents must outlive the pool.
  KeyPool(sql::Database& database, const SecretBox& secrets, Report report,
          const KeysConfig& config = {});
  ~KeyPool();  // wipes the secrets

  // The usable key that is next, if the conversation does not have one of its own. Only with `book`
  // others will know of it; then it must be in a transaction.
  LeaseResult lease(const LeaseWish& wish, std::int64_t now_ms, bool book);

  // What a decision says of a key, its project and the model. `asked_thinking` is what the model
  // was asked for, `started_ms` when. In a transaction.
  void learn(std::int64_t key_id, std::string_view model, std::string_view asked_thinking,
             const char* fault, const Decision& decision, std::int64_t started_ms,
             std::int64_t now_ms);
  // The key has answered well, its first byte after `latency_ms`: what was held against it for this
  // model is forgotten. In a transaction.
  void succeeded(std::int64_t key_id, std::string_view model, std::int64_t latency_ms,
                 std::int64_t now_ms);
  // The model has answered a try that began at `started_ms`, after its brake. In a transaction.
  void release_brake(std::string_view model, std::int64_t started_ms);

  // Counts what a quota that the operator knows was used for: the lease that takes the last of it
  // puts the key to rest. Leases count themselves; tokens are known when the answer has come. In a
  // transaction.
  void count(std::int64_t key_id, std::string_view model, std::int64_t requests,
             std::int64_t tokens, std::int64_t now_ms);

  // What is remembered; recent faults without the one that is to be judged.
  KeyMemory memory(std::int64_t key_id, std::string_view model, std::int64_t now_ms);

  // Did the model refuse to be asked for this within the last hour?
  bool refuses_thinking(std::string_view model, std::string_view thinking, std::int64_t now_ms);

  // The secrets this worker has used, for scrub(). Valid until the next lease.
  std::span<const std::string_view> known_secrets() const { return known_; }

  // Prepares the statements of every request.
  void prepare();

 private:
  // A key's secrets and the sealed forms they were opened from, which change when the key is
  // replaced.
  struct Opened {
    std::string sealed, sealed_proxy;
    std::string plain;  // empty: it does not open
    std::string proxy;
  };

  std::optional<Lease> take(sql::Rows rows, std::span<const std::int64_t> tried);
  const Opened& open(std::int64_t key_id, std::string_view sealed, std::string_view sealed_proxy);
  Shortage explain(const LeaseWish& wish, std::int64_t now_ms);

  const SecretBox& secrets_;
  Report report_;
  const KeysConfig config_;
  std::unordered_map<std::int64_t, Opened> opened_;
  std::vector<std::string_view> known_;
  sql::Statement lease_key_, lease_conversation_key_, lease_same_key_, book_lease_, take_turn_;
  sql::Statement count_use_;
  sql::Statement explain_shortage_, disable_key_, cool_key_;
  sql::Statement find_brake_, set_brake_, hold_brake_, release_brake_;
  sql::Statement forgive_key_, book_success_, book_failure_, recall_trouble_;
  sql::Statement refuse_thinking_, find_refused_thinking_;
};

}  // namespace castor
