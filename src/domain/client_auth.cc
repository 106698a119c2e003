#include "domain/client_auth.h"

#include <arpa/inet.h>

#include <cstring>
#include <stdexcept>

#include "domain/error.h"
#include "sql/text.h"
#include "util/text.h"

namespace castor {
namespace {

// Of keys the operator brings. Ours have 238 bits.
constexpr std::size_t kShortestKey = 16;
constexpr std::size_t kLongestKey = 200;
constexpr std::size_t kGeneratedLength = 40;

[[noreturn]] void refuse(const char* message) {
  ApiError error(ErrorKind::unauthenticated, message);
  error.should_retry = false;  // Claude Code would try for a minute
  throw error;
}

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

bool is_loopback(std::string_view address) {
  const std::string text(address);
  in_addr four;
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six;
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

ClientAuth::ClientAuth(sql::Database& database, const SecretBox& secrets)
    : secrets_(secrets),
      find_client_(database, sql::text::find_client),
      any_client_(database, sql::text::any_client) {}

void ClientAuth::prepare() {
  find_client_.prepare();
  any_client_.prepare();
}

std::optional<std::int64_t> ClientAuth::find(std::string_view token) {
  if (token.empty()) return std::nullopt;
  const std::string hash = secrets_.fingerprint(SecretPurpose::client_key, token);
  sql::Rows rows = find_client_(sql::Blob{hash});
  if (!rows.next()) return std::nullopt;
  if (!rows.is_null(2)) refuse("this client key was revoked");
  return rows.integer(0);
}

std::optional<std::int64_t> ClientAuth::check(const Caller& caller) {
  if (const auto client = find(caller.token)) return client;
  bool any_client = false;
  {
    // Revoked clients count: who revokes the last one does not mean to open the door.
    sql::Rows rows = any_client_();
    any_client = rows.next() && rows.integer(0) != 0;
  }
  if (any_client) {
    refuse(caller.token.empty()
               ? "a client key is missing: send it as x-api-key, as Authorization: Bearer, or as "
                 "x-goog-api-key"
               : "invalid x-api-key: this client key is not known here");
  }
  if (caller.was_forwarded || !is_loopback(caller.address)) {
    refuse(
        "this gateway has no client keys yet and serves only direct requests from its own machine; "
        "its operator adds a key with: castor clients add NAME");
  }
  return std::nullopt;
}

ClientAdmin::ClientAdmin(sql::Database& database, const SecretBox& secrets, Clock clock,
                         IdSource ids)
    : database_(database), secrets_(secrets), clock_(clock), ids_(ids) {}

std::string ClientAdmin::add(std::string_view name, std::string_view key) {
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
    clients.push_back(std::move(client));
  }
  return clients;
}

ClientInfo ClientAdmin::revoke(std::string_view which) {
  sql::Transaction transaction(database_);
  const std::optional<std::int64_t> id = parse_integer(which);
  for (ClientInfo& client : list()) {
    if (client.revoked_ms || (id ? client.id != *id : client.name != which)) continue;
    client.revoked_ms = clock_.now_ms();
    sql::Statement(database_, sql::text::revoke_client).run(client.id, *client.revoked_ms);
    transaction.commit();
    return client;
  }
  throw std::runtime_error("there is no client " + std::string(which) +
                           " that could be revoked; castor clients list shows them");
}

}  // namespace castor
