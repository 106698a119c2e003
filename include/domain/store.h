#pragma once

#include <string>

#include "domain/client_admin.h"
#include "domain/client_auth.h"
#include "domain/config.h"
#include "domain/key_admin.h"
#include "domain/ledger.h"
#include "domain/reply_cache.h"
#include "domain/reply_store.h"
#include "domain/resource_owners.h"
#include "domain/secret_box.h"
#include "domain/signature_store.h"
#include "domain/upstream_models.h"
#include "sql/database.h"
#include "util/report.h"

namespace castor {

// What a worker keeps and asks in the database, on one connection of its own.
struct Store {
  // Opens the database of config.storage and brings it to this program's schema. `box` and `prices`
  // must outlive the store; `one_shot`: this process serves one request. Throws sql::Error, or
  // std::runtime_error that says what to do; also when the database's secrets were sealed with
  // another key file.
  Store(const Config& config, const SecretBox& box, const PriceList& prices, const Clock& clock,
        const Report& report, bool one_shot);

  sql::Database database;
  Ledger ledger;
  ClientAuth clients;
  SignatureStore signatures;
  ReplyCache cache;
  ReplyStore replies;
  ResourceOwners resources;
  UpstreamModels upstream_models;
  KeyAdmin keys;
};

// The same for the operator's commands. Makes the key file if there is none, and the database
// remembers it.
struct AdminStore {
  explicit AdminStore(const StorageConfig& config);

  const SecretBox secrets;
  sql::Database database;
  KeyAdmin keys;
  ClientAdmin clients;
};

// The path of the key file: the configured one, or that beside the database.
std::string key_file(const StorageConfig& config);

}  // namespace castor
