// As Debian and others build the library; it decides the layout of date::time_zone.
#define USE_OS_TZDB 1
#include <date/tz.h>

#include <chrono>
#include <exception>

#include "domain/key_policy.h"

namespace castor {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using Instant = date::sys_time<milliseconds>;

constexpr hours kStandardTime{8};  // behind UTC

// Nothing where there is no data to trust.
const date::time_zone* los_angeles(Instant now) {
  try {
    const date::time_zone* zone = date::locate_zone("America/Los_Angeles");
    // The library does not read the rule at the end of a "slim" time zone file, and takes the
    // clocks for stopped after 2007; of a "fat" one, after 2037.
    const auto info = zone->get_info(now);
    return info.end - date::floor<std::chrono::seconds>(now) < date::years{1} ? zone : nullptr;
  } catch (const std::exception&) {  // no tzdata
    return nullptr;
  }
}

Instant next_midnight(Instant now) {
  if (const date::time_zone* zone = los_angeles(now)) {
    const date::local_days tomorrow = date::floor<date::days>(zone->to_local(now)) + date::days{1};
    // Clocks change at two: midnight is there once a day. The argument is for data that says else.
    return zone->to_sys(tomorrow, date::choose::earliest);
  }
  return date::floor<date::days>(now - kStandardTime) + date::days{1} + kStandardTime;
}

}  // namespace

std::int64_t next_pacific_midnight(std::int64_t now_ms) {
  return next_midnight(Instant{milliseconds{now_ms}}).time_since_epoch().count();
}

}  // namespace castor
