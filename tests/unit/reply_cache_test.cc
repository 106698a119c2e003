#include "domain/reply_cache.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "storage_fixture.h"
#include "temporary_folder.h"

namespace castor {
namespace {

constexpr std::int64_t kHour = 3'600'000;

struct CacheFixture : StorageFixture {
  static std::string key(const std::string& body) { return CacheQuestion{1, "m", body, {}}.key(); }
  void put(const std::string& body, std::size_t size) {
    cache.put({.key = key(body), .client_id = 1, .model = "m", .chunks = std::string(size, 'x')});
  }
  std::string found(const std::string& body) { return cache.find(key(body)).value_or("(none)"); }

  ReplyCache cache{database, clock, report, kHour, 1'000};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reply_cache, CacheFixture)

BOOST_AUTO_TEST_CASE(a_reply_is_found_until_its_time_is_over) {
  cache.put({.key = key("a"), .client_id = 1, .model = "m", .chunks = std::string("{}\0[]\0", 6)});
  BOOST_TEST(found("a") == std::string("{}\0[]\0", 6));
  BOOST_TEST(found("b") == "(none)");
  now_ms += kHour - 1;
  BOOST_TEST(found("a") != "(none)");
  now_ms += 1;
  BOOST_TEST(found("a") == "(none)");
  put("b", 5);  // and makes room
  BOOST_TEST(number("SELECT count(*) FROM cached_replies") == 1);
}

BOOST_AUTO_TEST_CASE(everything_that_decides_the_answer_is_in_the_key) {
  const std::vector<std::string> none, a{"a"}, ab{"a", "b"}, joined{"ab"};
  const std::set<std::string> keys{
      CacheQuestion{1, "m", "body", none}.key(),
      CacheQuestion{2, "m", "body", none}.key(),
      CacheQuestion{std::nullopt, "m", "body", none}.key(),
      CacheQuestion{1, "n", "body", none}.key(),
      CacheQuestion{1, "mb", "ody", none}.key(),
      CacheQuestion{1, "m", "body ", none}.key(),
      CacheQuestion{1, "m", "body", a}.key(),
      CacheQuestion{1, "m", "body", ab}.key(),
      CacheQuestion{1, "m", "body", joined}.key(),
  };
  BOOST_TEST(keys.size() == 9u);
  BOOST_TEST(keys.begin()->size() == 32u);
  BOOST_TEST(keys.count(CacheQuestion{1, "m", "body", ab}.key()) == 1u);
}

BOOST_AUTO_TEST_CASE(the_oldest_replies_make_room) {
  for (const char* body : {"a", "b", "c"}) put(body, 400);
  BOOST_TEST(found("a") == "(none)");
  BOOST_TEST(found("b") != "(none)");
  BOOST_TEST(found("c") != "(none)");
  BOOST_TEST(number("SELECT bytes FROM cache_size") == 800);
  put("b", 100);  // replaced, and now the newest
  BOOST_TEST(number("SELECT bytes FROM cache_size") == 500);
  put("d", 900);
  BOOST_TEST(found("b") != "(none)");
  BOOST_TEST(found("c") == "(none)");
  put("e", 1'001);  // larger than all may be
  BOOST_TEST(found("d") != "(none)");
  BOOST_TEST(found("e") == "(none)");
}

BOOST_AUTO_TEST_CASE(a_locked_database_costs_the_reply_and_nothing_else) {
  TemporaryFolder folder;
  StorageFixture mine(folder / "castor.db");
  ReplyCache busy(mine.database, mine.clock, mine.report, kHour, 1'000);
  {
    sql::Database other(folder / "castor.db");
    sql::Transaction lock(other);
    busy.put({.key = key("a"), .client_id = 1, .model = "m", .chunks = "x"});
  }
  BOOST_TEST(!busy.find(key("a")).has_value());
  BOOST_TEST(mine.reports.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
