#include <sqlite3.h>

#include <cassert>

#include "sql/database.h"

namespace castor::sql {
namespace {

// SQLite keeps a copy of a statement's text: the comment in front of it is for readers of the file.
std::string_view without_comment(std::string_view text) {
  while (text.starts_with("--")) {
    const std::size_t end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return text;
}

}  // namespace

Statement::Statement(Database& database, std::string_view text, Keep keep)
    : database_(database), text_(without_comment(text)), keep_(keep) {}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::prepare() {
  if (handle_) return;
  if (sqlite3_prepare_v3(database_.handle_, text_.data(), static_cast<int>(text_.size()),
                         keep_ == Keep::always ? SQLITE_PREPARE_PERSISTENT : 0, &handle_,
                         nullptr) != SQLITE_OK) {
    database_.fail(text_);
  }
}

void Statement::begin(std::size_t argument_count) {
  prepare();
  assert(!sqlite3_stmt_busy(handle_) && "one Rows at a time");
  assert(sqlite3_bind_parameter_count(handle_) == static_cast<int>(argument_count));
  static_cast<void>(argument_count);
}

std::int64_t Statement::finish() {
  const Rows reset_at_end(this);
  int result = SQLITE_ROW;
  while (result == SQLITE_ROW) result = sqlite3_step(handle_);
  if (result != SQLITE_DONE) database_.fail(text_);
  return sqlite3_changes64(database_.handle_);
}

void Statement::reset() {
  if (keep_ == Keep::for_one_run) {
    sqlite3_finalize(std::exchange(handle_, nullptr));
    return;
  }
  sqlite3_reset(handle_);  // repeats the error of the step, which was thrown already
  sqlite3_clear_bindings(handle_);
}

void Statement::bind_null(int index) { sqlite3_bind_null(handle_, index); }

void Statement::bind_integer(int index, std::int64_t value) {
  sqlite3_bind_int64(handle_, index, value);
}

void Statement::bind_real(int index, double value) { sqlite3_bind_double(handle_, index, value); }

// A null pointer would be NULL, and an empty view may hold one: hence "".
void Statement::bind_text(int index, std::string_view value, Lifetime lifetime) {
  if (sqlite3_bind_text64(handle_, index, value.data() ? value.data() : "", value.size(),
                          lifetime == Lifetime::unknown ? SQLITE_TRANSIENT : SQLITE_STATIC,
                          SQLITE_UTF8) != SQLITE_OK) {
    database_.fail(text_);
  }
}

void Statement::bind_blob(int index, std::string_view value, Lifetime lifetime) {
  if (sqlite3_bind_blob64(handle_, index, value.data() ? value.data() : "", value.size(),
                          lifetime == Lifetime::unknown ? SQLITE_TRANSIENT : SQLITE_STATIC) !=
      SQLITE_OK) {
    database_.fail(text_);
  }
}

Rows::~Rows() {
  if (statement_) statement_->reset();
}

bool Rows::next() {
  if (at_end_) return false;  // SQLite would begin again
  switch (sqlite3_step(statement_->handle_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      at_end_ = true;
      return false;
    default:
      statement_->database_.fail(statement_->text_);
  }
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_->handle_, column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_->handle_, column);
}

double Rows::real(int column) const { return sqlite3_column_double(statement_->handle_, column); }

std::string_view Rows::text(int column) const {
  // The pointer first: it may convert the value, which changes the size.
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_->handle_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_->handle_, column))};
}

}  // namespace castor::sql
