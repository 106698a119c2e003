#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/process.h"

namespace castor::app {

// What the subcommands do. Each returns the exit status and throws std::exception with a message
// for the operator.

struct KeyAddOptions {
  std::string file;  // one key a line; empty: standard input
  std::string label;
  std::string project;
  std::string proxy;       // of these keys alone; without a password, since others see it
  std::string proxy_file;  // the same, with a password if need be
};
int add_keys(const Config& config, const KeyAddOptions& options);
int list_keys(const Config& config);
int disable_key(const Config& config, const std::string& which, const std::string& reason);
int enable_key(const Config& config, const std::string& which);
int reset_key(const Config& config, const std::string& which);
struct KeyLimitOptions {
  std::string model;  // empty: show what is known
  std::string key;    // empty: all
  std::optional<std::int64_t> minute_requests, minute_tokens, day_requests;  // none: forget them
};
int limit_keys(const Config& config, const KeyLimitOptions& options);
// Asks the upstream for its list of models with each key, or with one: costs nothing and tells
// whether the key is valid. Keys that are not are disabled; those that are come out of a rest that
// an invalid key had.
int probe_keys(const Process& process, const std::string& which);

// What a client may do, in the operator's words; nothing: as it was, or without limit. "none" ends
// a limit.
struct ClientOptions {
  std::optional<std::string>
      expires;                        // the last day, "2026-12-31" (UTC), or a time from now, "30d"
  std::optional<std::string> models;  // patterns with spaces between
  std::optional<std::string> requests_per_minute, requests_per_day;
  std::optional<std::string> tokens_per_minute, tokens_per_day;
  std::optional<std::string> budget;   // US dollars of a month, "12.50"
  std::optional<std::string> streams;  // requests at a time
  bool admin = false, client = false;  // what the key is for; neither: as it was, or a client's
};
int add_client(const Config& config, const std::string& name, bool key_from_standard_input,
               const ClientOptions& options);
int set_client(const Config& config, const std::string& which, const ClientOptions& options);
int list_clients(const Config& config);
int revoke_client(const Config& config, const std::string& which);

int migrate_database(const Config& config);

}  // namespace castor::app
