#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "util/ip_address.h"

namespace castor {

// Settings as plain structs with their defaults, one for each module that takes options.
// Filled by app/config_file from castor.ini and the environment; read-only afterwards. Members
// without a comment are explained in conf/castor.ini.example.

struct TranslationConfig {
  std::string default_model;    // for names that nothing matches; empty: 404
  bool google_search = false;   // map web_search tools to googleSearch, web_fetch to urlContext
  bool computer_tools = false;  // declare computer and browser tools as functions
  bool carry_text_signatures = true;       // signatures of text in a citation of it
  bool fix_native = true;         // of native requests: what the model refuses
  bool native_signatures = true;  // of native requests: the dummy on calls without a signature
  bool strip_billing_header = true;        // Claude Code's x-anthropic-billing-header system block
  std::string safety = "OFF";              // threshold of the four categories; "default": send none
  std::int64_t max_output_tokens = 65536;  // clamp; more would make Gemini 4 answer in hops
  std::int64_t max_inline_bytes = 100 << 20;  // of one request's inline media, decoded

  bool operator==(const TranslationConfig&) const = default;
};

struct ServerConfig {
  int processes = 0;  // 0: one for each core, at least two
  int threads = 64;   // of each process
  std::int64_t max_body_bytes = 64 << 20;
  std::string base;                          // mount, "/ai"; CASTOR_BASE of the request outranks it
  std::vector<std::string> cors_origins;     // of web pages that may use castor; "*": any
  std::vector<IpNetwork> trusted_proxies;      // whose X-Forwarded-For is believed
  std::int64_t shutdown_timeout_ms = 120'000;  // for streams under way; below systemd's SIGKILL

  bool operator==(const ServerConfig&) const = default;
};

struct UpstreamConfig {
  std::string base_url = "https://generativelanguage.googleapis.com";
  std::string proxy;    // empty: none; the environment's is never used
  std::string ca_file;  // empty: the system's
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t first_byte_timeout_ms = 120'000;
  std::int64_t slow_first_byte_timeout_ms = 600'000;  // thinking HIGH and above, Gemini 4
  std::int64_t idle_timeout_ms = 300'000;             // between two pieces of a stream
  bool streaming = true;
  int max_attempts = 6;
  std::int64_t retry_budget_ms = 60'000;  // no further try after so long
  std::int64_t max_wait_ms = 10'000;      // for a key that wakes soon
  std::int64_t models_list_ttl_ms = 3'600'000;  // 0: never ask, show the models of the file

  bool operator==(const UpstreamConfig&) const = default;
};

enum class KeyStrategy { least_recently_used, weighted, fill_first };

struct KeysConfig {
  KeyStrategy strategy = KeyStrategy::least_recently_used;
  std::int64_t affinity_ms = 3'600'000;  // how long a conversation keeps its key; 0: it has none

  bool operator==(const KeysConfig&) const = default;
};

struct StreamConfig {
  std::int64_t commit_after_ms = 10'000;  // send the opening event although nothing came
  std::int64_t ping_every_ms = 5'000;
  bool whole_heartbeat = true;  // white space before a late whole answer, where clients bear it
  std::int64_t whole_commit_after_ms = 20'000;

  bool operator==(const StreamConfig&) const = default;
};

struct StorageConfig {
  std::string database = "/var/lib/castor/castor.db";
  std::string key_file;          // empty: "castor.key" beside the database
  std::string journal = "auto";  // auto, wal, truncate
  std::int64_t busy_timeout_ms = 5'000;
  std::int64_t keep_requests_ms = 90LL * 24 * 3'600'000;    // rows of the request log
  std::int64_t keep_signatures_ms = 30LL * 24 * 3'600'000;  // thought signatures of tool calls
  std::int64_t keep_responses_ms = 0;  // replies of the Responses API, for later requests; 0: none

  bool operator==(const StorageConfig&) const = default;
};

struct LogConfig {
  std::string level = "info";  // error, warning, info, debug
  bool access = true;          // one line per request on standard error

  bool operator==(const LogConfig&) const = default;
};

struct ClientsConfig {
  bool pass_through = false;  // requests may bring Gemini keys of their own
  int max_failures = 30;      // wrong keys at which an address is blocked; 0: never
  std::int64_t count_failures_ms = 600'000;
  std::int64_t block_ms = 900'000;

  bool operator==(const ClientsConfig&) const = default;
};

struct CacheConfig {
  std::vector<std::string> clients;  // patterns of names; with `models` none: nobody's replies
  std::vector<std::string> models;   // patterns of ids
  bool tools = false;                // also of requests with tools
  std::int64_t ttl_ms = 3'600'000;
  std::int64_t max_bytes = 64 << 20;       // of all replies
  std::int64_t max_reply_bytes = 1 << 20;  // of one

  bool operator==(const CacheConfig&) const = default;
};

struct Config {
  ServerConfig server;
  UpstreamConfig upstream;
  KeysConfig keys;
  StreamConfig stream;
  StorageConfig storage;
  TranslationConfig translation;
  ClientsConfig clients;
  CacheConfig cache;
  LogConfig log;
  std::string models_file;                                   // empty: the built-in models.json
  std::string prices_file;                                   // empty: the built-in prices.json
  bool paid_keys = false;                                    // aliases may mean paid-only models
  std::vector<std::pair<std::string, std::string>> aliases;  // [aliases] pattern = model

  bool operator==(const Config&) const = default;
};

}  // namespace castor
