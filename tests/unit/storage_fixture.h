#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "domain/key_admin.h"
#include "domain/secret_box.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "util/clock.h"
#include "util/report.h"

namespace castor {

// What everything that stores something needs: a migrated database, a key, a clock that stands
// still, and the lines that were reported.
struct StorageFixture {
  explicit StorageFixture(const std::string& path = ":memory:") : database(path) {
    sql::migrate(database);
  }

  // Adds keys of 20 characters, "key-1", "key-2" … padded; their ids count from 1.
  void add_keys(int count, const std::string& project = {}) {
    std::string text;
    for (int i = 1; i <= count; ++i) text += secret(i) + "\n";
    admin().add(text, {.project = project});
  }
  static std::string secret(int number) {
    std::string key = "key-" + std::to_string(number);
    return key.append(20 - key.size(), 'x');
  }

  KeyAdmin admin() { return KeyAdmin(database, secrets, clock); }

  std::int64_t number(const std::string& query) {
    sql::Statement statement(database, query);
    sql::Rows rows = statement();
    return rows.next() ? rows.integer(0) : -1;
  }
  std::string text(const std::string& query) {
    sql::Statement statement(database, query);
    sql::Rows rows = statement();
    return rows.next() ? std::string(rows.text(0)) : "(no row)";
  }

  std::atomic<std::int64_t> now_ms = 1'800'000'000'000;
  Clock clock{&now_ms};
  SecretBox secrets{std::string(32, 's')};
  sql::Database database;
  std::vector<std::string> reports;
  Report report = [this](std::string_view line) { reports.emplace_back(line); };
};

}  // namespace castor
