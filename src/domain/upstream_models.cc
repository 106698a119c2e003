#include "domain/upstream_models.h"

#include <algorithm>
#include <exception>

#include "sql/text.h"

namespace castor {
namespace {

constexpr auto kSeldom = sql::Statement::Keep::for_one_run;

// Between two tries to fetch the list.
constexpr std::int64_t kRestMs = 60'000;
// It is not worth waiting for.
constexpr std::int64_t kPatienceMs = 250;

}  // namespace

UpstreamModels::UpstreamModels(sql::Database& database, Clock clock, Report report)
    : database_(database),
      clock_(clock),
      report_(std::move(report)),
      find_(database, sql::text::find_upstream_models, kSeldom),
      claim_(database, sql::text::claim_upstream_models, kSeldom),
      put_(database, sql::text::put_upstream_models, kSeldom) {}

UpstreamModels::List UpstreamModels::find(std::int64_t ttl_ms) noexcept {
  List list;
  try {
    std::int64_t fetched_ms = 0;
    if (sql::Rows rows = find_(); rows.next()) {
      list.models = rows.text(0);
      fetched_ms = rows.integer(1);
      list.tried_ms = rows.integer(2);
    }
    const std::int64_t now_ms = clock_.now_ms();
    const auto is_over = [&](std::int64_t since_ms, std::int64_t for_ms) {
      return now_ms >= since_ms + for_ms || now_ms < since_ms;  // the clock was set back
    };
    list.is_due = is_over(fetched_ms, ttl_ms) && is_over(list.tried_ms, std::min(kRestMs, ttl_ms));
  } catch (const std::exception& error) {
    report_(std::string("the list of models is not read: ").append(error.what()));
  }
  return list;
}

bool UpstreamModels::claim(const List& due) noexcept {
  try {
    sql::Transaction transaction(database_, kPatienceMs);
    const bool is_ours = claim_.run(clock_.now_ms(), due.tried_ms) > 0;
    transaction.commit();
    return is_ours;
  } catch (const std::exception& error) {
    report_(std::string("the list of models is not renewed: ").append(error.what()));
    return false;
  }
}

void UpstreamModels::put(std::string_view models) noexcept {
  try {
    sql::Transaction transaction(database_, kPatienceMs);
    put_.run(models, clock_.now_ms());
    transaction.commit();
  } catch (const std::exception& error) {
    report_(std::string("the list of models is not kept: ").append(error.what()));
  }
}

}  // namespace castor
