#include "domain/reply_store.h"

#include <boost/test/unit_test.hpp>

#include "storage_fixture.h"
#include "temporary_folder.h"

namespace castor {
namespace {

constexpr std::int64_t kKeepMs = 3'600'000;

struct ReplyFixture : StorageFixture {
  bool put(std::string_view id, std::optional<std::int64_t> client, std::size_t size = 2) {
    return store.put(id, client,
                     {.previous = "resp_0", .input = "[]", .reply = std::string(size, '{')});
  }

  ReplyStore store{database, clock, report, kKeepMs};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reply_store, ReplyFixture)

BOOST_AUTO_TEST_CASE(a_reply_is_found_by_its_id_as_it_was_put) {
  const KeptReply reply{
      .previous = "resp_0", .input = R"([{"a":"ä"}])", .reply = R"({"id":"resp_1"})"};
  BOOST_TEST(store.put("resp_1", 7, reply));
  const auto found = store.find("resp_1", 7);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->previous == reply.previous);
  BOOST_TEST(found->input == reply.input);
  BOOST_TEST(found->reply == reply.reply);
  BOOST_TEST(!store.find("resp_2", 7).has_value());
}

BOOST_AUTO_TEST_CASE(nobody_finds_or_removes_the_reply_of_another) {
  BOOST_TEST(put("resp_1", 7));
  BOOST_TEST(put("resp_2", std::nullopt));
  BOOST_TEST(!store.find("resp_1", 8).has_value());
  BOOST_TEST(!store.find("resp_1", std::nullopt).has_value());
  BOOST_TEST(!store.find("resp_2", 7).has_value());
  BOOST_TEST(!store.remove("resp_1", 8));
  BOOST_TEST(!store.remove("resp_1", std::nullopt));
  BOOST_TEST(store.find("resp_1", 7).has_value());
  BOOST_TEST(store.find("resp_2", std::nullopt).has_value());
}

BOOST_AUTO_TEST_CASE(a_reply_that_was_removed_is_gone) {
  BOOST_TEST(put("resp_1", 7));
  BOOST_TEST(store.remove("resp_1", 7));
  BOOST_TEST(!store.find("resp_1", 7).has_value());
  BOOST_TEST(!store.remove("resp_1", 7));
}

BOOST_AUTO_TEST_CASE(replies_are_kept_as_long_as_was_said_and_not_longer) {
  BOOST_TEST(put("resp_1", 7));
  now_ms += kKeepMs;
  BOOST_TEST(store.find("resp_1", 7).has_value());
  now_ms += 1;
  BOOST_TEST(!store.find("resp_1", 7).has_value());
  BOOST_TEST(!store.remove("resp_1", 7));
  BOOST_TEST(store.purge(10) == 1);
  BOOST_TEST(number("SELECT count(*) FROM responses") == 0);
}

BOOST_AUTO_TEST_CASE(the_oldest_go_first_where_all_are_too_large) {
  BOOST_TEST(put("resp_1", 7, 1000));
  BOOST_TEST(put("resp_2", 7, 1000));
  BOOST_TEST(store.purge(1, 1500) == 1);
  BOOST_TEST(!store.find("resp_1", 7).has_value());
  BOOST_TEST(store.find("resp_2", 7).has_value());
  BOOST_TEST(store.purge(1, 1500) == 0);
}

BOOST_AUTO_TEST_CASE(one_that_is_too_large_is_not_kept_and_the_operator_is_told) {
  BOOST_TEST(!put("resp_1", 7, ReplyStore::kMostBytes));
  BOOST_TEST(!store.find("resp_1", 7).has_value());
  BOOST_TEST(reports.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_database_that_is_locked_costs_a_report_not_the_reply) {
  const TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  StorageFixture one(path);
  ReplyStore locked_out(one.database, clock, report, kKeepMs);
  sql::Database other(path);
  sql::Transaction held(other);
  BOOST_TEST(!locked_out.put("resp_1", 7, {.previous = {}, .input = "[]", .reply = "{}"}));
  BOOST_TEST(reports.size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
