#include "domain/key_admin.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "sql/text.h"
#include "util/text.h"

namespace castor {
namespace {

constexpr std::size_t kShortestKey = 20;
constexpr std::size_t kLongestKey = 200;

// The end of a key, but never more than a quarter of it.
std::string_view end_of(std::string_view key) {
  return key.substr(key.size() - std::min<std::size_t>(4, key.size() / 4));
}

// Empty: it has none. nullopt: it was sealed with another key file.
std::optional<std::string> open_proxy(const SecretBox& secrets, std::string_view sealed) {
  if (sealed.empty()) return std::string();
  return secrets.open(SecretPurpose::proxy, sealed);
}

// "http://proxy.example:3128" of "http://name:password@proxy.example:3128".
std::string without_login(std::string_view url) {
  const std::size_t host = url.find("://") + 3, at = url.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, host)).append(url.substr(at + 1));
}

}  // namespace

std::string why_no_key(std::string_view key, bool allow_short) {
  if (std::any_of(key.begin(), key.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    return "holds a space or a character that no key has; one key on a line, nothing else";
  }
  if (key.starts_with("ya29.")) {
    return "is an OAuth access token, which ends within the hour; an API key is needed "
           "(https://aistudio.google.com/apikey)";
  }
  if (key.starts_with("eyJ") && std::count(key.begin(), key.end(), '.') == 2) {
    return "is a JSON Web Token; an API key is needed (https://aistudio.google.com/apikey)";
  }
  if (key.starts_with("{") || key.starts_with("}") || key.starts_with("\"")) {
    return "looks like a part of a JSON file; an API key is needed, not a service account "
           "(https://aistudio.google.com/apikey)";
  }
  if (key.size() > kLongestKey) return "is longer than 200 characters";
  if (key.size() < kShortestKey && !allow_short) {
    return "is shorter than 20 characters: was it copied whole?";
  }
  return {};
}

KeyAdmin::KeyAdmin(sql::Database& database, const SecretBox& secrets, Clock clock)
    : database_(database), secrets_(secrets), clock_(clock) {}

std::vector<AddedKey> KeyAdmin::add(std::string_view text, const AddKeyOptions& options) {
  struct Line {
    int number;
    std::string_view key;
  };
  std::vector<Line> lines;
  int number = 0;
  for (const std::string_view piece : split(text, '\n')) {
    ++number;
    const std::string_view key = trim(piece);
    if (!key.empty() && !key.starts_with('#')) lines.push_back({number, key});
  }

  std::vector<AddedKey> results;
  sql::Transaction transaction(database_);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string label = options.label;
    if (!label.empty() && lines.size() > 1) label += "-" + std::to_string(i + 1);
    AddedKey result = add_line(lines[i].key, options, label);
    result.line = lines[i].number;
    results.push_back(std::move(result));
  }
  transaction.commit();
  return results;
}

AddedKey KeyAdmin::add_line(std::string_view key, const AddKeyOptions& options,
                            const std::string& label) {
  AddedKey result;
  result.problem = why_no_key(key, options.allow_short);
  if (!result.problem.empty()) {
    result.outcome = AddedKey::Outcome::refused;
    return result;
  }
  result.masked = std::string("…").append(end_of(key));
  const std::string fingerprint = secrets_.fingerprint(SecretPurpose::api_key, key);
  sql::Statement find(database_, sql::text::find_key_by_fingerprint);
  if (sql::Rows rows = find(sql::Blob{fingerprint}); rows.next()) {
    result.outcome = AddedKey::Outcome::duplicate;
    result.id = rows.integer(0);
    return result;
  }
  const std::string sealed = secrets_.seal(SecretPurpose::api_key, key);
  std::string proxy;
  if (!options.proxy.empty()) proxy = secrets_.seal(SecretPurpose::proxy, options.proxy);
  sql::Statement(database_, sql::text::add_key)
      .run(label, options.project, sql::Blob{sealed}, sql::Blob{fingerprint}, end_of(key),
           clock_.now_ms(), proxy.empty() ? std::nullopt : std::optional(sql::Blob{proxy}));
  result.id = database_.last_insert_id();
  return result;
}

