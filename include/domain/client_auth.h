#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/secret_box.h"
#include "sql/database.h"
#include "util/clock.h"
#include "util/random_id.h"

namespace castor {

// What a request says of who sent it.
struct Caller {
  std::string_view token;      // the client key, from whichever header; "": none
  std::string_view address;    // the peer's, of the web server
  bool was_forwarded = false;  // by a proxy or a browser: X-Forwarded-For, Forwarded, X-Real-IP or
                               // Origin is there
};

// Who may use the gateway. The client's key is kept as a fingerprint only.
class ClientAuth {
 public:
  // The referents must outlive it.
  ClientAuth(sql::Database& database, const SecretBox& secrets);

  // The client whose key this is; nullopt: nobody's. Throws ApiError for one that was revoked.
  std::optional<std::int64_t> find(std::string_view token);

  // The client's id, for the log; nullopt: a local caller, while no client was ever added. Then
  // only programs of this machine are served, and not through a proxy, which makes all the world
  // look local. Throws ApiError (unauthenticated), which says what is missing.
  std::optional<std::int64_t> check(const Caller& caller);

  // Prepares the statements of every request.
  void prepare();

 private:
  const SecretBox& secrets_;
  sql::Statement find_client_, any_client_;
};

// A loopback address: 127.0.0.0/8, ::1, or the former in IPv6 clothes. Not "" and not "unix:", of
// which we cannot know who is behind.
bool is_loopback(std::string_view address);

struct ClientInfo {
  std::int64_t id = 0;
  std::string name;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> revoked_ms;
  std::int64_t last_used_ms = 0;  // to the minute; 0: never
};

// The list of clients, for the operator: `castor clients`.
class ClientAdmin {
 public:
  ClientAdmin(sql::Database& database, const SecretBox& secrets, Clock clock, IdSource ids);

  // Adds a client. Returns its key, which nobody can see again: `key`, or a new "ck_…" where that
  // is empty. Throws std::runtime_error: the name is taken, the key is too short or known already.
  std::string add(std::string_view name, std::string_view key = {});

  std::vector<ClientInfo> list();

  // By id or name. Throws std::runtime_error if there is no such valid client.
  ClientInfo revoke(std::string_view which);

 private:
  sql::Database& database_;
  const SecretBox& secrets_;
  Clock clock_;
  IdSource ids_;
};

}  // namespace castor
