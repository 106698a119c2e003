#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/database.h"
#include "util/clock.h"

namespace castor {

// Which key owns a file or cached content that a client keeps at Google, and which client: Google
// shows it to the key's project only, and we to its client only. Names are Google's, "files/abc",
// "cachedContents/abc"; an upload under way is "uploads/" and a hash of its id.
class ResourceOwners {
 public:
  struct Owner {
    std::int64_t key_id = 0;
    std::optional<std::int64_t> client_id;  // nullopt: local callers without a key
  };

  // `database` must outlive it.
  ResourceOwners(sql::Database& database, Clock clock);

  // nullopt: not known, so made without us.
  std::optional<Owner> find(std::string_view name);

  // Keeps it for `keep_ms`, and forgets what is over.
  void put(std::string_view name, const Owner& owner, std::int64_t keep_ms);
  void drop(std::string_view name);

  // Do two keys see the same resources?
  bool share_project(std::int64_t key_id, std::int64_t other);

  // The keys that own a client's resources of a kind, "files/".
  std::vector<std::int64_t> keys_of(std::optional<std::int64_t> client_id, std::string_view kind);

 private:
  Clock clock_;
  sql::Statement find_, put_, drop_, purge_, list_keys_, share_project_;
};

}  // namespace castor