std::vector<KeyInfo> KeyAdmin::list() {
  std::vector<KeyInfo> keys;
  sql::Statement list_keys(database_, sql::text::list_keys);
  for (sql::Rows rows = list_keys(); rows.next();) {
    KeyInfo key;
    key.id = rows.integer(0);
    key.label = rows.text(1);
    key.project = rows.text(2);
    key.masked = std::string("…").append(rows.text(3));
    key.enabled = rows.integer(4) == 1;
    key.disabled_reason = rows.text(5);
    key.added_ms = rows.integer(6);
    key.last_used_ms = rows.integer(7);
    key.last_success_ms = rows.integer(8);
    key.leases = rows.integer(9);
    key.health = rows.real(10);
    key.proxy = without_login(open_proxy(secrets_, rows.text(11)).value_or("?"));
    keys.push_back(std::move(key));
  }
  sql::Statement list_cooldowns(database_, sql::text::list_cooldowns);
  for (sql::Rows rows = list_cooldowns(clock_.now_ms()); rows.next();) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const KeyInfo& candidate) {
      return candidate.id == rows.integer(0);
    });
    if (key == keys.end()) continue;
    key->cooldowns.push_back({std::string(rows.text(1)), rows.integer(2), std::string(rows.text(3)),
                              std::string(rows.text(4)), static_cast<int>(rows.integer(5))});
  }
  sql::Statement list_limits(database_, sql::text::list_limits);
  const std::int64_t now_ms = clock_.now_ms();
  for (sql::Rows rows = list_limits(now_ms / 60'000, now_ms); rows.next();) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const KeyInfo& candidate) {
      return candidate.id == rows.integer(0);
    });
    if (key == keys.end()) continue;
    const auto limit = [&](int column) {
      return rows.is_null(column) ? std::nullopt : std::optional(rows.integer(column));
    };
    key->limits.push_back({std::string(rows.text(1)), limit(2), limit(3), limit(4), rows.integer(5),
                           rows.integer(6), rows.integer(7)});
  }
  return keys;
}

KeyAdmin::Secrets KeyAdmin::secrets_of(std::int64_t id) {
  sql::Statement find_secret(database_, sql::text::find_secret);
  sql::Rows rows = find_secret(id);
  if (!rows.next()) throw std::runtime_error("there is no key " + std::to_string(id));
  const std::optional<std::string> key = secrets_.open(SecretPurpose::api_key, rows.text(0));
  const std::optional<std::string> proxy = open_proxy(secrets_, rows.text(1));
  if (!key || !proxy) {
    throw std::runtime_error("key " + std::to_string(id) +
                             " was sealed with another key file; add it again");
  }
  return {*key, *proxy};
}

std::optional<std::int64_t> KeyAdmin::claim_probe() {
  const std::int64_t now_ms = clock_.now_ms();
  std::optional<std::int64_t> id;
  {
    sql::Statement find_probe(database_, sql::text::find_probe);
    if (sql::Rows rows = find_probe(now_ms); rows.next()) id = rows.integer(0);
  }
  if (!id) return std::nullopt;
  sql::Statement claim_probe(database_, sql::text::claim_probe);
  return claim_probe.run(*id, now_ms, now_ms + kProbeEveryMs) == 1 ? id : std::nullopt;
}

bool KeyAdmin::any_enabled() {
  sql::Statement any_enabled_key(database_, sql::text::any_enabled_key);
  sql::Rows rows = any_enabled_key();
  return rows.next() && rows.integer(0) != 0;
}

KeyInfo KeyAdmin::find(std::string_view which) {
  const std::vector<KeyInfo> keys = list();
  const std::optional<std::int64_t> id = parse_integer(which);
  const auto by = [&](auto&& means) -> std::optional<KeyInfo> {
    std::optional<KeyInfo> found;
    for (const KeyInfo& key : keys) {
      if (!means(key)) continue;
      if (found) {
        throw std::runtime_error("several keys are meant by " + std::string(which) +
                                 "; use the id that castor keys list shows");
      }
      found = key;
    }
    return found;
  };
  std::optional<KeyInfo> key;
  if (id) key = by([&](const KeyInfo& candidate) { return candidate.id == *id; });
  if (!key) key = by([&](const KeyInfo& candidate) { return candidate.label == which; });
  if (!key && !which.empty()) {
    key = by([&](const KeyInfo& candidate) { return candidate.label.starts_with(which); });
  }
  if (!key && !which.empty()) {
    key = by([&](const KeyInfo& candidate) {
      return candidate.masked == std::string("…").append(which) || candidate.masked == which;
    });
  }
  if (!key) {
    throw std::runtime_error("there is no key " + std::string(which) +
                             "; castor keys list shows them");
  }
  return *key;
}

void KeyAdmin::disable(std::int64_t id, std::string_view reason) {
  sql::Statement(database_, sql::text::disable_key).run(id, reason);
}

void KeyAdmin::enable(std::int64_t id) {
  sql::Transaction transaction(database_);
  sql::Statement(database_, sql::text::enable_key).run(id);
  sql::Statement(database_, sql::text::wake_key).run(id);
  transaction.commit();
}

void KeyAdmin::set_limits(std::int64_t id, const KeyLimits& limits) {
  if (!limits.minute_requests && !limits.minute_tokens && !limits.day_requests) {
    sql::Statement(database_, sql::text::drop_limits).run(id, limits.model);
  } else {
    sql::Statement(database_, sql::text::set_limits)
        .run(id, limits.model, limits.minute_requests, limits.minute_tokens, limits.day_requests);
  }
}

void KeyAdmin::reset(std::int64_t id) { sql::Statement(database_, sql::text::wake_key).run(id); }

}  // namespace castor
