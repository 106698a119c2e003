#include "domain/signature_store.h"

#include <boost/test/unit_test.hpp>

#include "storage_fixture.h"
#include "temporary_folder.h"

namespace castor {
namespace {

constexpr std::int64_t kKeepMs = 30LL * 24 * 3'600'000;

struct SignatureFixture : StorageFixture {
  // Puts signatures of `size` bytes under "call_<from>" … "call_<to>".
  void put(int from, int to, std::size_t size = 10) {
    std::vector<SignedCall> calls;
    for (int i = from; i <= to; ++i) {
      calls.push_back({"call_" + std::to_string(i), {"gemini-4", std::string(size, 'x')}});
    }
    BOOST_TEST(store.put(calls));
  }
  bool has(int number) { return store.find("call_" + std::to_string(number)).has_value(); }

  SignatureStore store{database, clock, report, kKeepMs};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(signature_store, SignatureFixture)

BOOST_AUTO_TEST_CASE(signatures_are_found_by_the_id_of_their_call) {
  const SignedCall calls[] = {{"toolu_a", {"gemini-4", "c2ln"}}, {"toolu_b", {"gemini-3", "eA=="}}};
  BOOST_TEST(store.put(calls));
  const auto found = store.find("toolu_b");
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->model_family == "gemini-3");
  BOOST_TEST(found->signature == "eA==");
  BOOST_TEST(!store.find("toolu_c").has_value());
}

BOOST_AUTO_TEST_CASE(an_id_that_comes_again_has_the_newer_signature) {
  const SignedCall first[] = {{"toolu_a", {"gemini-4", "old"}}};
  const SignedCall second[] = {{"toolu_a", {"gemini-4", "new"}}};
  BOOST_TEST(store.put(first));
  BOOST_TEST(store.put(second));
  BOOST_TEST(store.find("toolu_a")->signature == "new");
}

BOOST_AUTO_TEST_CASE(signatures_are_kept_as_long_as_was_said) {
  put(1, 3);
  now_ms += kKeepMs - 1;
  put(4, 4);
  BOOST_TEST(store.purge(10) == 0);
  now_ms += 2;
  BOOST_TEST(store.purge(2) == 2);
  BOOST_TEST(!has(2));
  BOOST_TEST(has(3));
  BOOST_TEST(store.purge(10) == 1);
  BOOST_TEST(has(4));
}

BOOST_AUTO_TEST_CASE(the_oldest_go_when_there_are_too_many_bytes) {
  put(1, 100, 1'000);
  BOOST_TEST(store.purge(10, 200'000) == 0);
  BOOST_TEST(store.purge(10, 50'000) == 10);
  BOOST_TEST(!has(10));
  BOOST_TEST(has(11));
}

BOOST_AUTO_TEST_CASE(a_put_now_and_then_drops_a_few_old_ones) {
  put(1, 200);
  now_ms += kKeepMs + 1'000;
  now_ms = now_ms / 16 * 16;
  put(201, 201);
  BOOST_TEST(number("SELECT count(*) FROM thought_signatures") == 200 - 64 + 1);
  now_ms += 1;
  put(202, 202);
  BOOST_TEST(number("SELECT count(*) FROM thought_signatures") == 200 - 64 + 2);
}

BOOST_AUTO_TEST_CASE(an_empty_store_can_be_purged) { BOOST_TEST(store.purge(10) == 0); }

BOOST_AUTO_TEST_CASE(a_locked_database_is_reported_and_nothing_worse) {
  const TemporaryFolder folder;
  StorageFixture storage(folder / "castor.db");
  SignatureStore locked_out(storage.database, storage.clock, storage.report, kKeepMs);
  sql::Database other(folder / "castor.db");
  const sql::Transaction lock(other);
  const SignedCall calls[] = {{"toolu_a", {"gemini-4", "c2ln"}}};
  BOOST_TEST(!locked_out.put(calls));
  BOOST_REQUIRE(storage.reports.size() == 1u);
  BOOST_TEST(storage.reports[0].find("locked") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
