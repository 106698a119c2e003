#include "domain/store.h"

#include "sql/migrate.h"

namespace castor {
namespace {

sql::Options options(const StorageConfig& config, bool one_shot) {
  return {.journal = sql::parse_journal(config.journal),
          .busy_timeout_ms = config.busy_timeout_ms,
          .one_shot = one_shot};
}

// A database is used only at this program's schema.
sql::Database& migrated(sql::Database& database) {
  sql::migrate(database);
  return database;
}

}  // namespace

Store::Store(const StorageConfig& config, const SecretBox& box, const Clock& clock,
             const Report& report, bool one_shot)
    : database(config.database, options(config, one_shot)),
      ledger(migrated(database), box, clock, report, {.keep_ms = config.keep_requests_ms}),
      clients(database, box),
      signatures(database, clock, report, config.keep_signatures_ms),
      resources(database, clock),
      keys(database, box, clock) {}

AdminStore::AdminStore(const StorageConfig& config)
    : secrets(SecretBox::from_file_or_new(key_file(config))),
      database(config.database, options(config, true)),
      keys(migrated(database), secrets, Clock()),
      clients(database, secrets, Clock(), IdSource()) {}

std::string key_file(const StorageConfig& config) {
  return config.key_file.empty() ? default_key_file(config.database) : config.key_file;
}

}  // namespace castor
