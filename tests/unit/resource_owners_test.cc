#include "domain/resource_owners.h"

#include <boost/test/unit_test.hpp>

#include "domain/ledger.h"
#include "storage_fixture.h"

namespace castor {

BOOST_FIXTURE_TEST_SUITE(resource_owners, StorageFixture)

BOOST_AUTO_TEST_CASE(a_resource_belongs_to_a_key_and_a_client_until_it_expires) {
  ResourceOwners owners(database, clock);
  BOOST_TEST(!owners.find("files/a").has_value());
  owners.put("files/a", {.key_id = 2, .client_id = 7}, 1000);
  owners.put("files/b", {.key_id = 3}, 5000);
  owners.put("cachedContents/c", {.key_id = 4, .client_id = 7}, 5000);
  BOOST_TEST(owners.find("files/a")->key_id == 2);
  BOOST_TEST(owners.find("files/a")->client_id.value() == 7);
  BOOST_TEST(!owners.find("files/b")->client_id.has_value());
  BOOST_TEST(owners.keys_of(7, "files/") == std::vector<std::int64_t>{2});
  BOOST_TEST(owners.keys_of(std::nullopt, "files/") == std::vector<std::int64_t>{3});
  BOOST_TEST(owners.keys_of(7, "cachedContents/") == std::vector<std::int64_t>{4});

  owners.drop("cachedContents/c");
  BOOST_TEST(!owners.find("cachedContents/c").has_value());
  now_ms += 1000;
  BOOST_TEST(!owners.find("files/a").has_value());
  owners.put("files/d", {.key_id = 1}, 1);
  BOOST_TEST(number("SELECT count(*) FROM upstream_resources") == 2);
}

BOOST_AUTO_TEST_CASE(a_pinned_request_gets_the_owner_or_nothing) {
  add_keys(3);
  Ledger ledger(database, secrets, clock, report);
  RequestRecord record;
  record.model = "files";
  record.pinned_key = 2;
  BOOST_TEST(ledger.admit(record).lease->key_id == 2);
  Decision decision{.effect = KeyEffect::cool_key_model,
                    .cool_until_ms = now_ms + 60'000,
                    .retry = Retry::other_key};
  ledger.close(record, {.fault = UpstreamFault::rate_limited, .http_status = 429}, decision);
  const LeaseResult second = ledger.next(record, decision);
  BOOST_TEST(!second.lease.has_value());
  BOOST_TEST(second.shortage.keys == 1);
  BOOST_TEST(second.shortage.wake_ms == now_ms + 60'000);
  ledger.settle(std::move(record));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
