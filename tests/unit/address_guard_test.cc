#include "domain/address_guard.h"

#include <boost/test/unit_test.hpp>

#include "domain/error.h"
#include "processes.h"
#include "storage_fixture.h"
#include "temporary_folder.h"

namespace castor {
namespace {

constexpr std::int64_t kMinute = 60'000;

struct GuardFixture : StorageFixture {
  // What an address is told; "": nothing.
  std::string refusal(const char* address) {
    try {
      guard.check(address);
      return {};
    } catch (const ApiError& error) {
      BOOST_TEST((error.kind == ErrorKind::rate_limited));
      BOOST_TEST((error.should_retry == false));
      return error.what();
    }
  }
  void fail(const char* address, int times) {
    for (int i = 0; i < times; ++i) guard.count_failure(address);
  }

  AddressGuardOptions options{
      .max_failures = 3, .within_ms = 10 * kMinute, .block_ms = 15 * kMinute, .max_addresses = 5};
  AddressGuard guard{database, clock, report, options};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(address_guard, GuardFixture)

BOOST_AUTO_TEST_CASE(an_address_with_too_many_wrong_keys_is_blocked_for_a_while) {
  fail("203.0.113.9", 2);
  BOOST_TEST(refusal("203.0.113.9") == "");
  fail("203.0.113.9", 1);
  BOOST_TEST(refusal("203.0.113.9") ==
             "too many wrong client keys came from this address; it is blocked for 900s");
  BOOST_TEST(refusal("::ffff:203.0.113.9") != "");
  BOOST_TEST(refusal("203.0.113.8") == "");
  BOOST_TEST(reports.size() == 1u);
  BOOST_TEST(reports.at(0).starts_with("203.0.113.9 is blocked until "));
  now_ms += 15 * kMinute - 1;
  BOOST_TEST(refusal("203.0.113.9") != "");
  now_ms += 1;
  BOOST_TEST(refusal("203.0.113.9") == "");
  fail("203.0.113.9", 2);  // the count begins anew
  BOOST_TEST(refusal("203.0.113.9") == "");
}

BOOST_AUTO_TEST_CASE(failures_that_are_long_ago_do_not_count) {
  fail("203.0.113.9", 2);
  now_ms += 10 * kMinute;
  fail("203.0.113.9", 2);
  BOOST_TEST(refusal("203.0.113.9") == "");
}

BOOST_AUTO_TEST_CASE(a_block_of_a_clock_that_was_ahead_is_void) {
  now_ms += 2 * 24 * 60 * kMinute;
  fail("203.0.113.9", 3);
  BOOST_TEST(refusal("203.0.113.9") != "");
  now_ms -= 2 * 24 * 60 * kMinute;
  BOOST_TEST(refusal("203.0.113.9") == "");
  fail("203.0.113.9", 2);
  BOOST_TEST(refusal("203.0.113.9") == "");
  fail("203.0.113.9", 1);
  BOOST_TEST(refusal("203.0.113.9") != "");
}

BOOST_AUTO_TEST_CASE(addresses_of_one_IPv6_network_count_together) {
  fail("2001:db8:1:2::1", 1);
  fail("2001:db8:1:2::2", 1);
  fail("2001:db8:1:2:ffff::3", 1);
  BOOST_TEST(refusal("2001:db8:1:2:aaaa::4") != "");
  BOOST_TEST(refusal("2001:db8:1:3::1") == "");
}

BOOST_AUTO_TEST_CASE(this_machine_and_what_is_no_address_are_never_blocked) {
  for (const char* address : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "", "unix:"}) {
    fail(address, 10);
    BOOST_TEST(refusal(address) == "", address);
  }
  BOOST_TEST(number("SELECT count(*) FROM failed_addresses") == 0);
}

BOOST_AUTO_TEST_CASE(no_more_addresses_are_kept_than_so_many) {
  for (int i = 0; i < 50; ++i) {
    now_ms += 1;
    guard.count_failure("198.51.100." + std::to_string(i));
    BOOST_TEST(number("SELECT count(*) FROM failed_addresses") <= 5);
  }
  BOOST_TEST(text("SELECT address FROM failed_addresses ORDER BY since_ms DESC") ==
             "198.51.100.49");
}

BOOST_AUTO_TEST_CASE(zero_switches_it_off) {
  AddressGuard off(database, clock, report, {.max_failures = 0});
  for (int i = 0; i < 100; ++i) off.count_failure("203.0.113.9");
  BOOST_CHECK_NO_THROW(off.check("203.0.113.9"));
  AddressGuard one(database, clock, report, {.max_failures = 1});
  one.count_failure("203.0.113.9");
  BOOST_TEST(refusal("203.0.113.9") != "");
}

BOOST_AUTO_TEST_CASE(all_workers_count_together) {
  TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  { const StorageFixture first(path); }
  BOOST_TEST(succeed_in_processes(16, [&](int) {
    sql::Database mine(path);
    AddressGuard worker(mine, Clock(), [](std::string_view) {},
                        {.max_failures = 1'000, .patience_ms = 60'000});
    for (int i = 0; i < 10; ++i) worker.count_failure("203.0.113.9");
    return true;
  }));
  StorageFixture after(path);
  BOOST_TEST(after.number("SELECT failures FROM failed_addresses") == 160);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
