#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/address_guard.h"
#include "domain/client_limits.h"
#include "domain/secret_box.h"
#include "sql/database.h"
#include "util/clock.h"

namespace castor {

// Whom a route is for.
enum class Access { everyone, client, admin };

// What a request says of who sent it.
struct Caller {
  std::string_view token;      // the client key, from whichever header; "": none
  std::string_view address;    // the peer's, of the web server
  bool was_forwarded = false;  // by a proxy or a browser: X-Forwarded-For, Forwarded, X-Real-IP or
                               // Origin is there
  std::string_view origin;     // against which a wrong key counts: origin_of(); "": none
};

// What the holder of a key may do.
struct ClientRights {
  std::optional<std::int64_t> expires_ms;  // Unix milliseconds; nothing: never
  std::vector<std::string> models;  // patterns, '*' stands for any characters; none: all models
  bool is_client = true;            // may use the APIs
  bool is_admin = false;            // may administer the gateway
  ClientLimits limits;

  // May it use a model, by the name it asked with or by the id which that means?
  bool allows_model(std::string_view requested, std::string_view id) const;

  bool operator==(const ClientRights&) const = default;
};

// One who may use the gateway.
struct Client {
  std::int64_t id = 0;
  std::string name;
  ClientRights rights;
};

// Who may use the gateway. The client's key is kept as a fingerprint only.
class ClientAuth {
 public:
  // The referents must outlive it.
  ClientAuth(sql::Database& database, const SecretBox& secrets, Clock clock, Report report,
             const AddressGuardOptions& options = {});

  // Throws ApiError (rate_limited) for an address that has sent too many wrong keys.
  void check_address(std::string_view origin) { guard_.check(origin); }

  // The client whose key this is; nullopt: nobody's. Throws ApiError for one that was revoked, has
  // expired (unauthenticated), or is not for this kind of route (forbidden).
  std::optional<Client> find(std::string_view token, Access access = Access::client);

  // The client; nullopt: a local caller, while no client was ever added. Then only programs of this
  // machine are served, and not through a proxy, which makes all the world look local; and never
  // what is for administrators. Throws ApiError (unauthenticated), which says what is missing.
  std::optional<Client> check(const Caller& caller, Access access = Access::client);

  // Prepares the statements of every request.
  void prepare();

 private:
  const SecretBox& secrets_;
  Clock clock_;
  AddressGuard guard_;
  sql::Statement find_client_, any_client_;
};

// Columns of a client's rights from `first` on: expires_ms, models, is_client, is_admin and the
// limits, as in find_client.sql.
ClientRights read_rights(const sql::Rows& rows, int first);

}  // namespace castor
