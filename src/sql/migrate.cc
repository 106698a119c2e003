#include "sql/migrate.h"

#include <stdexcept>
#include <string>

#include "sql/text.h"

namespace castor::sql {
namespace {

std::int64_t number(Database& database, const char* query) {
  Statement statement(database, query);
  Rows rows = statement();
  return rows.next() ? rows.integer(0) : 0;
}

// The number of migrations the database has seen.
std::size_t version_of(Database& database, std::size_t newest) {
  const auto version = static_cast<std::size_t>(number(database, "PRAGMA user_version"));
  if (version > newest) {
    throw std::runtime_error("the database " + database.path() + " has schema version " +
                             std::to_string(version) + ", this castor knows " +
                             std::to_string(newest) + ": it was used by a newer castor; use that");
  }
  return version;
}

void require_ours(Database& database) {
  const std::int64_t application = number(database, "PRAGMA application_id");
  if (application == kApplicationId) return;
  if (application != 0 || number(database, "SELECT count(*) FROM sqlite_schema") > 0) {
    throw std::runtime_error(database.path() + " is the database of another program");
  }
}

}  // namespace

void migrate(Database& database) { migrate(database, text::kMigrations); }

void migrate(Database& database, std::span<const std::string_view> migrations) {
  if (version_of(database, migrations.size()) == migrations.size()) {
    require_ours(database);
    return;
  }
  Transaction transaction(database);
  require_ours(database);
  // Again, now that we have the lock: another process may have been first.
  const std::size_t version = version_of(database, migrations.size());
  for (const std::string_view migration : migrations.subspan(version)) {
    database.execute(std::string(migration).c_str());
  }
  database.execute(("PRAGMA application_id = " + std::to_string(kApplicationId) +
                    "; PRAGMA user_version = " + std::to_string(migrations.size()))
                       .c_str());
  transaction.commit();
}

}  // namespace castor::sql
