#include "domain/key_policy.h"

// As Debian and others build the library; it decides the layout of date::time_zone.
#define USE_OS_TZDB 1
#include <date/tz.h>

#include <chrono>
#include <exception>

namespace castor {

std::int64_t next_pacific_midnight(std::int64_t now_ms) {
  using namespace std::chrono;
  const date::sys_time<milliseconds> now{milliseconds{now_ms}};
  try {
    const date::time_zone* zone = date::locate_zone("America/Los_Angeles");
    const date::local_days tomorrow = date::floor<date::days>(zone->to_local(now)) + date::days{1};
    // Clocks change at two: midnight is there once a day. The argument is for data that says else.
    return duration_cast<milliseconds>(
               zone->to_sys(tomorrow, date::choose::earliest).time_since_epoch())
        .count();
  } catch (const std::exception&) {  // no tzdata
    constexpr hours kStandardTime{8};
    const auto tomorrow = date::floor<date::days>(now - kStandardTime) + date::days{1};
    return duration_cast<milliseconds>((tomorrow + kStandardTime).time_since_epoch()).count();
  }
}

}  // namespace castor
