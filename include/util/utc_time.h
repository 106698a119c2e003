#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace castor {

// The calendar in UTC, of Unix milliseconds: what does not depend on where the machine stands.

// Midnight of a day written "2026-12-01"; nullopt for anything else.
std::optional<std::int64_t> parse_utc_date(std::string_view text);

std::string utc_date(std::int64_t unix_ms);  // "2026-12-01"
std::string utc_time(std::int64_t unix_ms);  // "2026-12-01T14:03:00Z" (RFC 3339)

// When the first minute, day or month after this moment begins.
std::int64_t next_minute(std::int64_t unix_ms);
std::int64_t next_utc_day(std::int64_t unix_ms);
std::int64_t next_utc_month(std::int64_t unix_ms);

}  // namespace castor
