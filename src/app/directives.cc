#include "app/directives.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include "app/config_error.h"
#include "app/config_value.h"

namespace castor::app {
namespace {

// The setters are made of the way to a member, &Config::server and &ServerConfig::threads.
template <auto... Way>
auto& member(Config& config) {
  return (config.*....*Way);
}

template <std::int64_t Min, std::int64_t Max, auto... Way>
void number(Config& config, std::string_view value, std::string_view) {
  auto& target = member<Way...>(config);
  target = static_cast<std::remove_reference_t<decltype(target)>>(parse_number(value, Min, Max));
}

template <std::int64_t Min, std::int64_t Max, auto... Way>
void duration(Config& config, std::string_view value, std::string_view) {
  member<Way...>(config) = parse_duration(value, Min, Max);
}

template <std::int64_t Min, std::int64_t Max, auto... Way>
void size(Config& config, std::string_view value, std::string_view) {
  member<Way...>(config) = parse_size(value, Min, Max);
}

// A type with a parse function that takes the text alone.
template <auto Parse, auto... Way>
void value_of(Config& config, std::string_view value, std::string_view) {
  member<Way...>(config) = Parse(value);
}

template <auto... Way>
void yes_no(Config& config, std::string_view value, std::string_view) {
  member<Way...>(config) = parse_yes_no(value);
}

template <auto... Way>
void text(Config& config, std::string_view value, std::string_view) {
  member<Way...>(config) = value;
}

template <auto... Way>
void path(Config& config, std::string_view value, std::string_view folder) {
  namespace fs = std::filesystem;
  member<Way...>(config) = value.empty() ? std::string() : (fs::path(folder) / value).string();
}

template <const auto& Words, auto... Way>
void one_of(Config& config, std::string_view value, std::string_view) {
  if (std::find(std::begin(Words), std::end(Words), value) == std::end(Words)) {
    std::string list;
    for (const std::string_view word : Words) list.append(list.empty() ? "" : ", ").append(word);
    throw ConfigError("expected one of " + list);
  }
  member<Way...>(config) = value;
}

constexpr std::string_view kLevels[] = {"error", "warning", "info", "debug"};
constexpr std::string_view kJournals[] = {"auto", "wal", "truncate"};
constexpr std::string_view kThresholds[] = {
    "OFF",    "BLOCK_NONE", "BLOCK_ONLY_HIGH", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_LOW_AND_ABOVE",
    "default"};

constexpr std::int64_t kKilobyte = 1 << 10, kGigabyte = 1 << 30;
constexpr std::int64_t kSecond = 1000, kHour = 3600 * kSecond, kDay = 24 * kHour;

using C = Config;
using Server = ServerConfig;
using Upstream = UpstreamConfig;
using Keys = KeysConfig;
using Stream = StreamConfig;
using Storage = StorageConfig;
using Translation = TranslationConfig;

constexpr Directive kDirectives[] = {
    {"server", "processes", number<0, 256, &C::server, &Server::processes>, "CASTOR_PROCESSES"},
    {"server", "threads", number<1, 500, &C::server, &Server::threads>, "CASTOR_THREADS"},
    {"server", "base", value_of<parse_mount, &C::server, &Server::base>, "CASTOR_BASE"},
    {"server", "max_body", size<kKilobyte, kGigabyte, &C::server, &Server::max_body_bytes>},
    {"server", "cors_origins", value_of<parse_origins, &C::server, &Server::cors_origins>},
    {"server", "trusted_proxies", value_of<parse_networks, &C::server, &Server::trusted_proxies>},
    {"server", "shutdown_timeout", duration<0, kHour, &C::server, &Server::shutdown_timeout_ms>},

    {"upstream", "base_url", value_of<parse_upstream_url, &C::upstream, &Upstream::base_url>},
    {"upstream", "proxy", value_of<parse_proxy_url, &C::upstream, &Upstream::proxy>},
    {"upstream", "ca_file", path<&C::upstream, &Upstream::ca_file>},
    {"upstream", "connect_timeout",
     duration<100, kHour, &C::upstream, &Upstream::connect_timeout_ms>},
    {"upstream", "first_byte_timeout",
     duration<kSecond, kHour, &C::upstream, &Upstream::first_byte_timeout_ms>},
    {"upstream", "slow_first_byte_timeout",
     duration<kSecond, kHour, &C::upstream, &Upstream::slow_first_byte_timeout_ms>},
    {"upstream", "idle_timeout",
     duration<kSecond, kHour, &C::upstream, &Upstream::idle_timeout_ms>},
    {"upstream", "streaming", yes_no<&C::upstream, &Upstream::streaming>},
    {"upstream", "max_attempts", number<1, 100, &C::upstream, &Upstream::max_attempts>},
    {"upstream", "retry_budget", duration<0, kHour, &C::upstream, &Upstream::retry_budget_ms>},
    {"upstream", "max_wait", duration<0, kHour, &C::upstream, &Upstream::max_wait_ms>},
    {"upstream", "models_list_ttl",
     duration<0, 30 * kDay, &C::upstream, &Upstream::models_list_ttl_ms>},

    {"keys", "strategy", value_of<parse_key_strategy, &C::keys, &Keys::strategy>},
    {"keys", "affinity", duration<0, 365 * kDay, &C::keys, &Keys::affinity_ms>},

    {"stream", "commit_after", duration<0, kHour, &C::stream, &Stream::commit_after_ms>},
    {"stream", "ping_every", duration<kSecond, kHour, &C::stream, &Stream::ping_every_ms>},
    {"stream", "whole_heartbeat", yes_no<&C::stream, &Stream::whole_heartbeat>},
    {"stream", "whole_commit_after",
     duration<0, kHour, &C::stream, &Stream::whole_commit_after_ms>},

    {"storage", "database", path<&C::storage, &Storage::database>, "CASTOR_DATABASE"},
    {"storage", "key_file", path<&C::storage, &Storage::key_file>, "CASTOR_KEY_FILE"},
    {"storage", "journal", one_of<kJournals, &C::storage, &Storage::journal>},
    {"storage", "busy_timeout", duration<0, kHour, &C::storage, &Storage::busy_timeout_ms>},
    {"storage", "keep_requests",
     duration<kHour, 36500 * kDay, &C::storage, &Storage::keep_requests_ms>},
    {"storage", "keep_signatures",
     duration<kHour, 36500 * kDay, &C::storage, &Storage::keep_signatures_ms>},
    {"storage", "keep_responses",
     duration<0, 36500 * kDay, &C::storage, &Storage::keep_responses_ms>},

    {"models", "file", path<&C::models_file>},
    {"models", "prices", path<&C::prices_file>},
    {"models", "default", text<&C::translation, &Translation::default_model>},
    {"models", "paid_keys", yes_no<&C::paid_keys>},

    {"translation", "safety", one_of<kThresholds, &C::translation, &Translation::safety>},
    {"translation", "max_output_tokens",
     number<1, 1048576, &C::translation, &Translation::max_output_tokens>},
    {"translation", "max_inline",
     size<0, kGigabyte, &C::translation, &Translation::max_inline_bytes>},
    {"translation", "google_search", yes_no<&C::translation, &Translation::google_search>},
    {"translation", "computer_tools", yes_no<&C::translation, &Translation::computer_tools>},
    {"translation", "carry_text_signatures",
     yes_no<&C::translation, &Translation::carry_text_signatures>},
    {"translation", "strip_billing_header",
     yes_no<&C::translation, &Translation::strip_billing_header>},
    {"translation", "fix_native", yes_no<&C::translation, &Translation::fix_native>},
    {"translation", "native_signatures", yes_no<&C::translation, &Translation::native_signatures>},

    {"clients", "pass_through", yes_no<&C::clients, &ClientsConfig::pass_through>},
    {"clients", "max_failures", number<0, 100000, &C::clients, &ClientsConfig::max_failures>},
    {"clients", "count_failures",
     duration<kSecond, 30 * kDay, &C::clients, &ClientsConfig::count_failures_ms>},
    {"clients", "block", duration<kSecond, 30 * kDay, &C::clients, &ClientsConfig::block_ms>},

    {"cache", "clients", value_of<parse_patterns, &C::cache, &CacheConfig::clients>},
    {"cache", "models", value_of<parse_patterns, &C::cache, &CacheConfig::models>},
    {"cache", "tools", yes_no<&C::cache, &CacheConfig::tools>},
    {"cache", "ttl", duration<kSecond, 365 * kDay, &C::cache, &CacheConfig::ttl_ms>},
    {"cache", "max_size", size<kKilobyte, 64 * kGigabyte, &C::cache, &CacheConfig::max_bytes>},
    {"cache", "max_reply", size<kKilobyte, kGigabyte, &C::cache, &CacheConfig::max_reply_bytes>},

    {"log", "level", one_of<kLevels, &C::log, &LogConfig::level>},
    {"log", "access", yes_no<&C::log, &LogConfig::access>},
};

}  // namespace

std::string Directive::variable() const {
  std::string result = "CASTOR_";
  for (const std::string_view word : {section, std::string_view("_"), name}) {
    for (const char c : word) result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return result;
}

std::span<const Directive> directives() { return kDirectives; }

}  // namespace castor::app
