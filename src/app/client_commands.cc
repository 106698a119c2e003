#include <cstdio>
#include <iostream>
#include <string>

#include "app/commands.h"
#include "app/config_error.h"
#include "app/config_value.h"
#include "domain/prices.h"
#include "domain/store.h"
#include "util/local_time.h"
#include "util/text.h"
#include "util/utc_time.h"

namespace castor::app {

namespace {

constexpr std::int64_t kHighest = 1'000'000'000'000;  // of any limit
constexpr std::int64_t kDollar = 1'000'000'000;       // in billionths
constexpr std::int64_t kDay = 86'400'000;

// "12.50" as billionths.
std::int64_t parse_dollars(std::string_view text) {
  const std::size_t point = text.find('.');
  std::string decimals(point == std::string_view::npos ? "" : text.substr(point + 1));
  constexpr std::size_t kDecimals = 9;
  const bool fits =
      decimals.size() <= kDecimals && decimals.find_first_not_of("0123456789") == std::string::npos;
  decimals.resize(kDecimals, '0');
  const auto whole = parse_integer(text.substr(0, point));
  const auto rest = parse_integer(decimals);
  if (!fits || !whole || !rest || *whole < 0 || *whole > kHighest / kDollar * 1'000) {
    throw ConfigError("expected US dollars such as 12.50");
  }
  return *whole * kDollar + *rest;
}

std::int64_t parse_count(std::string_view text) { return parse_number(text, 1, kHighest); }

// A date is the key's last day.
std::int64_t parse_expiry(std::string_view text) {
  if (const auto day = parse_utc_date(text)) return next_utc_day(*day);
  try {
    return Clock().now_ms() + parse_duration(text, 1000, 36500 * kDay);
  } catch (const ConfigError&) {
    throw ConfigError("expected a date such as 2026-12-31, or a time from now such as 30d");
  }
}

void change(std::optional<std::int64_t>& value, const std::optional<std::string>& wish,
            const char* name, std::int64_t (*parse)(std::string_view)) {
  if (!wish) return;
  try {
    value = *wish == "none" ? std::nullopt : std::optional(parse(*wish));
  } catch (const ConfigError& error) {
    throw ConfigError(std::string(name) + ": " + error.what() + ", or none");
  }
}

void change(ClientRights& rights, const ClientOptions& options) {
  ClientLimits& limits = rights.limits;
  change(rights.expires_ms, options.expires, "--expires", parse_expiry);
  change(limits.requests_per_minute, options.requests_per_minute, "--requests-per-minute",
         parse_count);
  change(limits.requests_per_day, options.requests_per_day, "--requests-per-day", parse_count);
  change(limits.tokens_per_minute, options.tokens_per_minute, "--tokens-per-minute", parse_count);
  change(limits.tokens_per_day, options.tokens_per_day, "--tokens-per-day", parse_count);
  change(limits.budget, options.budget, "--budget", parse_dollars);
  change(limits.streams, options.streams, "--streams", parse_count);
  if (options.models) {
    rights.models =
        *options.models == "none" ? std::vector<std::string>() : parse_patterns(*options.models);
  }
  if (options.admin || options.client) {
    rights.is_admin = options.admin;
    rights.is_client = options.client;
  }
}

// What there is to say of a client's rights, each with two spaces before it.
std::string described(const ClientRights& rights) {
  std::string text;
  const auto add = [&text](const std::string& word) { text.append("  ").append(word); };
  const auto add_limit = [&](std::optional<std::int64_t> limit, const char* what) {
    if (limit) add(std::to_string(*limit) + " " + what);
  };
  if (rights.is_admin) add(rights.is_client ? "client and administrator" : "administrator");
  if (rights.expires_ms) add("expires " + utc_time(*rights.expires_ms));
  for (const std::string& pattern : rights.models) add("model " + pattern);
  add_limit(rights.limits.requests_per_minute, "requests per minute");
  add_limit(rights.limits.requests_per_day, "requests per day");
  add_limit(rights.limits.tokens_per_minute, "tokens per minute");
  add_limit(rights.limits.tokens_per_day, "tokens per day");
  if (rights.limits.budget) add("$" + dollars(*rights.limits.budget) + " per month");
  add_limit(rights.limits.streams, "requests at a time");
  return text;
}

}  // namespace

int add_client(const Config& config, const std::string& name, bool key_from_standard_input,
               const ClientOptions& options) {
  ClientRights rights;
  change(rights, options);
  AdminStore store(config.storage);
  std::string given;
  if (key_from_standard_input) {
    std::string line;
    std::getline(std::cin, line);
    given = trim(line);
    if (given.empty()) throw std::runtime_error("no key came on standard input");
  }
  const std::string key = store.clients.add(name, given, rights);
  if (given.empty()) {
    // To standard output alone, so that it can be kept; the rest is for eyes.
    std::fprintf(stderr, "castor: client %s; its key, shown only now:\n", name.c_str());
    std::puts(key.c_str());
  } else {
    std::fprintf(stderr, "castor: client %s has the key that was given\n", name.c_str());
  }
  return 0;
}

int list_clients(const Config& config) {
  AdminStore store(config.storage);
  const auto clients = store.clients.list();
  if (clients.empty()) std::puts("no clients: only programs on this machine are served");
  for (const ClientInfo& client : clients) {
    const std::string state =
        client.revoked_ms ? "revoked " + local_time(*client.revoked_ms) : std::string("valid");
    std::printf("%lld  %s  %s  added %s  last used %s%s\n", static_cast<long long>(client.id),
                client.name.c_str(), state.c_str(), local_time(client.created_ms).c_str(),
                local_time(client.last_used_ms).c_str(), described(client.rights).c_str());
  }
  return 0;
}

int set_client(const Config& config, const std::string& which, const ClientOptions& options) {
  AdminStore store(config.storage);
  sql::Transaction transaction(store.database);
  ClientInfo client = store.clients.find(which);
  change(client.rights, options);
  store.clients.set(client.id, client.rights);
  transaction.commit();
  std::printf("client %lld %s%s\n", static_cast<long long>(client.id), client.name.c_str(),
              described(client.rights).c_str());
  return 0;
}

int revoke_client(const Config& config, const std::string& which) {
  AdminStore store(config.storage);
  const ClientInfo client = store.clients.revoke(which);
  std::printf("revoked client %lld %s\n", static_cast<long long>(client.id), client.name.c_str());
  return 0;
}

}  // namespace castor::app
