#include "util/utc_time.h"

#include <chrono>
#include <ctime>

#include "util/text.h"

namespace castor {
namespace {

using namespace std::chrono;

sys_time<milliseconds> time_point(std::int64_t unix_ms) {
  return sys_time<milliseconds>(milliseconds(unix_ms));
}

std::int64_t unix_ms(sys_time<milliseconds> time) { return time.time_since_epoch().count(); }

std::string formatted(std::int64_t time_ms, const char* format) {
  const auto second = static_cast<std::time_t>(unix_ms(floor<seconds>(time_point(time_ms))) / 1000);
  std::tm parts{};
  gmtime_r(&second, &parts);
  char text[48];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::optional<std::int64_t> parse_utc_date(std::string_view text) {
  const auto pieces = split(text, '-');
  if (pieces.size() != 3 || pieces[0].size() != 4 || pieces[1].size() != 2 ||
      pieces[2].size() != 2) {
    return std::nullopt;
  }
  const auto number = [&](int i) { return static_cast<int>(parse_integer(pieces[i]).value_or(0)); };
  if (number(0) < 1 || number(1) < 1 || number(2) < 1) return std::nullopt;
  const year_month_day date{year(number(0)), month(static_cast<unsigned>(number(1))),
                            day(static_cast<unsigned>(number(2)))};
  if (!date.ok()) return std::nullopt;
  return unix_ms(sys_days(date));
}

std::string utc_date(std::int64_t unix_ms) { return formatted(unix_ms, "%Y-%m-%d"); }

std::string utc_time(std::int64_t unix_ms) { return formatted(unix_ms, "%Y-%m-%dT%H:%M:%SZ"); }

std::int64_t next_minute(std::int64_t time_ms) {
  return unix_ms(floor<minutes>(time_point(time_ms)) + minutes(1));
}

std::int64_t next_utc_day(std::int64_t time_ms) {
  return unix_ms(floor<days>(time_point(time_ms)) + days(1));
}

std::int64_t next_utc_month(std::int64_t time_ms) {
  const year_month_day today(floor<days>(time_point(time_ms)));
  return unix_ms(sys_days((today.year() / today.month() + months(1)) / day(1)));
}

}  // namespace castor
