#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "domain/client_admin.h"
#include "domain/data.h"
#include "domain/ledger.h"
#include "processes.h"
#include "storage_fixture.h"
#include "temporary_folder.h"
#include "util/process_identity.h"
#include "util/utc_time.h"

namespace castor {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kDollar = 1'000'000'000;

const PriceList& prices() {
  static const PriceList list(data::prices);
  return list;
}

// The same on any day.
const PriceList& carbon_at_4_dollars() {
  static const PriceList list(
      R"({"prices":[{"models":"*","tiers":[{"in":4,"out":20}],"source":"a test"}]})");
  return list;
}

struct LimitFixture : StorageFixture {
  explicit LimitFixture(const std::string& path = ":memory:") : StorageFixture(path) {
    now_ms = parse_utc_date("2026-11-20").value() + 10 * 3'600 * kSecond + 15 * kSecond;
    add_keys(1);
    ClientAdmin(database, secrets, clock, IdSource()).add("team");
  }

  RequestRecord request(const ClientLimits& limits, std::int64_t tokens = 0) const {
    RequestRecord record;
    record.request_id = "req_1";
    record.started_ms = now_ms;
    record.client_id = 1;
    record.model = "gemini-4-carbon";  // in 2.00, out 10.00 dollars a million
    record.limits = limits;
    record.expected.prompt = tokens;
    return record;
  }

  // What a request is told; nothing: it was let through, and has ended with so many tokens of
  // input.
  std::optional<ApiError> refusal(const ClientLimits& limits, std::int64_t expected = 0,
                                  std::int64_t used = 0) {
    RequestRecord record = request(limits, expected);
    try {
      ledger.admit(record);
    } catch (const ApiError& error) {
      return error;
    }
    end(std::move(record), used);
    return std::nullopt;
  }

  void end(RequestRecord&& record, std::int64_t tokens) {
    record.attempts.back().http_status = record.status = 200;
    record.usage.prompt = tokens;
    record.finished_ms = now_ms;
    ledger.settle(std::move(record));
  }

