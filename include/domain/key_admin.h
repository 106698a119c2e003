#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/secret_box.h"
#include "sql/database.h"
#include "util/clock.h"

namespace castor {

struct Cooldown {
  std::string model;  // "": all
  std::int64_t until_ms = 0;
  std::string fault;
  std::string reason;
  int strikes = 0;
};

// What is known of a key's quota for a model, and what is used of it now. Nothing: not known.
struct KeyLimits {
  std::string model;
  std::optional<std::int64_t> minute_requests, minute_tokens, day_requests;
  std::int64_t requests_in_minute = 0, tokens_in_minute = 0, requests_in_day = 0;
};

// A key as it may be shown.
struct KeyInfo {
  std::int64_t id = 0;
  std::string label;
  std::string project;
  std::string masked;  // "…1a2B"
  bool enabled = true;
  std::string disabled_reason;
  std::int64_t added_ms = 0;
  std::int64_t last_used_ms = 0;     // 0: never
  std::int64_t last_success_ms = 0;  // 0: never
  std::int64_t leases = 0;
  double health = 0.5;              // from 0 to 1: how soon and how surely it has answered lately
  std::string proxy;                // without name and password; "": that of castor.ini
  std::vector<Cooldown> cooldowns;  // that have not ended
  std::vector<KeyLimits> limits;
};

struct AddKeyOptions {
  std::string label;    // of several keys: "label-1", "label-2" …; "": none
  std::string project;  // whose quota they share; "": each its own
  std::string proxy;    // URL, which may hold a password; "": that of castor.ini
  // The fake upstream's keys ("k1", "fake-429-minute") are short. Callers allow them where the
  // upstream is on this machine (a loopback base URL); elsewhere a short key is a slip of the
  // mouse.
  bool allow_short = false;
};

// How often a key is looked at again.
inline constexpr std::int64_t kProbeEveryMs = 6LL * 3'600'000;

// What became of one line.
struct AddedKey {
  enum class Outcome { added, duplicate, refused };
  int line = 0;  // from 1
  Outcome outcome = Outcome::added;
  std::int64_t id = 0;  // of the key, or of the one it duplicates
  std::string masked;   // "": refused
  std::string problem;  // refused: why, without the key
};

// Why a text cannot be a Gemini key, as the rest of a sentence; empty: it may be one. Nothing is
// concluded from how a key begins but where it is known to be something else (acceptance case K1).
std::string why_no_key(std::string_view text, bool allow_short = false);

// The list of upstream keys, for the operator: `castor keys`.
class KeyAdmin {
 public:
  // The referents must outlive it.
  KeyAdmin(sql::Database& database, const SecretBox& secrets, Clock clock);

  // Adds the keys of a text, one on a line; empty lines and such that begin with '#' do not count.
  // Takes what it can: any 20 to 200 printable characters, since Google has changed the look of its
  // keys before. All of it is one transaction.
  std::vector<AddedKey> add(std::string_view text, const AddKeyOptions& options = {});

  std::vector<KeyInfo> list();

  // The key that `which` means: an id, a label, the beginning of one, or the last characters shown.
  // Throws std::runtime_error where that is none or several.
  KeyInfo find(std::string_view which);

  // The key itself and its proxy, to try it out; not to be shown. Throws std::runtime_error if they
  // were sealed with another key file.
  struct Secrets {
    std::string key, proxy;
  };
  Secrets secrets_of(std::int64_t id);

  // A key that Google has refused for what may be mended, if it is time to look at one: then no
  // other worker will for some hours.
  std::optional<std::int64_t> claim_probe();

  // Is there a key that may be leased, if perhaps not now? Throws sql::Error.
  bool any_enabled();

  // For good: it is not looked at again.
  void disable(std::int64_t id, std::string_view reason);
  // Also forgets what was held against it.
  void enable(std::int64_t id);
  // Ends its rests and forgets their reasons.
  void reset(std::int64_t id);
  // Takes over the limits for limits.model: of the key, or of its project's quota. Without any of
  // them nothing is known any more.
  void set_limits(std::int64_t id, const KeyLimits& limits);

 private:
  AddedKey add_line(std::string_view key, const AddKeyOptions& options, const std::string& label);

  sql::Database& database_;
  const SecretBox& secrets_;
  Clock clock_;
};

}  // namespace castor
