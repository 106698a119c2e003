#include "domain/passed_keys.h"

#include <boost/test/unit_test.hpp>

#include "domain/ledger.h"
#include "storage_fixture.h"

namespace castor {
namespace {

const std::string kOne = "AQ.one-0123456789abcdef", kTwo = "AIzatwo-0123456789abcdef";

struct PassedKeysFixture : StorageFixture {
  // A request of a client that brings these keys.
  RequestRecord request(std::vector<std::string> keys) {
    RequestRecord record;
    record.request_id = "req_1";
    record.started_ms = now_ms;
    record.api = "gemini";
    record.model = "gemini-4-argon";
    record.own_keys = std::move(keys);
    return record;
  }

  // Serves one: its key answers after so many milliseconds.
  void answer(const std::string& key, std::int64_t milliseconds) {
    RequestRecord record = request({key});
    BOOST_REQUIRE(ledger.admit(record).lease.has_value());
    now_ms += milliseconds;
    record.attempts.back().http_status = 200;
    ledger.settle(std::move(record));
  }

  // Serves one that fails.
  void fail(const std::string& key, UpstreamFault fault, const Decision& decision) {
    RequestRecord record = request({key});
    BOOST_REQUIRE(ledger.admit(record).lease.has_value());
    ledger.close(record, {.fault = fault, .http_status = 429}, decision);
    ledger.settle(std::move(record));
  }

  // The key that a request with these gets; "": none.
  std::string leased(std::vector<std::string> keys) {
    RequestRecord record = request(std::move(keys));
    const LeaseResult result = ledger.admit(record);
    const std::string secret = result.lease ? result.lease->secret : "";
    record.attempts.clear();
    ledger.settle(std::move(record));
    return secret;
  }

