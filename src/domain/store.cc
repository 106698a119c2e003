#include "domain/store.h"

#include <stdexcept>

#include "sql/migrate.h"
#include "sql/text.h"

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

std::string fingerprint(const SecretBox& box) {
  return box.fingerprint(SecretPurpose::api_key, "castor key file");
}

// With another key file every client key would be unknown and every upstream key unreadable.
void check_key_file(sql::Database& database, const SecretBox& box, const StorageConfig& config) {
  sql::Statement find(database, sql::text::find_key_file);
  sql::Rows rows = find();
  if (!rows.next() || rows.text(0) == fingerprint(box)) return;
  throw std::runtime_error("the key file " + key_file(config) + " is not that of the database " +
                           config.database +
                           ": its secrets were sealed with another one; put that one back");
}

}  // namespace

Store::Store(const Config& config, const SecretBox& box, const PriceList& prices,
             const Clock& clock, const Report& report, bool one_shot)
    : database(config.storage.database, options(config.storage, one_shot)),
      ledger(migrated(database), box, clock, report,
             {.keys = config.keys, .keep_ms = config.storage.keep_requests_ms, .prices = &prices}),
      clients(database, box, clock, report,
              {.max_failures = config.clients.max_failures,
               .within_ms = config.clients.count_failures_ms,
               .block_ms = config.clients.block_ms}),
      signatures(database, clock, report, config.storage.keep_signatures_ms),
      cache(database, clock, report, config.cache.ttl_ms, config.cache.max_bytes),
      replies(database, clock, report, config.storage.keep_responses_ms),
      resources(database, clock),
      upstream_models(database, clock, report),
      keys(database, box, clock) {
  check_key_file(database, box, config.storage);
}

AdminStore::AdminStore(const StorageConfig& config)
    : secrets(SecretBox::from_file_or_new(key_file(config))),
      database(config.database, options(config, true)),
      keys(migrated(database), secrets, Clock()),
      clients(database, secrets, Clock(), IdSource()) {
  sql::Statement(database, sql::text::remember_key_file).run(sql::Blob{fingerprint(secrets)});
  check_key_file(database, secrets, config);
}

std::string key_file(const StorageConfig& config) {
  return config.key_file.empty() ? default_key_file(config.database) : config.key_file;
}

}  // namespace castor
