#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sql/database.h"
#include "util/clock.h"
#include "util/report.h"

namespace castor {

// The upstream's list of models, kept for all workers, of whom one at a time fetches it anew. A
// list that is old, or none, is no reason to fail a request: so nothing here throws.
class UpstreamModels {
 public:
  // The database must outlive it.
  UpstreamModels(sql::Database& database, Clock clock, Report report);

  struct List {
    std::string models = "[]";  // a JSON array, as it was last put
    bool is_due = false;        // it is old, and nobody has set out lately to fetch another
    std::int64_t tried_ms = 0;  // when somebody last did
  };
  // A list is old after `ttl_ms`.
  List find(std::int64_t ttl_ms) noexcept;

  // Is it the caller who fetches another? The others will not, for a minute or `ttl_ms`.
  bool claim(const List& due) noexcept;

  void put(std::string_view models) noexcept;

 private:
  sql::Database& database_;
  Clock clock_;
  Report report_;
  sql::Statement find_, claim_, put_;
};

}  // namespace castor
