#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "app/commands.h"
#include "app/config_error.h"
#include "app/config_value.h"
#include "app/key_probe.h"
#include "domain/key_policy.h"
#include "domain/store.h"
#include "util/local_time.h"
#include "util/text.h"

namespace castor::app {
namespace {

// The proxy of new keys. Its password comes from a file: others can read our command line.
std::string read_proxy(const KeyAddOptions& options) {
  if (options.proxy.find('@') != std::string::npos) {
    throw std::runtime_error(
        "--proxy: others on this machine can read a password here; put the URL into a file, and "
        "give that with --proxy-file");
  }
  std::string url = options.proxy;
  if (!options.proxy_file.empty()) {
    std::ifstream input(options.proxy_file);
    if (!std::getline(input, url))
      throw std::runtime_error(options.proxy_file + ": cannot be read");
  }
  try {
    return parse_proxy_url(trim(url));
  } catch (const ConfigError& error) {
    throw std::runtime_error(std::string("the proxy: ") + error.what());
  }
}

std::string read_keys(const std::string& file) {
  if (file.empty()) return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream input(file, std::ios::binary);
  if (!input) throw std::runtime_error(file + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(input), {});
}

std::string describe(const KeyInfo& key) {
  if (!key.enabled) return "disabled: " + key.disabled_reason;
  return key.cooldowns.empty() ? "ready" : "resting";
}

std::string probe(AdminStore& store, http::Client& client, const Process& process,
                  const KeyInfo& key, const KeyAdmin::Secrets& secrets) {
  const auto error = probe_key(client, process.config.upstream, secrets);
  if (!error) {
    if (key.enabled) return "valid";
    return "valid, but disabled; use it again with: castor keys enable " + std::to_string(key.id);
  }
  if (error->http_status == 0) return "not reached: " + error->message;
  const Decision decision = decide(*error, {}, {}, process.clock.now_ms());
  if (decision.effect == KeyEffect::disable && key.enabled) {
    store.keys.disable(key.id, decision.note);
    return "disabled: " + decision.note;
  }
  return std::string(name(error->fault)) + ": " + error->message;
}

}  // namespace

int add_keys(const Config& config, const KeyAddOptions& options) {
  AdminStore store(config.storage);
  const auto results = store.keys.add(
      read_keys(options.file), {.label = options.label,
                                .project = options.project,
                                .proxy = read_proxy(options),
                                // Plain http is for this machine only: a fake.
                                .allow_short = config.upstream.base_url.starts_with("http://")});
  int refused = 0;
  for (const AddedKey& key : results) {
    switch (key.outcome) {
      case AddedKey::Outcome::added:
        std::printf("added key %lld %s\n", static_cast<long long>(key.id), key.masked.c_str());
        break;
      case AddedKey::Outcome::duplicate:
        std::printf("line %d: %s is there already, as key %lld\n", key.line, key.masked.c_str(),
                    static_cast<long long>(key.id));
        break;
      case AddedKey::Outcome::refused:
        std::fprintf(stderr, "castor: line %d: %s\n", key.line, key.problem.c_str());
        ++refused;
        break;
    }
  }
  if (results.empty()) throw std::runtime_error("no key was given: one a line on standard input");
  return refused ? 1 : 0;
}

int list_keys(const Config& config) {
  AdminStore store(config.storage);
  const auto keys = store.keys.list();
  if (keys.empty()) std::puts("no keys; add some with: castor keys add");
  for (const KeyInfo& key : keys) {
    std::printf("%lld  %s  %s%s%s  %s  leases %lld  last used %s\n", static_cast<long long>(key.id),
                key.masked.c_str(), key.label.empty() ? "-" : key.label.c_str(),
                key.project.empty() ? "" : "  project ", key.project.c_str(), describe(key).c_str(),
                static_cast<long long>(key.leases), local_time(key.last_used_ms).c_str());
    if (!key.proxy.empty()) std::printf("      through %s\n", key.proxy.c_str());
    for (const Cooldown& rest : key.cooldowns) {
      std::printf("      rests for %s until %s: %s\n",
                  rest.model.empty() ? "all models" : rest.model.c_str(),
                  local_time(rest.until_ms).c_str(), rest.reason.c_str());
    }
  }
  return 0;
}

int limit_keys(const Config& config, const KeyLimitOptions& options) {
  AdminStore store(config.storage);
  std::vector<KeyInfo> keys = store.keys.list();
  if (!options.key.empty()) keys = {store.keys.find(options.key)};
  if (!options.model.empty()) {
    for (const KeyInfo& key : keys) {
      store.keys.set_limits(key.id, {.model = options.model,
                                     .minute_requests = options.minute_requests,
                                     .minute_tokens = options.minute_tokens,
                                     .day_requests = options.day_requests});
    }
    std::printf("limits for %s: %zu keys\n", options.model.c_str(), keys.size());
    return 0;
  }
  const auto used = [](const std::optional<std::int64_t>& limit, std::int64_t count) {
    return limit ? std::to_string(count) + " of " + std::to_string(*limit) : std::string("-");
  };
  for (const KeyInfo& key : keys) {
    for (const KeyLimits& limits : key.limits) {
      std::printf("%lld  %s  %s: requests in this minute %s, tokens %s; requests today %s\n",
                  static_cast<long long>(key.id), key.masked.c_str(), limits.model.c_str(),
                  used(limits.minute_requests, limits.requests_in_minute).c_str(),
                  used(limits.minute_tokens, limits.tokens_in_minute).c_str(),
                  used(limits.day_requests, limits.requests_in_day).c_str());
    }
  }
  return 0;
}

int disable_key(const Config& config, const std::string& which, const std::string& reason) {
  AdminStore store(config.storage);
  const KeyInfo key = store.keys.find(which);
  store.keys.disable(key.id, reason);
  std::printf("disabled key %lld %s\n", static_cast<long long>(key.id), key.masked.c_str());
  return 0;
}

int enable_key(const Config& config, const std::string& which) {
  AdminStore store(config.storage);
  const KeyInfo key = store.keys.find(which);
  store.keys.enable(key.id);
  std::printf("enabled key %lld %s\n", static_cast<long long>(key.id), key.masked.c_str());
  return 0;
}

int reset_key(const Config& config, const std::string& which) {
  AdminStore store(config.storage);
  const KeyInfo key = store.keys.find(which);
  store.keys.reset(key.id);
  std::printf("key %lld %s rests no more\n", static_cast<long long>(key.id), key.masked.c_str());
  return 0;
}

int probe_keys(const Process& process, const std::string& which) {
  AdminStore store(process.config.storage);
  std::vector<KeyInfo> keys = store.keys.list();
  if (!which.empty()) keys = {store.keys.find(which)};
  http::Client client(process.trust);
  for (const KeyInfo& key : keys) {
    const KeyAdmin::Secrets secrets = store.keys.secrets_of(key.id);
    std::printf("%lld  %s  %s\n", static_cast<long long>(key.id), key.masked.c_str(),
                probe(store, client, process, key, secrets).c_str());
  }
  return 0;
}

int migrate_database(const Config& config) {
  const AdminStore store(config.storage);
  std::printf("%s: at the newest schema, journal %s\n", store.database.path().c_str(),
              store.database.journal() == sql::Journal::wal ? "WAL" : "TRUNCATE");
  return 0;
}

}  // namespace castor::app
