#include "sql/database.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "sql/journal.h"
#include "util/clock.h"
#include "util/private_file.h"
#include "util/text.h"

namespace castor::sql {
namespace {

// Who waited in vain for a lock will do so again: callers that come one after the other, as the
// threads that share a connection do, must not each wait as long.
constexpr std::int64_t kGiveUpForMs = 1'000;

// Each page that is changed is written whole: with SQLite's usual 4096 bytes a request would cost
// 73 µs of CPU instead of 57 (bench_ledger), and each connection 32 KB more.
constexpr char kPageSize[] = "PRAGMA page_size = 1024";

// A worker's statements touch a dozen pages; what else is read again is in the system's cache.
// With hundreds of connections SQLite's 2 MB each would be most of our memory.
constexpr char kSettings[] =
    "PRAGMA cache_size = -32;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA secure_delete = OFF;"  // Debian's default would wipe what is deleted; secrets are
                                   // sealed
    "PRAGMA foreign_keys = ON;";

// SQLite's own settings, which are a process's: no counters of memory (each allocation of each
// thread would take their lock), and no 88 KB of page cache ahead of need for every connection.
void configure_once() {
  static const bool configured = [] {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    return sqlite3_initialize() == SQLITE_OK;
  }();
  if (!configured) throw std::runtime_error("SQLite does not start");
}

constexpr std::string_view kInMemory = ":memory:";

// The statement on one line, without its comment, cut.
std::string one_line(std::string_view statement) {
  std::string line;
  for (const std::string_view piece : split(statement, '\n')) {
    const std::string_view text = trim(piece);
    if (text.empty() || text.starts_with("--")) continue;
    if (!line.empty()) line += ' ';
    line.append(text);
  }
  if (line.size() > 120) line = std::string(cut_utf8(line, 117)).append("…");
  return line;
}

}  // namespace

Error::Error(int code, std::string_view statement, std::string_view message)
    : std::runtime_error(one_line(statement).append(": ").append(message)), code_(code) {}

bool Error::busy() const {
  return (code_ & 0xFF) == SQLITE_BUSY || (code_ & 0xFF) == SQLITE_LOCKED;
}

bool Error::full() const { return (code_ & 0xFF) == SQLITE_FULL; }

bool Error::refused() const {
  const int primary = code_ & 0xFF;
  return primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH || primary == SQLITE_TOOBIG;
}

bool Error::shared_memory() const {
  return code_ == SQLITE_IOERR_SHMMAP || code_ == SQLITE_IOERR_SHMOPEN ||
         code_ == SQLITE_IOERR_SHMSIZE || code_ == SQLITE_IOERR_SHMLOCK;
}

Journal parse_journal(std::string_view word) {
  if (word == "auto") return Journal::automatic;
  if (word == "wal") return Journal::wal;
  if (word == "truncate") return Journal::truncate;
  throw std::runtime_error("journal: expected auto, wal or truncate");
}

Database::Database(const std::string& path, const Options& options)
    : path_(path),
      patience_ms_(options.busy_timeout_ms),
      random_(static_cast<std::uint32_t>(steady_ms() * 2654435761 + getpid()) ^
              static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(this) >> 4)),
      begin_(*this, "BEGIN IMMEDIATE"),
      commit_(*this, "COMMIT") {
  configure_once();
  // SQLite would create it readable for whom the umask lets.
  if (path_ != kInMemory) create_private_file(path_, "");
  try {
    open(options);
    choose_journal(options);
    execute(kSettings);  // some of which read the file
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() { close(); }

void Database::open(const Options& options) {
  const int result =
      sqlite3_open_v2(path_.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                      options.vfs.empty() ? nullptr : options.vfs.c_str());
  // A file we may not write is opened for reading, without an error until the first write.
  const bool read_only = result == SQLITE_OK && sqlite3_db_readonly(handle_, "main") == 1;
  if (result != SQLITE_OK || read_only) {
    const int error = read_only ? EACCES : handle_ ? sqlite3_system_errno(handle_) : ENOMEM;
    throw std::runtime_error("cannot open the database " + path_ + ": " +
                             explain_open_failure(path_, error));
  }
  sqlite3_extended_result_codes(handle_, 1);
  // 48 KB for small objects where SQLite has it (Debian's has not): malloc is as fast.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 0, 0);
  if (options.one_shot) sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // Pages in the log before they go to the database. A process that is alone reads all of them when
  // it opens; those that stay never do.
  sqlite3_wal_autocheckpoint(handle_, options.one_shot ? 500 : 4'000);
  sqlite3_busy_handler(handle_, on_busy, this);
  execute(kPageSize);  // of a new database
}

void Database::close() {
  // Statements that are still there keep it until they go.
  sqlite3_close_v2(std::exchange(handle_, nullptr));
}

// SQLite's own waits grow to 100 ms, and some starve: measured with 128 processes that truncate
// their journals, its 99th percentile was 4.3 s, this one's 24 ms.
int Database::on_busy(void* context, int count) {
  auto& database = *static_cast<Database*>(context);
  const std::int64_t now_ms = steady_ms();
  if (count == 0) {
    const bool in_vain = now_ms - database.gave_up_ms_ < kGiveUpForMs &&
                         database.patience_ms_ <= database.vain_patience_ms_;
    if (in_vain) return 0;
    database.waiting_since_ms_ = now_ms;
  }
  if (now_ms - database.waiting_since_ms_ >= database.patience_ms_) {
    if (database.patience_ms_ > 0) {
      database.gave_up_ms_ = now_ms;
      database.vain_patience_ms_ = database.patience_ms_;
    }
    return 0;
  }
  database.random_ = database.random_ * 1664525u + 1013904223u;
  const double factor = 0.5 + static_cast<double>(database.random_ >> 8) / (1 << 24);
  const double nominal_ms = std::min(25.0, 0.5 * (1 << std::min(count, 10)));
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(nominal_ms * factor));
  return 1;
}

void Database::choose_journal(const Options& options) {
  if (path_ == kInMemory) return;
  bool wal = options.journal == Journal::wal;
  if (options.journal == Journal::automatic) wal = shared_memory_works(folder_of(path_));
  try {
    set_journal(wal ? "wal" : "truncate");
  } catch (const Error& error) {
    if (!error.shared_memory() || options.journal == Journal::wal) throw;
    leave_wal(options);
  }
}

void Database::set_journal(const char* mode) {
  const std::int64_t deadline_ms = steady_ms() + patience_ms_;
  std::string current;
  for (int count = 0;; ++count) {
    try {
      current = text_of("PRAGMA journal_mode");
      if (current != mode) {
        current = text_of(std::string("PRAGMA journal_mode = ").append(mode).c_str());
      }
      // It is the first read that shows whether the mode works.
      text_of("SELECT count(*) FROM sqlite_schema");
      break;
    } catch (const Error& error) {
      // For this change SQLite does not always ask the busy handler, lest two wait for each other.
      if (!error.busy() || steady_ms() >= deadline_ms) throw;
      on_busy(this, count);
    }
  }
  journal_ = current == "wal" ? Journal::wal : Journal::truncate;
}

// Takes a database out of WAL mode where WAL cannot work: it was copied or mounted there, or was
// opened by a program that did not look. Without shared memory SQLite can read its log only when it
// is alone, and only if it is told so before the first read.
void Database::leave_wal(const Options& options) {
  close();
  open(options);
  execute("PRAGMA locking_mode = EXCLUSIVE");
  set_journal("truncate");
  // The lock goes with the next read.
  execute("PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema");
}

void Database::execute(const char* statements) {
  if (sqlite3_exec(handle_, statements, nullptr, nullptr, nullptr) != SQLITE_OK) fail(statements);
}

std::string Database::text_of(const char* text) {
  Statement statement(*this, text);
  Rows rows = statement();
  return rows.next() ? std::string(rows.text(0)) : std::string();
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

void Database::fail(std::string_view statement) const {
  throw Error(sqlite3_extended_errcode(handle_), statement, sqlite3_errmsg(handle_));
}

Transaction::Transaction(Database& database, std::optional<std::int64_t> patience_ms)
    : database_(database), patience_before_ms_(database.patience_ms()) {
  if (patience_ms) database_.set_patience_ms(*patience_ms);
  try {
    database_.begin_.run();
  } catch (...) {
    database_.set_patience_ms(patience_before_ms_);
    throw;
  }
  open_ = true;
}

Transaction::~Transaction() {
  // After some errors (a full disk) SQLite has rolled back already.
  if (open_ && !sqlite3_get_autocommit(database_.handle_)) {
    sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  database_.set_patience_ms(patience_before_ms_);
}

void Transaction::commit() {
  database_.commit_.run();
  open_ = false;
}

}  // namespace castor::sql