  LedgerOptions options{.admit_patience_ms = 20, .settle_patience_ms = 20, .prices = &prices()};
  Ledger ledger{database, secrets, clock, report, options};
};

std::string told(const std::optional<ApiError>& error) { return error ? error->what() : ""; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_limits, LimitFixture)

BOOST_AUTO_TEST_CASE(requests_per_minute_hold_until_the_minute_ends) {
  const ClientLimits limits{.requests_per_minute = 2};
  BOOST_TEST(!refusal(limits));
  BOOST_TEST(!refusal(limits));
  const auto error = refusal(limits);
  BOOST_TEST(told(error) ==
             "This client key's limit of 2 requests per minute is reached; it resets at "
             "2026-11-20T10:01:00Z. Please try again in 45s.");
  BOOST_TEST((error->kind == ErrorKind::rate_limited));
  BOOST_TEST(error->retry_after.value() == 45);
  BOOST_TEST(!error->should_retry.has_value());
  now_ms += 45 * kSecond - 1;
  BOOST_TEST(refusal(limits).has_value());
  now_ms += 1;
  BOOST_TEST(!refusal(limits));
  BOOST_TEST(number("SELECT minute_requests FROM client_usage") == 1);
}

BOOST_AUTO_TEST_CASE(requests_per_day_hold_until_midnight_in_UTC_and_are_not_worth_retrying) {
  const ClientLimits limits{.requests_per_day = 1};
  BOOST_TEST(!refusal(limits));
  const auto error = refusal(limits);
  BOOST_TEST((error.value().kind == ErrorKind::quota_exhausted));
  BOOST_TEST((error->should_retry == false));
  BOOST_TEST(told(error).find("1 requests per day is reached; it resets at 2026-11-21T00:00:00Z") !=
             std::string::npos);
  now_ms = parse_utc_date("2026-11-21").value();
  BOOST_TEST(!refusal(limits));
}

BOOST_AUTO_TEST_CASE(tokens_are_reserved_by_an_estimate_and_booked_when_they_are_known) {
  const ClientLimits limits{.tokens_per_minute = 1'000};
  RequestRecord first = request(limits, 600);
  ledger.admit(first);
  BOOST_TEST(first.allowance.value().tokens.value().remaining == 400);
  BOOST_TEST(told(refusal(limits, 401)).find("1000 tokens per minute") != std::string::npos);
  BOOST_TEST(!refusal(limits, 400, 100));  // and used less
  end(std::move(first), 700);              // and used more
  BOOST_TEST(number("SELECT minute_tokens FROM client_usage") == 800);
  BOOST_TEST(number("SELECT count(*) FROM client_bookings") == 0);
  BOOST_TEST(refusal(limits, 201).has_value());
  BOOST_TEST(!refusal(limits, 200));
  now_ms += kMinute;
  BOOST_TEST(!refusal(limits, 1'000));
}

BOOST_AUTO_TEST_CASE(tokens_per_day_outlast_the_minute) {
  const ClientLimits limits{.tokens_per_minute = 1'000, .tokens_per_day = 1'500};
  BOOST_TEST(!refusal(limits, 900, 900));
  now_ms += kMinute;
  BOOST_TEST(told(refusal(limits, 700)).find("1500 tokens per day") != std::string::npos);
  now_ms += 24 * 60 * kMinute;
  BOOST_TEST(!refusal(limits, 700));
}

BOOST_AUTO_TEST_CASE(a_request_larger_than_the_limit_is_told_that_waiting_is_of_no_use) {
  const auto error = refusal({.tokens_per_minute = 1'000}, 1'001);
  BOOST_TEST(told(error) ==
             "This request needs about 1001 tokens, more than this client key's limit of 1000 "
             "tokens per minute.");
  BOOST_TEST((error->should_retry == false));
  BOOST_TEST(!error->retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(a_budget_holds_for_the_month_and_reserves_what_a_request_may_cost) {
  const ClientLimits limits{.budget = 3 * kDollar};
  BOOST_TEST(!refusal(limits, 1'000'000, 1'000'000));  // 2 dollars
  RequestRecord under_way = request(limits, 400'000);  // 0.80
  ledger.admit(under_way);
  const auto error = refusal(limits, 200'000);
  BOOST_TEST(told(error).find("3.00 US dollars per month is reached; it resets at "
                              "2026-12-01T00:00:00Z") != std::string::npos);
  end(std::move(under_way), 100'000);  // only 0.20
  BOOST_TEST(number("SELECT month_nano FROM client_usage") == kDollar * 22 / 10);
  BOOST_TEST(!refusal(limits, 400'000));
  now_ms = parse_utc_date("2026-12-01").value();
  BOOST_TEST(!refusal(limits, 700'000));  // the price has doubled
  BOOST_TEST(refusal(limits, 800'000).has_value());
}

BOOST_AUTO_TEST_CASE(a_budget_is_no_licence_for_models_without_a_price) {
  RequestRecord record = request({.budget = kDollar});
  record.model = "gemini-9-neon";
  BOOST_CHECK_EXCEPTION(ledger.admit(record), ApiError,
                        [](const ApiError& error) { return error.kind == ErrorKind::forbidden; });
}

BOOST_AUTO_TEST_CASE(streams_under_way_are_counted_and_an_end_makes_room) {
  const ClientLimits limits{.streams = 2};
  RequestRecord first = request(limits), second = request(limits);
  ledger.admit(first);
  ledger.admit(second);
  const auto error = refusal(limits);
  BOOST_TEST(told(error) ==
             "This client key's limit of 2 requests at a time is reached; it resets when one of "
             "them ends. Please try again in 2s.");
  BOOST_TEST(error->retry_after.value() == 2);
  end(std::move(first), 10);
  BOOST_TEST(!refusal(limits));
  end(std::move(second), 10);
}

BOOST_AUTO_TEST_CASE(a_request_that_waits_for_a_key_counts_once) {
  const ClientLimits limits{.requests_per_minute = 1, .streams = 1};
  admin().disable(1, "test");
  RequestRecord record = request(limits);
  BOOST_TEST(!ledger.admit(record).lease.has_value());
  admin().enable(1);
  BOOST_TEST(ledger.admit(record).lease.has_value());
  BOOST_TEST(number("SELECT minute_requests FROM client_usage") == 1);
  end(std::move(record), 0);
  BOOST_TEST(number("SELECT count(*) FROM client_bookings") == 0);
}

BOOST_AUTO_TEST_CASE(a_refused_request_is_in_the_log_and_costs_nothing) {
  const ClientLimits limits{.requests_per_minute = 1};
  BOOST_TEST(!refusal(limits));
  RequestRecord record = request(limits);
  BOOST_CHECK_THROW(ledger.admit(record), ApiError);
  BOOST_TEST(record.allowance.value().requests.value().remaining == 0);
  record.status = 429;
  record.error = ErrorKind::rate_limited;
  ledger.settle(std::move(record));
  BOOST_TEST(text("SELECT group_concat(status || outcome || cost_nano, ' ') FROM requests") ==
             "200ok0 429rate_limited0");
  BOOST_TEST(number("SELECT minute_requests FROM client_usage") == 1);
}

BOOST_AUTO_TEST_CASE(what_is_left_is_that_of_the_tighter_window) {
  RequestRecord record = request({.requests_per_minute = 10, .requests_per_day = 5});
  ledger.admit(record);
  const Allowance::Quota left = record.allowance.value().requests.value();
  BOOST_TEST(left.limit == 5);
  BOOST_TEST(left.remaining == 4);
  BOOST_TEST(left.resets_ms == parse_utc_date("2026-11-21").value());
  BOOST_TEST(!record.allowance->tokens.has_value());
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_a_little_does_not_begin_a_minute_anew) {
  const ClientLimits limits{.requests_per_minute = 1};
  now_ms += 45 * kSecond;
  BOOST_TEST(!refusal(limits));
  now_ms -= 1;
  BOOST_TEST(refusal(limits).has_value());
  now_ms -= 10 * 24 * 60 * kMinute;  // one set back far does
  BOOST_TEST(!refusal(limits));
}

BOOST_AUTO_TEST_CASE(a_client_without_limits_leaves_no_rows) {
  RequestRecord record = request({});
  record.limits.reset();
  ledger.admit(record);
  end(std::move(record), 10);
  BOOST_TEST(number("SELECT (SELECT count(*) FROM client_usage) +"
                    " (SELECT count(*) FROM client_bookings)") == 0);
}

BOOST_AUTO_TEST_CASE(costs_are_in_the_log_and_added_up_by_client_and_month) {
  BOOST_TEST(!refusal({}, 0, 1'000'000));
  BOOST_TEST(!refusal({}, 0, 500'000));
  BOOST_TEST(number("SELECT sum(cost_nano) FROM attempts") == 3 * kDollar);
  BOOST_TEST(text("SELECT month || ' ' || client || ' ' || requests || ' ' || cost_usd"
                  " FROM client_costs") == "2026-11 team 2 3.0");
  RequestRecord unknown = request({});
  unknown.model = "gemini-9-neon";
  ledger.admit(unknown);
  end(std::move(unknown), 10);
  BOOST_TEST(number("SELECT cost_nano IS NULL FROM requests ORDER BY id DESC") == 1);
  BOOST_TEST(number("SELECT without_price FROM client_costs") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(client_limits_of_processes)

BOOST_AUTO_TEST_CASE(with_a_locked_database_only_clients_with_limits_are_refused) {
  TemporaryFolder folder;
  LimitFixture fixture(folder / "castor.db");
  sql::Database other(folder / "castor.db");
  sql::Transaction lock(other);

  RequestRecord limited = fixture.request({.requests_per_minute = 5});
  BOOST_CHECK_EXCEPTION(fixture.ledger.admit(limited), ApiError, [](const ApiError& error) {
    return error.kind == ErrorKind::unavailable && error.retry_after == 1;
  });
  RequestRecord free = fixture.request({});
  free.limits.reset();
  BOOST_TEST(fixture.ledger.admit(free).lease.has_value());
}

BOOST_AUTO_TEST_CASE(what_could_not_be_booked_at_the_end_is_booked_later) {
  TemporaryFolder folder;
  LimitFixture fixture(folder / "castor.db");
  const ClientLimits limits{.tokens_per_minute = 1'000};
  RequestRecord record = fixture.request(limits, 100);
  fixture.ledger.admit(record);
  {
    sql::Database other(folder / "castor.db");
    sql::Transaction lock(other);
    fixture.end(std::move(record), 300);
    BOOST_TEST(fixture.ledger.pending() == 1u);
  }
  BOOST_TEST(fixture.ledger.flush());
  BOOST_TEST(fixture.number("SELECT minute_tokens FROM client_usage") == 300);
}

BOOST_AUTO_TEST_CASE(thirty_two_processes_never_let_more_through_than_the_limit) {
  static const struct {
    const char* name;
    ClientLimits limits;
    std::int64_t tokens;  // expected of each request
    int expected;         // requests let through
  } cases[] = {
      {"requests", {.requests_per_day = 77}, 0, 77},
      {"tokens", {.tokens_per_day = 10'000}, 100, 100},
      {"streams", {.streams = 9}, 0, 9},
      {"money", {.budget = kDollar}, 10'000, 25},  // 0.04 each
  };
  constexpr int kProcesses = 32;
  for (const auto& test : cases) {
    TemporaryFolder folder;
    const std::string path = folder / "castor.db";
    { const LimitFixture fixture(path); }
    int admitted[2], asked[2], end[2];
    BOOST_REQUIRE(pipe(admitted) + pipe(asked) + pipe(end) == 0);
    BOOST_TEST(succeed_in_processes(kProcesses, [&](int process) {
      sql::Database database(path);
      const SecretBox secrets(std::string(32, 's'));
      Ledger ledger(database, secrets, Clock(), [](std::string_view) {},
                    {.admit_patience_ms = 60'000, .prices = &carbon_at_4_dollars()});
      std::vector<RequestRecord> under_way;
      for (int i = 0; i < 8; ++i) {
        RequestRecord record;
        record.client_id = 1;
        record.model = "gemini-4-carbon";
        record.limits = test.limits;
        record.expected.prompt = test.tokens;
        try {
          ledger.admit(record);
        } catch (const ApiError&) {
          continue;
        }
        under_way.push_back(std::move(record));
        if (write(admitted[1], "x", 1) != 1) return false;
      }
      // None ends before all have asked: what an ended process had reserved is free again.
      char byte = 0;
      if (process > 0) return write(asked[1], &byte, 1) == 1 && read(end[0], &byte, 1) == 1;
      for (int i = 1; i < kProcesses; ++i) {
        if (read(asked[0], &byte, 1) != 1) return false;
      }
      const std::string all(kProcesses - 1, 'x');
      return write(end[1], all.data(), all.size()) == kProcesses - 1;
    }));
    for (const int descriptor : {admitted[1], asked[0], asked[1], end[0], end[1]}) {
      close(descriptor);
    }
    int count = 0;
    for (char byte; read(admitted[0], &byte, 1) == 1;) ++count;
    close(admitted[0]);
    BOOST_TEST(count == test.expected, test.name << ": " << count);
  }
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_gives_its_streams_back) {
  TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  LimitFixture fixture(path);
  const ClientLimits limits{.tokens_per_minute = 1'000, .streams = 1};
  int ready[2];
  BOOST_REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    sql::Database database(path);
    const SecretBox secrets(std::string(32, 's'));
    Ledger ledger(
        database, secrets, fixture.clock, [](std::string_view) {}, fixture.options);
    RequestRecord record = fixture.request(limits, 900);
    ledger.admit(record);
    if (write(ready[1], "x", 1) == 1) pause();
    _exit(1);
  }
  char byte;
  BOOST_REQUIRE(read(ready[0], &byte, 1) == 1);
  BOOST_TEST(told(fixture.refusal(limits)).find("requests at a time") != std::string::npos);
  BOOST_REQUIRE(kill(child, SIGKILL) == 0);
  siginfo_t ended;
  BOOST_REQUIRE(waitid(P_PID, child, &ended, WEXITED | WNOWAIT) == 0);  // a zombie
  BOOST_TEST(!fixture.refusal(limits, 900));
  BOOST_REQUIRE(waitpid(child, nullptr, 0) == child);
  BOOST_TEST(fixture.number("SELECT count(*) FROM client_bookings") == 0);
  close(ready[0]);
  close(ready[1]);
}

BOOST_AUTO_TEST_CASE(a_process_is_known_to_have_ended_only_when_it_has) {
  const std::string own = process_identity();
  BOOST_TEST(!has_ended(own), own);
  BOOST_TEST(
      has_ended(std::to_string(getpid()) + " 1" + own.substr(own.find(' ', own.find(' ') + 1))));
  BOOST_TEST(has_ended(own.substr(0, own.rfind(' ')) + " another-boot"));
  const std::string another_space = "1 1 pid:[1]" + own.substr(own.rfind(' '));
  BOOST_TEST(!has_ended(another_space));
  BOOST_TEST(!has_ended(""));
  BOOST_TEST(!has_ended("1 2 3"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
