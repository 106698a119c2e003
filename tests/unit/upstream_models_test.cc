#include "domain/upstream_models.h"

#include <boost/test/unit_test.hpp>

#include "storage_fixture.h"

namespace castor {
namespace {

constexpr std::int64_t kHour = 3'600'000;

struct ModelsFixture : StorageFixture {
  UpstreamModels models{database, clock, report};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(upstream_models, ModelsFixture)

BOOST_AUTO_TEST_CASE(a_list_is_kept_until_it_is_old) {
  BOOST_TEST(models.find(kHour).models == "[]");
  BOOST_TEST(models.find(kHour).is_due);
  BOOST_TEST(models.claim(models.find(kHour)));
  models.put("[1]");
  BOOST_TEST(models.find(kHour).models == "[1]");
  now_ms += kHour - 1;
  BOOST_TEST(!models.find(kHour).is_due);
  BOOST_TEST(models.find(kHour / 2).is_due);
  now_ms += 1;
  BOOST_TEST(models.find(kHour).is_due);
  BOOST_TEST(models.find(kHour).models == "[1]");
}

BOOST_AUTO_TEST_CASE(one_worker_at_a_time_fetches_it) {
  UpstreamModels others(database, clock, report);
  for (const std::int64_t later : {std::int64_t(0), kHour}) {
    now_ms += later;
    const auto seen = models.find(kHour), theirs = others.find(kHour);
    BOOST_TEST(seen.is_due);
    BOOST_TEST(theirs.is_due);
    BOOST_TEST(models.claim(seen));
    BOOST_TEST(!others.claim(theirs));
    BOOST_TEST(!others.find(kHour).is_due);
  }
}

BOOST_AUTO_TEST_CASE(a_list_that_cannot_be_had_is_tried_for_once_a_minute) {
  BOOST_TEST(models.claim(models.find(kHour)));
  now_ms += 59'999;
  BOOST_TEST(!models.find(kHour).is_due);
  now_ms += 1;
  BOOST_TEST(models.find(kHour).is_due);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_does_not_keep_a_list_for_ever) {
  BOOST_TEST(models.claim(models.find(kHour)));
  models.put("[1]");
  now_ms -= 100 * kHour;
  BOOST_TEST(models.find(kHour).is_due);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
