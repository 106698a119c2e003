#pragma once

#include <cstdint>
#include <optional>

namespace castor {

// How much a client may use; nothing: as much as it likes. Minutes, days and months are those of
// the calendar in UTC.
struct ClientLimits {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> requests_per_day;
  std::optional<std::int64_t> tokens_per_minute;  // input, cached included, and output
  std::optional<std::int64_t> tokens_per_day;
  std::optional<std::int64_t> budget;   // of a month, in billionths of a US dollar
  std::optional<std::int64_t> streams;  // requests under way at a time

  bool any() const {
    return requests_per_minute || requests_per_day || tokens_per_minute || tokens_per_day ||
           budget || streams;
  }
  bool operator==(const ClientLimits&) const = default;
};

// What is left of a client's limits, for the header fields that SDKs read. Of the minute's and the
// day's quota it is the one of which less is left.
struct Allowance {
  struct Quota {
    std::int64_t limit = 0;
    std::int64_t remaining = 0;
    std::int64_t resets_ms = 0;  // Unix milliseconds
  };
  std::optional<Quota> requests;
  std::optional<Quota> tokens;
};

}  // namespace castor
