#pragma once

#include <cstdint>
#include <string>

#include "domain/error.h"
#include "domain/upstream_error.h"

namespace castor {

// What is remembered of earlier trouble, read from the shared tables when a fault is to be judged.
struct KeyMemory {
  int strikes = 0;            // detail-less 429s in a row of this key and model, before this one
  int forbidden_models = 0;   // other models on which this key got an unexplained 403 in a row
  int recent_internal = 0;    // 500s of this key and model in the last 60 s, this one included
  int recent_overloaded = 0;  // 503s of this model on any key in the last 30 s, this one included
  int exhausted_keys =
      0;           // other keys that got a detail-less 429 of this model, none answered since
  int brakes = 0;  // of this model in a row, before the one that lasts
};

// What this request has been through, this fault included.
struct AttemptHistory {
  int same_fault = 1;      // attempts of this request that ended with this fault
  int attempts = 1;        // attempts of this request in all, repairs not counted
  bool repaired = false;   // a repair for this fault was made already
  bool own_proxy = false;  // the key has a proxy of its own, which may be what cannot be reached
};

enum class KeyEffect { none, disable, cool_key, cool_key_model };

enum class Retry {
  no,
  same_key,   // after wait_ms
  other_key,  // after wait_ms; any usable key but those this request has tried; none: no retry
  any_key,    // the same, but where there is no such key, this one once more
  repair,     // the same key at once, with the body changed
};

// How a body is changed before it is sent once more (gemini/repair.h).
enum class Repair {
  none,
  dummy_signatures,
  bare_schemas,
  no_thinking,
  strict_turns,
  free_calls,
};

struct Decision {
  KeyEffect effect = KeyEffect::none;
  std::int64_t cool_until_ms = 0;  // Unix milliseconds, for cool_*
  bool project_wide = false;       // quota is a project's: siblings of the key cool, too
  bool strike = false;             // counts towards KeyMemory::strikes
  std::string note;                // why, for the operator: "daily quota"
  bool curable = false;            // disable: its owner may mend that, so it is worth another look
  Retry retry = Retry::no;
  std::int64_t wait_ms = 0;
  Repair repair = Repair::none;
  std::int64_t brake_model_ms = 0;  // no new try of this model on any key for so long
  bool remember_no_level = false;   // bad_thinking: this model refuses what was asked, for 1 h
  ErrorKind final = ErrorKind::internal;  // what the client is told when no retry is left
};

// The decision table of protocol-mapping F.2, pure. `now_ms` is Unix milliseconds. How many
// attempts and how much time a request gets in all is not decided here (UpstreamConfig).
Decision decide(const UpstreamError& error, const KeyMemory& memory, const AttemptHistory& history,
                std::int64_t now_ms);

// The next midnight in Los Angeles, when Google's daily quotas turn over, strictly after `now_ms`;
// daylight saving included. Unix milliseconds. On a machine without usable time zone data (tzdata)
// it is midnight of Pacific standard time, all year: an hour late in summer. Never early: a key
// that fails again just before midnight would rest the whole next day.
std::int64_t next_pacific_midnight(std::int64_t now_ms);

// When the daily quotas of `now_ms` are over for certain: in the first minute of a day Google's
// clock may still show the last.
std::int64_t daily_quota_end(std::int64_t now_ms);

}  // namespace castor
