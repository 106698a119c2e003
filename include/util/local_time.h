#pragma once

#include <cstdint>
#include <string>

namespace castor {

// "2026-11-20 14:03:00" in this machine's time zone, of Unix milliseconds; "never" for 0.
std::string local_time(std::int64_t unix_ms);

}  // namespace castor