  Ledger ledger{database, secrets, clock, report};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(passed_keys, PassedKeysFixture)

BOOST_AUTO_TEST_CASE(a_credential_is_one_key_or_several) {
  BOOST_TEST(keys_in(kOne) == std::vector{kOne}, boost::test_tools::per_element());
  BOOST_TEST(keys_in(kOne + " ,\t" + kTwo + "," + kOne) == (std::vector{kOne, kTwo}),
             boost::test_tools::per_element());
  std::string many;
  for (int i = 0; i < 17; ++i) many += (i ? "," : "") + std::to_string(i) + "-0123456789abcdefghi";
  BOOST_TEST(keys_in(many).empty());
  BOOST_TEST(keys_in(many.substr(0, many.rfind(','))).size() == 16u);
}

BOOST_AUTO_TEST_CASE(K1_what_cannot_be_googles_stays_here) {
  for (const char* const other :
       {"", ",", "dummy", "sk-ant-REDACTED", "sk-proj-0123456789abcdefghijkl",
        "ck_0123456789abcdefghijklmnop", "ya29.0123456789abcdefghijklmn",
        "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeKKF2", "two words-0123456789abcdef"}) {
    BOOST_TEST(keys_in(other).empty(), other);
    BOOST_TEST(keys_in(kOne + "," + other).empty(), other);
  }
}

BOOST_AUTO_TEST_CASE(the_score_weighs_speed_and_success_and_forgets_no_failures_in_a_row) {
  BOOST_TEST(score({}) == 0.5);
  BOOST_TEST(score({.answers = 10, .average_ms = 100}) == 1.0);
  BOOST_TEST(score({.answers = 10, .average_ms = 2600}) == 0.7, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(score({.answers = 5, .failures = 5, .average_ms = 9000}) == 0.2,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(score({.answers = 9, .failures = 1, .failures_in_row = 1, .average_ms = 100}) == 0.86,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(score({.answers = 1, .failures = 9, .failures_in_row = 9, .average_ms = 100}) == 0.14,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(score({.failures = 3, .failures_in_row = 3}) == 0.0);
}

BOOST_AUTO_TEST_CASE(the_key_with_the_best_record_comes_first) {
  BOOST_TEST(leased({kOne, kTwo}) == kOne);
  answer(kOne, 4000);  // 0.4 + 0.6 * 0.22: better than nothing known
  BOOST_TEST(leased({kTwo, kOne}) == kOne);
  answer(kTwo, 200);
  BOOST_TEST(leased({kOne, kTwo}) == kTwo);
}

BOOST_AUTO_TEST_CASE(the_pool_is_never_asked_and_never_told) {
  add_keys(2);
  RequestRecord record = request({kOne});
  const LeaseResult first = ledger.admit(record);
  BOOST_TEST(first.lease->secret == kOne);
  BOOST_TEST(first.lease->key_id < 0);
  Decision decision{.effect = KeyEffect::cool_key_model,
                    .cool_until_ms = now_ms + 60'000,
                    .project_wide = true,
                    .note = "exhausted",
                    .retry = Retry::other_key,
                    .brake_model_ms = 5'000,
                    .remember_no_level = true};
  ledger.close(record, {.fault = UpstreamFault::exhausted, .http_status = 429}, decision);
  const LeaseResult second = ledger.next(record, decision);
  BOOST_TEST(!second.lease.has_value());
  BOOST_TEST(second.shortage.keys == 1);
  ledger.settle(std::move(record));
  BOOST_TEST(number("SELECT count(*) FROM key_cooldowns") == 0);
  BOOST_TEST(number("SELECT count(*) FROM model_brakes") == 0);
  BOOST_TEST(number("SELECT sum(leases) FROM api_keys") == 0);
  BOOST_TEST(number("SELECT key_id FROM attempts") < 0);
  // The model is fine for the pool.
  RequestRecord ours = request({});
  BOOST_TEST(ledger.admit(ours).lease->key_id == 1);
  ledger.settle(std::move(ours));
}

BOOST_AUTO_TEST_CASE(a_key_that_rests_is_passed_over_and_a_refused_one_asked_again) {
  fail(kOne, UpstreamFault::daily_quota,
       {.effect = KeyEffect::cool_key_model, .cool_until_ms = now_ms + 60'000});
  BOOST_TEST(leased({kOne, kTwo}) == kTwo);
  BOOST_TEST(leased({kOne}) == "");
  now_ms += 60'000;
  BOOST_TEST(leased({kOne}) == kOne);

  fail(kTwo, UpstreamFault::invalid_key, {.effect = KeyEffect::disable});
  BOOST_TEST(leased({kTwo}) == kTwo);
  BOOST_TEST(number("SELECT max(failures_in_row) FROM passed_keys") == 1);
}

BOOST_AUTO_TEST_CASE(a_wrong_request_is_not_held_against_its_key) {
  fail(kOne, UpstreamFault::bad_request, {.final = ErrorKind::bad_request});
  BOOST_TEST(number("SELECT failures FROM passed_keys") == 0);
  fail(kOne, UpstreamFault::overloaded, {.final = ErrorKind::overloaded});
  BOOST_TEST(number("SELECT failures FROM passed_keys") == 1);
}

BOOST_AUTO_TEST_CASE(nothing_of_the_key_is_stored) {
  RequestRecord record = request({kOne});
  record.user_agent = "curl " + kOne;
  ledger.admit(record);
  record.message = "Consumer 'api_key:" + kOne + "' has been suspended";
  ledger.settle(std::move(record));
  BOOST_TEST(record.own_keys.empty());
  BOOST_TEST(text("SELECT user_agent || message FROM requests").find("0123456789abcdef") ==
             std::string::npos);
  BOOST_TEST(number("SELECT count(*) FROM passed_keys WHERE id < 0") == 1);
}

BOOST_AUTO_TEST_CASE(of_many_keys_those_used_last_are_remembered) {
  for (int i = 0; i < 3; ++i) {
    ++now_ms;
    leased({std::to_string(i) + "-0123456789abcdefghij"});
  }
  database.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11000)"
      "INSERT INTO passed_keys (id, first_seen_ms, last_used_ms) SELECT -i, i, i FROM n");
  leased({kOne});
  BOOST_TEST(number("SELECT count(*) FROM passed_keys") == 10'000);
  BOOST_TEST(number("SELECT count(*) FROM passed_keys WHERE last_used_ms > 11000") == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
