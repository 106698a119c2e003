#include "sql/database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

#include "sql/journal.h"
#include "temporary_folder.h"
#include "util/clock.h"

namespace castor::sql {
namespace {

std::int64_t number(Database& database, std::string_view query) {
  Statement statement(database, query);
  Rows rows = statement();
  return rows.next() ? rows.integer(0) : -1;
}

unsigned mode_of(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

bool mentions(const std::exception& error, std::string_view part) {
  return std::string_view(error.what()).find(part) != std::string_view::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(database)

BOOST_AUTO_TEST_CASE(arguments_come_back_as_they_were_given) {
  Database database(":memory:");
  Statement echo(database, "-- What was given.\nSELECT ?1, ?2, ?3, ?4, ?5, ?6");
  Rows rows = echo(-7, std::string("a\0b", 3), 2.5, std::optional<int>(), Blob{"\xff\x00"}, true);
  BOOST_REQUIRE(rows.next());
  BOOST_TEST(rows.integer(0) == -7);
  BOOST_TEST(rows.text(1) == std::string_view("a\0b", 3));
  BOOST_TEST(rows.real(2) == 2.5);
  BOOST_TEST(rows.is_null(3));
  BOOST_TEST(rows.text(4) == "\xff");
  BOOST_TEST(rows.integer(5) == 1);
  BOOST_TEST(!rows.next());
  BOOST_TEST(!rows.next());
}

BOOST_AUTO_TEST_CASE(an_empty_view_is_an_empty_text_and_not_null) {
  Database database(":memory:");
  Statement echo(database, "SELECT ?1 IS NULL, ?2 IS NULL");
  Rows rows = echo(std::string_view(), std::optional<std::string>());
  BOOST_REQUIRE(rows.next());
  BOOST_TEST(rows.integer(0) == 0);
  BOOST_TEST(rows.integer(1) == 1);
}

BOOST_AUTO_TEST_CASE(a_statement_can_run_again_after_its_rows_went_out_of_scope) {
  Database database(":memory:");
  Statement three(database, "SELECT 1 UNION SELECT 2 UNION SELECT 3");
  for (int run = 0; run < 3; ++run) {
    Rows rows = three();
    BOOST_TEST(rows.next());
    BOOST_TEST(rows.integer(0) == 1);
  }
}

BOOST_AUTO_TEST_CASE(an_error_holds_the_statement_without_its_comment) {
  Database database(":memory:");
  Statement statement(database, "-- Comment.\nSELECT *\n  FROM nowhere;\n");
  BOOST_CHECK_EXCEPTION(statement.run(), Error, [](const Error& error) {
    return std::string(error.what()) == "SELECT * FROM nowhere;: no such table: nowhere";
  });
}

BOOST_AUTO_TEST_CASE(run_returns_the_number_of_rows_changed) {
  Database database(":memory:");
  database.execute("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1), (2), (3)");
  Statement update(database, "UPDATE t SET x = 0 WHERE x > ?1");
  BOOST_TEST(update.run(1) == 2);
  BOOST_TEST(update.run(1) == 0);
}

BOOST_AUTO_TEST_CASE(a_transaction_is_rolled_back_unless_it_was_committed) {
  Database database(":memory:");
  database.execute("CREATE TABLE t (x INTEGER)");
  {
    Transaction transaction(database);
    database.execute("INSERT INTO t VALUES (1)");
  }
  BOOST_TEST(number(database, "SELECT count(*) FROM t") == 0);
  {
    Transaction transaction(database);
    database.execute("INSERT INTO t VALUES (1)");
    transaction.commit();
  }
  BOOST_TEST(number(database, "SELECT count(*) FROM t") == 1);
}

BOOST_AUTO_TEST_CASE(a_second_writer_waits_for_the_first_and_gives_up_when_told) {
  const TemporaryFolder folder;
  Database first(folder / "castor.db"), second(folder / "castor.db");
  first.execute("CREATE TABLE t (x INTEGER)");
  std::optional<Transaction> held(std::in_place, first);

  const std::int64_t before_ms = steady_ms();
  BOOST_CHECK_EXCEPTION(Transaction(second, 60), Error,
                        [](const Error& error) { return error.busy() && !error.full(); });
  BOOST_TEST(steady_ms() - before_ms >= 60);
  BOOST_TEST(steady_ms() - before_ms < 2'000);
  BOOST_TEST(second.patience_ms() == 5'000);

  std::thread letting_go([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    held->commit();
    held.reset();
  });
  BOOST_CHECK_NO_THROW(Transaction(second).commit());
  letting_go.join();
}

BOOST_AUTO_TEST_CASE(those_who_come_after_a_vain_wait_do_not_wait_as_long_again) {
  const TemporaryFolder folder;
  Database first(folder / "castor.db"), second(folder / "castor.db");
  const Transaction held(first);
  BOOST_CHECK_THROW(Transaction(second, 100), Error);
  const std::int64_t before_ms = steady_ms();
  for (int i = 0; i < 20; ++i) BOOST_CHECK_THROW(Transaction(second, 100), Error);
  BOOST_TEST(steady_ms() - before_ms < 900);  // not 2000
  // Who has more patience does wait.
  const std::int64_t patient_ms = steady_ms();
  BOOST_CHECK_THROW(Transaction(second, 200), Error);
  BOOST_TEST(steady_ms() - patient_ms >= 200);
}

// Of threads, not processes: SQLite's locks are then of one process, and easily lost.
BOOST_AUTO_TEST_CASE(threads_that_open_a_new_database_at_once_lose_no_transaction) {
  for (const Journal journal : {Journal::automatic, Journal::truncate}) {
    const TemporaryFolder folder;
    const std::string path = folder / "castor.db";
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        try {
          Database database(path, {.journal = journal});
          for (int j = 0; j < 10; ++j) {
            Transaction transaction(database);
            database.execute("CREATE TABLE IF NOT EXISTS t (x INTEGER)");
            const std::int64_t count = number(database, "SELECT count(*) FROM t");
            Statement(database, "INSERT INTO t VALUES (?1)").run(count);
            transaction.commit();
          }
        } catch (const std::exception& error) {
          std::cerr << error.what() << '\n';
          ++failures;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(failures.load() == 0);
    Database database(path, {.journal = journal});
    BOOST_TEST(number(database, "SELECT count(DISTINCT x) FROM t") == 80);
  }
}

BOOST_AUTO_TEST_CASE(readers_are_not_blocked_by_a_writer_in_wal_mode) {
  const TemporaryFolder folder;
  Database writer(folder / "castor.db", {.journal = Journal::wal});
  Database reader(folder / "castor.db", {.busy_timeout_ms = 0});
  writer.execute("CREATE TABLE t (x INTEGER)");
  Transaction transaction(writer);
  writer.execute("INSERT INTO t VALUES (1)");
  BOOST_TEST(number(reader, "SELECT count(*) FROM t") == 0);
}

BOOST_AUTO_TEST_CASE(all_its_files_are_for_the_owner_alone) {
  const TemporaryFolder folder;
  const mode_t before = umask(0);
  for (const Journal journal : {Journal::wal, Journal::truncate}) {
    const std::string path = folder / (journal == Journal::wal ? "wal.db" : "truncate.db");
    Database database(path, {.journal = journal});
    database.execute("CREATE TABLE t (x INTEGER)");
    BOOST_TEST(mode_of(path) == 0600u);
    for (const char* suffix : {"-wal", "-shm"}) {
      BOOST_TEST(mode_of(path + suffix) == (journal == Journal::wal ? 0600u : 0u), suffix);
    }
    if (journal == Journal::truncate) BOOST_TEST(mode_of(path + "-journal") == 0600u);
  }
  umask(before);
}

BOOST_AUTO_TEST_CASE(a_missing_folder_is_named_with_the_remedy) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(Database(folder / "absent/castor.db"), std::runtime_error,
                        [&](const std::runtime_error& error) {
                          return mentions(error, "absent/castor.db") && mentions(error, "mkdir");
                        });
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_refused) {
  const TemporaryFolder folder;
  std::ofstream(folder / "castor.db") << std::string(8192, 'x');
  BOOST_CHECK_EXCEPTION(Database(folder / "castor.db"), Error,
                        [](const Error& error) { return mentions(error, "not a database"); });
}

BOOST_AUTO_TEST_CASE(journals_are_named_as_in_the_configuration) {
  BOOST_TEST((parse_journal("auto") == Journal::automatic));
  BOOST_TEST((parse_journal("truncate") == Journal::truncate));
  BOOST_CHECK_THROW(parse_journal("WAL2"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_database_changes_between_journals_as_configured) {
  const TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  for (const Journal journal : {Journal::truncate, Journal::wal, Journal::truncate}) {
    Database database(path, {.journal = journal});
    BOOST_TEST((database.journal() == journal));
  }
  const Journal expected = shared_memory_works(folder.path()) ? Journal::wal : Journal::truncate;
  BOOST_TEST((Database(path).journal() == expected));
  BOOST_TEST(!shared_memory_works(folder / "absent"));
  BOOST_TEST(!shared_memory_works("/proc"));
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// A file system on which files cannot be mapped: SQLite's own, but for shared memory.
int refuse_to_map(sqlite3_file*, int, int, int, void volatile**) { return SQLITE_IOERR_SHMMAP; }

int open_without_mapping(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
                         int* flags_out) {
  static sqlite3_io_methods methods;
  auto* original = static_cast<sqlite3_vfs*>(vfs->pAppData);
  const int result = original->xOpen(original, name, file, flags, flags_out);
  if (result == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB)) {
    methods = *file->pMethods;
    methods.xShmMap = refuse_to_map;
    file->pMethods = &methods;
  }
  return result;
}

class FileSystemWithoutMapping {
 public:
  FileSystemWithoutMapping() : vfs_(*sqlite3_vfs_find(nullptr)) {
    vfs_.zName = "without-mapping";
    vfs_.pAppData = sqlite3_vfs_find(nullptr);
    vfs_.xOpen = open_without_mapping;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FileSystemWithoutMapping() { sqlite3_vfs_unregister(&vfs_); }

 private:
  sqlite3_vfs vfs_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(database_without_shared_memory)

BOOST_AUTO_TEST_CASE(a_wal_database_is_rescued_with_all_that_is_in_its_log) {
  const FileSystemWithoutMapping file_system;
  const TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  {
    // Copied with its log, as a machine leaves it that lost its power.
    Database database(folder / "original.db", {.journal = Journal::wal});
    database.execute("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1), (2)");
    std::filesystem::copy_file(folder / "original.db", path);
    std::filesystem::copy_file(folder / "original.db-wal", path + "-wal");
  }
  for (int run = 0; run < 2; ++run) {
    Database database(path, {.journal = run == 0 ? Journal::automatic : Journal::truncate,
                             .vfs = "without-mapping"});
    BOOST_TEST((database.journal() == Journal::truncate));
    BOOST_TEST(number(database, "SELECT count(*) FROM t") == 2 + run);
    database.execute("INSERT INTO t VALUES (3)");
    // The lock is not kept.
    Database other(path, {.journal = Journal::truncate, .busy_timeout_ms = 0});
    BOOST_CHECK_NO_THROW(Transaction(other).commit());
  }
}

BOOST_AUTO_TEST_CASE(a_new_database_falls_back_to_truncate) {
  const FileSystemWithoutMapping file_system;
  const TemporaryFolder folder;
  Database database(folder / "castor.db", {.vfs = "without-mapping"});
  BOOST_TEST((database.journal() == Journal::truncate));
  database.execute("CREATE TABLE t (x INTEGER)");
}

BOOST_AUTO_TEST_CASE(wal_by_force_is_an_error_and_no_guess) {
  const FileSystemWithoutMapping file_system;
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(
      Database(folder / "castor.db", {.journal = Journal::wal, .vfs = "without-mapping"}), Error,
      [](const Error& error) { return error.shared_memory(); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::sql
