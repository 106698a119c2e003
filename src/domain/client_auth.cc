#include "domain/client_auth.h"

#include <algorithm>

#include "domain/error.h"
#include "sql/text.h"
#include "util/ip_address.h"
#include "util/text.h"
#include "util/utc_time.h"

namespace castor {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  ApiError error(ErrorKind::unauthenticated, message);
  error.should_retry = false;  // Claude Code would try for a minute
  throw error;
}

bool is_local(const Caller& caller) {
  const auto address = IpAddress::parse(caller.address);
  return !caller.was_forwarded && address && address->is_loopback();
}

void check_access(const ClientRights& rights, Access access) {
  if (access == Access::admin && !rights.is_admin) {
    throw ApiError(ErrorKind::forbidden, "this key is not an administrator's");
  }
  if (access == Access::client && !rights.is_client) {
    throw ApiError(ErrorKind::forbidden,
                   "this is an administrator's key; requests need a client's, which the operator "
                   "makes with: castor clients add NAME");
  }
}

}  // namespace

bool ClientRights::allows_model(std::string_view requested, std::string_view id) const {
  const std::string name = to_lower(requested);
  return models.empty() || std::any_of(models.begin(), models.end(), [&](const auto& pattern) {
           return matches(pattern, name) || matches(pattern, id);
         });
}

ClientRights read_rights(const sql::Rows& rows, int first) {
  int column = first;
  const auto number = [&]() -> std::optional<std::int64_t> {
    const int at = column++;
    if (rows.is_null(at)) return std::nullopt;
    return rows.integer(at);
  };
  ClientRights rights;
  rights.expires_ms = number();
  for (const std::string_view pattern : split(rows.text(column++), ' ')) {
    if (!pattern.empty()) rights.models.emplace_back(pattern);
  }
  rights.is_client = number() == 1;
  rights.is_admin = number() == 1;
  rights.limits.requests_per_minute = number();
  rights.limits.requests_per_day = number();
  rights.limits.tokens_per_minute = number();
  rights.limits.tokens_per_day = number();
  rights.limits.budget = number();
  rights.limits.streams = number();
  return rights;
}

ClientAuth::ClientAuth(sql::Database& database, const SecretBox& secrets, Clock clock,
                       Report report, const AddressGuardOptions& options)
    : secrets_(secrets),
      clock_(clock),
      guard_(database, clock, std::move(report), options),
      find_client_(database, sql::text::find_client),
      any_client_(database, sql::text::any_client) {}

void ClientAuth::prepare() {
  find_client_.prepare();
  any_client_.prepare();
}

std::optional<Client> ClientAuth::find(std::string_view token, Access access) {
  if (token.empty()) return std::nullopt;
  const std::string hash = secrets_.fingerprint(SecretPurpose::client_key, token);
  sql::Rows rows = find_client_(sql::Blob{hash});
  if (!rows.next()) return std::nullopt;
  if (!rows.is_null(2)) refuse("this client key was revoked");
  Client client{
      .id = rows.integer(0), .name = std::string(rows.text(1)), .rights = read_rights(rows, 3)};
  const auto& expires_ms = client.rights.expires_ms;
  if (expires_ms && *expires_ms <= clock_.now_ms()) {
    refuse("this client key expired at " + utc_time(*expires_ms));
  }
  check_access(client.rights, access);
  return client;
}

std::optional<Client> ClientAuth::check(const Caller& caller, Access access) {
  if (auto client = find(caller.token, access)) return client;
  bool any_client = false;
  {
    // Revoked clients count: who revokes the last one does not mean to open the door.
    sql::Rows rows = any_client_();
    any_client = rows.next() && rows.integer(0) != 0;
  }
  if (any_client || access == Access::admin) {
    if (caller.token.empty()) {
      refuse(
          "a client key is missing: send it as x-api-key, as Authorization: Bearer, or as "
          "x-goog-api-key");
    }
    guard_.count_failure(caller.origin);
    refuse("invalid x-api-key: this client key is not known here");
  }
  if (!is_local(caller)) {
    refuse(
        "this gateway has no client keys yet and serves only direct requests from its own machine; "
        "its operator adds a key with: castor clients add NAME");
  }
  return std::nullopt;
}

}  // namespace castor
