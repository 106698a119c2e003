#include "util/utc_time.h"

#include <boost/test/unit_test.hpp>

namespace castor {

BOOST_AUTO_TEST_SUITE(utc_time_of)

BOOST_AUTO_TEST_CASE(a_date_is_its_midnight_in_UTC_whatever_the_time_zone) {
  BOOST_TEST(parse_utc_date("1970-01-02").value() == 86'400'000);
  BOOST_TEST(parse_utc_date("2026-11-20").value() == 1'795'132'800'000);
  BOOST_TEST(utc_time(1'795'132'800'000) == "2026-11-20T00:00:00Z");
  BOOST_TEST(utc_time(1'795'132'799'999) == "2026-11-19T23:59:59Z");
  BOOST_TEST(utc_date(1'795'132'799'999) == "2026-11-19");
  for (const char* wrong : {"", "2026-11", "2026-1-01", "2026-13-01", "2026-02-29", "x026-01-01",
                            "2026-00-01", "2026-01-01-01", "-026-01-01"}) {
    BOOST_TEST(!parse_utc_date(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_CASE(minutes_days_and_months_end_where_the_next_begins) {
  const auto at = [](const char* date) { return parse_utc_date(date).value(); };
  BOOST_TEST(next_minute(at("2026-11-20")) == at("2026-11-20") + 60'000);
  BOOST_TEST(next_minute(at("2026-11-20") + 59'999) == at("2026-11-20") + 60'000);
  BOOST_TEST(next_utc_day(at("2026-12-31") + 1) == at("2027-01-01"));
  BOOST_TEST(next_utc_month(at("2026-11-01")) == at("2026-12-01"));
  BOOST_TEST(next_utc_month(at("2027-01-01") - 1) == at("2027-01-01"));
  BOOST_TEST(next_utc_month(at("2028-01-31")) == at("2028-02-01"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
