#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/client_auth.h"
#include "domain/secret_box.h"
#include "sql/database.h"
#include "util/clock.h"
#include "util/random_id.h"

namespace castor {

struct ClientInfo {
  std::int64_t id = 0;
  std::string name;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> revoked_ms;
  std::int64_t last_used_ms = 0;  // to the minute; 0: never
  ClientRights rights;
};

// The list of clients, for the operator: `castor clients`.
class ClientAdmin {
 public:
  ClientAdmin(sql::Database& database, const SecretBox& secrets, Clock clock, IdSource ids);

  // Adds a client. Returns its key, which nobody can see again: `key`, or a new "ck_…" where that
  // is empty. Throws std::runtime_error: the name is taken, the key is too short or known already.
  std::string add(std::string_view name, std::string_view key = {},
                  const ClientRights& rights = {});

  std::vector<ClientInfo> list();

  // A client by id or name. Throws std::runtime_error if there is no such valid one.
  ClientInfo find(std::string_view which);
  void set(std::int64_t id, const ClientRights& rights);
  ClientInfo revoke(std::string_view which);

 private:
  sql::Database& database_;
  const SecretBox& secrets_;
  Clock clock_;
  IdSource ids_;
};

}  // namespace castor
