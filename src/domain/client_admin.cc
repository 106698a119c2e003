#include "domain/client_admin.h"

#include <stdexcept>

#include "sql/text.h"
#include "util/text.h"

namespace castor {
namespace {

// Of keys the operator brings. Ours have 238 bits.
constexpr std::size_t kShortestKey = 16;
constexpr std::size_t kLongestKey = 200;
constexpr std::size_t kGeneratedLength = 40;

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

std::string joined(const std::vector<std::string>& patterns) {
  std::string text;
  for (const std::string& pattern : patterns) {
    text.append(text.empty() ? "" : " ").append(to_lower(pattern));
  }
  return text;
}

}  // namespace

ClientAdmin::ClientAdmin(sql::Database& database, const SecretBox& secrets, Clock clock,
                         IdSource ids)
    : database_(database), secrets_(secrets), clock_(clock), ids_(ids) {}

std::string ClientAdmin::add(std::string_view name, std::string_view key,
                             const ClientRights& rights) {
  if (trim(name).empty()) throw std::runtime_error("a client needs a name");
  if (parse_integer(name)) throw std::runtime_error("a client's name must not be a number");
  std::string token = key.empty() ? ids_.make("ck_", kGeneratedLength) : std::string(key);
  if (token.size() < kShortestKey || token.size() > kLongestKey || !is_printable(token)) {
    throw std::runtime_error("a client key has 16 to 200 printable characters, without spaces");
  }
  const std::string hash = secrets_.fingerprint(SecretPurpose::client_key, token);

  sql::Transaction transaction(database_);
  for (const ClientInfo& client : list()) {
    if (client.name == name && !client.revoked_ms) {
      throw std::runtime_error("there is a client " + client.name + " already");
    }
  }
  if (sql::Statement find(database_, sql::text::find_client); find(sql::Blob{hash}).next()) {
    throw std::runtime_error("this key is a client's already, or was before it was revoked");
  }
  sql::Statement(database_, sql::text::add_client).run(name, sql::Blob{hash}, clock_.now_ms());
  set(database_.last_insert_id(), rights);
  transaction.commit();
  return token;
}

std::vector<ClientInfo> ClientAdmin::list() {
  std::vector<ClientInfo> clients;
  sql::Statement statement(database_, sql::text::list_clients);
  for (sql::Rows rows = statement(); rows.next();) {
    ClientInfo client;
    client.id = rows.integer(0);
    client.name = rows.text(1);
    client.created_ms = rows.integer(2);
    if (!rows.is_null(3)) client.revoked_ms = rows.integer(3);
    client.last_used_ms = rows.integer(4);
    client.rights = read_rights(rows, 5);
    clients.push_back(std::move(client));
  }
  return clients;
}

ClientInfo ClientAdmin::find(std::string_view which) {
  const std::optional<std::int64_t> id = parse_integer(which);
  for (ClientInfo& client : list()) {
    if (client.revoked_ms || (id ? client.id != *id : client.name != which)) continue;
    return std::move(client);
  }
  throw std::runtime_error("there is no client " + std::string(which) +
                           ", or it was revoked; castor clients list shows them");
}

void ClientAdmin::set(std::int64_t id, const ClientRights& rights) {
  const ClientLimits& limits = rights.limits;
  sql::Statement(database_, sql::text::set_client)
      .run(id, rights.expires_ms, joined(rights.models), rights.is_client, rights.is_admin,
           limits.requests_per_minute, limits.requests_per_day, limits.tokens_per_minute,
           limits.tokens_per_day, limits.budget, limits.streams);
}

ClientInfo ClientAdmin::revoke(std::string_view which) {
  sql::Transaction transaction(database_);
  ClientInfo client = find(which);
  client.revoked_ms = clock_.now_ms();
  sql::Statement(database_, sql::text::revoke_client).run(client.id, *client.revoked_ms);
  transaction.commit();
  return client;
}

}  // namespace castor
