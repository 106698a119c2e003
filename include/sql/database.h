#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

// SQLite, as five small types: a connection, a statement, one use of a statement, a transaction and
// an error. None of them is for two threads at once, none crosses a fork: each worker opens its
// own.
namespace castor::sql {

class Database;

// What SQLite said no to. what() holds the statement: "UPDATE api_keys SET …: database is locked".
class Error : public std::runtime_error {
 public:
  // `code` is SQLite's extended result code.
  Error(int code, std::string_view statement, std::string_view message);

  int code() const { return code_; }
  bool busy() const;           // another connection held the lock until patience ran out
  bool full() const;           // no space left
  bool refused() const;        // the data itself is at fault: a constraint, a type, a size
  bool shared_memory() const;  // the file system cannot do what WAL needs

 private:
  int code_;
};

// Bytes that are no text, as an argument.
struct Blob {
  std::string_view bytes;
};

// One run of a Statement, which must outlive it. Resets the statement when it goes out of scope.
class Rows {
 public:
  ~Rows();
  Rows(Rows&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)), at_end_(other.at_end_) {}
  Rows& operator=(Rows&&) = delete;

  // Goes to the next (at first: the first) row; false after the last. Throws Error.
  bool next();

  // Columns count from 0. NULL reads as 0 or "". Text and bytes are valid until next().
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  // also the bytes of a BLOB

 private:
  friend class Statement;
  explicit Rows(class Statement* statement) : statement_(statement) {}

  class Statement* statement_;
  bool at_end_ = false;
};

// One statement of sql/queries, prepared when it is first used: so a process pays for what it runs.
// Arguments are integers, enumerations, bool, double, text, Blob, and std::optional of these
// (empty: NULL); their number is that of the placeholders. One Rows at a time.
class Statement {
 public:
  // How long it stays prepared. For what is seldom run, the time to prepare it (20 to 100 µs) is
  // cheaper than the memory of every worker's connection (2 to 10 KB).
  enum class Keep { always, for_one_run };

  // `text` is kept, not copied: a constant. The database must outlive the statement.
  Statement(Database& database, std::string_view text, Keep keep = Keep::always);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // For statements that answer: the rows. Copies its text arguments. An UPDATE … RETURNING does all
  // of its work in the first next().
  template <typename... Arguments>
  Rows operator()(const Arguments&... arguments) {
    begin(sizeof...(arguments));
    [[maybe_unused]] int index = 0;
    (bind(++index, arguments, Lifetime::unknown), ...);
    return Rows(this);
  }

  // For statements that do not: runs to the end. Returns the number of rows changed.
  template <typename... Arguments>
  std::int64_t run(const Arguments&... arguments) {
    begin(sizeof...(arguments));
    [[maybe_unused]] int index = 0;
    (bind(++index, arguments, Lifetime::this_run), ...);
    return finish();
  }

  // Prepares now what would be prepared at the first use. Throws Error.
  void prepare();

 private:
  friend class Rows;
  enum class Lifetime { this_run, unknown };  // of the bytes of an argument

  void begin(std::size_t argument_count);
  std::int64_t finish();
  void reset();
  void bind_null(int index);
  void bind_integer(int index, std::int64_t value);
  void bind_real(int index, double value);
  void bind_text(int index, std::string_view value, Lifetime lifetime);
  void bind_blob(int index, std::string_view value, Lifetime lifetime);

  template <typename Value>
  void bind(int index, const Value& value, Lifetime lifetime) {
    if constexpr (std::is_same_v<Value, std::nullopt_t>) {
      bind_null(index);
    } else if constexpr (std::is_same_v<Value, Blob>) {
      bind_blob(index, value.bytes, lifetime);
    } else if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<Value>) {
      bind_real(index, value);
    } else {
      bind_text(index, value, lifetime);
    }
  }
  template <typename Value>
  void bind(int index, const std::optional<Value>& value, Lifetime lifetime) {
    if (value) {
      bind(index, *value, lifetime);
    } else {
      bind_null(index);
    }
  }

  Database& database_;
  std::string_view text_;
  Keep keep_;
  sqlite3_stmt* handle_ = nullptr;
};

enum class Journal { automatic, wal, truncate };

// "auto", "wal" and "truncate", as configured; throws std::runtime_error for anything else.
Journal parse_journal(std::string_view word);

struct Options {
  // automatic: WAL where it works, else TRUNCATE (journal.h).
  Journal journal = Journal::automatic;
  // How long a statement waits for another connection's lock.
  std::int64_t busy_timeout_ms = 5'000;
  // For a process that answers one request: leaves the checkpoint to those that stay (0.7 ms).
  bool one_shot = false;
  // SQLite's name of the file system layer; empty: the system's. For tests of broken ones.
  std::string vfs;
};

// A connection to a database file, which is created (0600, with its -wal and -shm) if need be.
class Database {
 public:
  // ":memory:" is a database of this connection alone. Throws Error, or std::runtime_error that
  // says what to do when the file cannot be opened.
  explicit Database(const std::string& path, const Options& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs one or several statements without arguments, and ignores rows.
  void execute(const char* statements);

  // The rowid of the last INSERT.
  std::int64_t last_insert_id() const;

  const std::string& path() const { return path_; }
  Journal journal() const { return journal_; }  // never automatic

  // How long to wait for a lock from now on. For a second after such a wait was in vain, whoever is
  // no more patient does not wait at all.
  std::int64_t patience_ms() const { return patience_ms_; }
  void set_patience_ms(std::int64_t patience_ms) { patience_ms_ = patience_ms; }

 private:
  friend class Statement;
  friend class Rows;
  friend class Transaction;

  void open(const Options& options);
  void close();
  void choose_journal(const Options& options);
  void set_journal(const char* mode);
  void leave_wal(const Options& options);
  std::string text_of(const char* statement);  // of the first column of the first row
  [[noreturn]] void fail(std::string_view statement) const;
  static int on_busy(void* database, int count);

  std::string path_;
  sqlite3* handle_ = nullptr;
  Journal journal_ = Journal::truncate;
  std::int64_t patience_ms_;
  std::int64_t waiting_since_ms_ = 0;
  std::int64_t gave_up_ms_ = -1'000'000;  // when a wait was last in vain
  std::int64_t vain_patience_ms_ = 0;     // and how long it was
  std::uint32_t random_;
  Statement begin_, commit_;
};

// A write transaction (BEGIN IMMEDIATE: waits for the lock at its start, not in its middle, where
// waiting could not help). Rolls back unless committed.
class Transaction {
 public:
  // Waits for locks as long as the database's patience, or `patience_ms`. Throws Error.
  explicit Transaction(Database& database, std::optional<std::int64_t> patience_ms = {});
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  std::int64_t patience_before_ms_;
  bool open_ = false;
};

}  // namespace castor::sql
