#include "sql/migrate.h"

#include <boost/test/unit_test.hpp>

#include "processes.h"
#include "sql/text.h"
#include "temporary_folder.h"

namespace castor::sql {
namespace {

std::int64_t number(Database& database, std::string_view query) {
  Statement statement(database, query);
  Rows rows = statement();
  BOOST_REQUIRE(rows.next());
  return rows.integer(0);
}

constexpr std::string_view kFirst = "CREATE TABLE t (x INTEGER) STRICT; INSERT INTO t VALUES (1);";
constexpr std::string_view kSecond = "INSERT INTO t VALUES (2);";
constexpr std::string_view kBroken = "INSERT INTO t VALUES (3); INSERT INTO absent VALUES (1);";

}  // namespace

BOOST_AUTO_TEST_SUITE(migrate_database)

BOOST_AUTO_TEST_CASE(each_migration_runs_once) {
  Database database(":memory:");
  const std::string_view first[] = {kFirst}, both[] = {kFirst, kSecond};
  migrate(database, first);
  migrate(database, first);
  BOOST_TEST(number(database, "SELECT count(*) FROM t") == 1);
  migrate(database, both);
  migrate(database, both);
  BOOST_TEST(number(database, "SELECT count(*) FROM t") == 2);
  BOOST_TEST(number(database, "PRAGMA user_version") == 2);
  BOOST_TEST(number(database, "PRAGMA application_id") == kApplicationId);
}

BOOST_AUTO_TEST_CASE(a_migration_that_fails_leaves_no_trace) {
  Database database(":memory:");
  const std::string_view first[] = {kFirst}, broken[] = {kFirst, kBroken};
  migrate(database, first);
  BOOST_CHECK_THROW(migrate(database, broken), Error);
  BOOST_TEST(number(database, "SELECT count(*) FROM t") == 1);
  BOOST_TEST(number(database, "PRAGMA user_version") == 1);
}

BOOST_AUTO_TEST_CASE(the_database_of_a_newer_castor_is_refused) {
  Database database(":memory:");
  const std::string_view both[] = {kFirst, kSecond}, first[] = {kFirst};
  migrate(database, both);
  BOOST_CHECK_EXCEPTION(
      migrate(database, first), std::runtime_error, [](const std::runtime_error& error) {
        return std::string(error.what()).find("newer castor") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(the_database_of_another_program_is_refused) {
  const auto says_so = [](const std::runtime_error& error) {
    return std::string(error.what()).find("another program") != std::string::npos;
  };
  Database tables(":memory:"), marked(":memory:");
  tables.execute("CREATE TABLE t (x INTEGER)");
  marked.execute("PRAGMA application_id = 7");
  BOOST_CHECK_EXCEPTION(migrate(tables), std::runtime_error, says_so);
  BOOST_CHECK_EXCEPTION(migrate(marked), std::runtime_error, says_so);
}

BOOST_AUTO_TEST_CASE(many_processes_that_start_at_once_migrate_once) {
  for (const Journal journal : {Journal::automatic, Journal::truncate}) {
    const TemporaryFolder folder;
    const std::string path = folder / "castor.db";
    const std::string_view both[] = {kFirst, kSecond};
    BOOST_TEST(succeed_in_processes(8, [&](int) {
      Database database(path, {.journal = journal});
      migrate(database, both);
      return number(database, "SELECT count(*) FROM t") == 2;
    }));
    Database database(path);
    BOOST_TEST(number(database, "SELECT count(*) FROM t") == 2);
    BOOST_TEST(number(database,
                      "SELECT count(*) FROM pragma_integrity_check WHERE "
                      "integrity_check = 'ok'") == 1);
  }
}

BOOST_AUTO_TEST_CASE(every_view_of_the_schema_can_be_read) {
  Database database(":memory:");
  migrate(database);
  for (const char* view : {"usage_today", "key_health", "request_logs", "failed_requests",
                           "slowest_requests", "unsettled_requests"}) {
    BOOST_TEST(number(database, std::string("SELECT count(*) FROM ") + view) == 0, view);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::sql
