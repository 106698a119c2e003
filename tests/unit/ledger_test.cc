#include "domain/ledger.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "processes.h"
#include "storage_fixture.h"
#include "temporary_folder.h"

namespace castor {
namespace {

constexpr std::int64_t kSecond = 1'000;

RequestRecord request(const std::string& id = "req_1") {
  return {.request_id = id,
          .started_ms = 1'800'000'000'000,
          .address = "127.0.0.1",
          .user_agent = "curl/8",
          .api = "anthropic",
          .path = "/v1/messages",
          .requested_model = "claude-opus-5",
          .model = "m"};
}

// The reply has come, whole.
void answer(RequestRecord& record) {
  record.attempts.back().http_status = 200;
  record.status = 200;
}

UpstreamError upstream_error(UpstreamFault fault, int status) {
  return {.fault = fault, .http_status = status, .message = "no"};
}

LeaseResult next(Ledger& ledger, RequestRecord& record, const UpstreamError& error,
                 const Decision& decision) {
  ledger.close(record, error, decision);
  return ledger.next(record, decision);
}

struct LedgerFixture : StorageFixture {
  using StorageFixture::StorageFixture;
  Ledger ledger{database, secrets, clock, report};
};

struct FileFixture {
  FileFixture() : storage(path), other(path, {.busy_timeout_ms = 0}) {}

  TemporaryFolder folder;
  std::string path = folder / "castor.db";
  StorageFixture storage;
  sql::Database other;  // of another process, as it were
  LedgerOptions options{.admit_patience_ms = 5, .settle_patience_ms = 5, .max_pending = 3};
  Ledger ledger{storage.database, storage.secrets, storage.clock, storage.report, options};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ledger, LedgerFixture)

BOOST_AUTO_TEST_CASE(a_request_that_was_admitted_and_not_settled_can_be_seen) {
  add_keys(1);
  RequestRecord record = request();
  const LeaseResult result = ledger.admit(record);
  BOOST_TEST(result.lease.value().secret == secret(1));
  BOOST_TEST(number("SELECT count(*) FROM requests WHERE status IS NULL AND key_id = 1") == 1);
  BOOST_TEST(number("SELECT count(*) FROM attempts WHERE finished_ms IS NULL") == 1);
  BOOST_TEST(text("SELECT request_id FROM unsettled_requests") == "req_1");
  BOOST_TEST(number("SELECT pid FROM unsettled_requests") == getpid());
}

BOOST_AUTO_TEST_CASE(a_request_may_ask_several_questions) {
  add_keys(2);
  RequestRecord record = request();
  for (int i = 0; i < 3; ++i) {
    BOOST_REQUIRE(ledger.admit(record).lease.has_value());
    answer(record);
    record.attempts.back().finished_ms = now_ms;
  }
  ledger.settle(std::move(record));
  BOOST_TEST(number("SELECT count(*) FROM requests") == 1);
  BOOST_TEST(number("SELECT count(*) FROM attempts WHERE status = 200 AND finished_ms > 0") == 3);
}

BOOST_AUTO_TEST_CASE(a_settled_request_says_what_it_used) {
  add_keys(1);
  RequestRecord record = request();
  record.stream = true;
  record.thinking = "level=high";
  record.bytes_in = 7;
  ledger.admit(record);
  answer(record);
  record.first_byte_ms = now_ms + 300;
  record.attempts[0].first_byte_ms = now_ms + 250;
  record.usage = {.prompt = 10, .cached = 4, .tool_prompt = 1, .candidates = 20, .thoughts = 5};
  record.stop_reason = "STOP";
  record.notes = {"dropped=top_k", "clamped=max_tokens"};
  record.bytes_out = 99;
  now_ms += 2 * kSecond;
  ledger.settle(std::move(record));

  BOOST_TEST(text("SELECT status || outcome || ' ' || prompt_tokens || ' ' || cached_tokens || ' '"
                  " || tool_tokens || ' ' || output_tokens || ' ' || thought_tokens || ' ' ||"
                  " stop_reason || ' ' || notes || ' ' || bytes_in || ' ' || bytes_out || ' ' ||"
                  " stream || ' ' || thinking FROM requests") ==
             "200ok 10 4 1 20 5 STOP dropped=top_k clamped=max_tokens 7 99 1 level=high");
  BOOST_TEST(text("SELECT response_time || ' ' || first_byte_time || ' ' || input_tokens || ' ' ||"
                  " output_tokens || ' ' || original_model FROM request_logs") ==
             "2000 300 11 25 claude-opus-5");
  BOOST_TEST(text("SELECT status || fault || ' ' || (finished_ms - started_ms) FROM attempts") ==
             "200 2000");
  BOOST_TEST(number("SELECT count(*) FROM unsettled_requests") == 0);
  BOOST_TEST(number("SELECT last_success_ms FROM api_keys") == now_ms.load());
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(a_failed_attempt_leads_to_another_key_and_both_are_in_the_log) {
  add_keys(2);
  RequestRecord record = request();
  ledger.admit(record);
  UpstreamError error = upstream_error(UpstreamFault::rate_limited, 429);
  error.quota_id = "PerMinute";
  error.message = "quota of " + secret(1) + " exceeded";
  now_ms += kSecond;
  const LeaseResult result = next(ledger, record, error,
                                  {.effect = KeyEffect::cool_key_model,
                                   .cool_until_ms = now_ms + 30 * kSecond,
                                   .note = "minute quota",
                                   .retry = Retry::other_key});
  BOOST_TEST(result.lease.value().key_id == 2);
  BOOST_TEST(admin().list()[0].cooldowns.at(0).reason == "minute quota");
  answer(record);
  ledger.settle(std::move(record));

  BOOST_TEST(text("SELECT group_concat(number || ':' || key_id || ':' || status || ':' || fault ||"
                  " ':' || reason || ':' || retry || ':' || coalesce(cooldown_ms, ''), ' ')"
                  " FROM attempts") == "1:1:429:rate_limited:PerMinute:other_key:" +
                                           std::to_string(now_ms + 30 * kSecond) + " 2:2:200::::");
  BOOST_TEST(text("SELECT message FROM attempts") == "quota of *** exceeded");
  BOOST_TEST(number("SELECT key_id FROM requests") == 2);
  BOOST_TEST(number("SELECT last_success_ms FROM api_keys WHERE id = 1") == 0);
}

BOOST_AUTO_TEST_CASE(which_key_a_retry_gets) {
  static const struct {
    const char* name;
    int keys;
    Retry retry;
    std::int64_t expected;  // 0: none
  } cases[] = {
      {"the same", 2, Retry::same_key, 1},  {"a repair", 2, Retry::repair, 1},
      {"another", 2, Retry::other_key, 2},  {"another of one", 1, Retry::other_key, 0},
      {"any of two", 2, Retry::any_key, 2}, {"any of one", 1, Retry::any_key, 1},
  };
  for (const auto& test : cases) {
    LedgerFixture fixture;
    fixture.add_keys(test.keys);
    RequestRecord record = request();
    fixture.ledger.admit(record);
    const LeaseResult result =
        next(fixture.ledger, record, upstream_error(UpstreamFault::internal, 500),
             {.retry = test.retry});
    BOOST_TEST((result.lease ? result.lease->key_id : 0) == test.expected, test.name);
    BOOST_TEST(record.attempts.size() == (test.expected ? 2u : 1u), test.name);
    if (!test.expected) BOOST_TEST(result.shortage.tried == 1);
  }
}

BOOST_AUTO_TEST_CASE(after_waiting_a_key_that_was_tried_is_leased_again) {
  add_keys(1);
  RequestRecord record = request();
  ledger.admit(record);
  const LeaseResult result = next(ledger, record, upstream_error(UpstreamFault::rate_limited, 429),
                                  {.effect = KeyEffect::cool_key_model,
                                   .cool_until_ms = now_ms + 2 * kSecond,
                                   .retry = Retry::other_key});
  BOOST_TEST(!result.lease.has_value());
  now_ms = result.shortage.wake_ms;
  BOOST_TEST(ledger.admit(record).lease.value().key_id == 1);
  BOOST_TEST(number("SELECT count(*) FROM requests") == 1);
  BOOST_TEST(number("SELECT count(*) FROM attempts") == 2);
}

BOOST_AUTO_TEST_CASE(the_last_fault_is_learnt_when_the_request_is_settled) {
  add_keys(1);
  RequestRecord record = request();
  ledger.admit(record);
  ledger.close(record, upstream_error(UpstreamFault::key_denied, 403),
               {.effect = KeyEffect::disable, .note = "leaked"});
  record.status = 503;
  record.error = ErrorKind::no_usable_key;
  record.message = "all keys are disabled";
  ledger.settle(std::move(record));
  BOOST_TEST(admin().list()[0].disabled_reason == "leaked");
  BOOST_TEST(text("SELECT outcome || ': ' || attempts FROM failed_requests") ==
             "no_usable_key: key 1: 403 key_denied");
}

BOOST_AUTO_TEST_CASE(faults_of_others_are_remembered_and_this_one_is_included) {
  add_keys(1);
  for (int i = 0; i < 3; ++i) {
    RequestRecord record = request();
    ledger.admit(record);
    const KeyMemory memory = ledger.memory(record, UpstreamFault::internal);
    BOOST_TEST(memory.recent_internal == i + 1);
    BOOST_TEST(memory.recent_overloaded == 0);
    ledger.close(record, upstream_error(UpstreamFault::internal, 500), {});
    ledger.settle(std::move(record));
    now_ms += kSecond;
  }
  now_ms += 57 * kSecond;  // the first is a minute ago
  RequestRecord record = request();
  ledger.admit(record);
  BOOST_TEST(ledger.memory(record, UpstreamFault::internal).recent_internal == 3);
  BOOST_TEST(ledger.memory(record, UpstreamFault::overloaded).recent_overloaded == 1);
}

// K7.
BOOST_AUTO_TEST_CASE(keys_that_are_refused_without_details_count_until_the_model_answers) {
  add_keys(5);
  const auto refused = [&] {
    RequestRecord record = request();
    record.started_ms = now_ms;
    ledger.admit(record);
    const int others = ledger.memory(record, UpstreamFault::exhausted).exhausted_keys;
    ledger.close(record, upstream_error(UpstreamFault::exhausted, 429), {});
    record.error = ErrorKind::rate_limited;
    ledger.settle(std::move(record));
    now_ms += kSecond;
    return others;
  };
  for (const int others : {0, 1, 2}) BOOST_TEST(refused() == others);
  RequestRecord record = request();
  record.started_ms = now_ms;
  ledger.admit(record);
  answer(record);
  ledger.settle(std::move(record));
  now_ms += kSecond;
  for (const int others : {0, 1}) BOOST_TEST(refused() == others);
  now_ms += 150 * kSecond;
  BOOST_TEST(refused() == 0);
}

BOOST_AUTO_TEST_CASE(a_key_that_others_found_wanting_during_a_pause_is_not_used_again) {
  add_keys(2);
  RequestRecord record = request();
  ledger.admit(record);
  const Decision decision{.retry = Retry::same_key, .wait_ms = 500};
  ledger.close(record, upstream_error(UpstreamFault::unreachable, 0), decision);
  ledger.publish(record);
  BOOST_TEST(text("SELECT fault FROM attempts") == "unreachable");
  database.execute("INSERT INTO key_cooldowns VALUES (1, 'm', 9e15, 0, 'daily_quota', '', 0)");
  BOOST_TEST(ledger.next(record, decision).lease.value().key_id == 2);
}

BOOST_AUTO_TEST_CASE(a_request_that_got_no_key_has_a_row) {
  RequestRecord record = request();
  const LeaseResult result = ledger.admit(record);
  BOOST_TEST(result.shortage.keys == 0);
  record.status = 503;
  record.error = ErrorKind::no_usable_key;
  ledger.settle(std::move(record));
  BOOST_TEST(number("SELECT count(*) FROM requests WHERE key_id IS NULL AND status = 503") == 1);
}

BOOST_AUTO_TEST_CASE(a_request_that_was_never_admitted_has_a_row_when_it_is_settled) {
  RequestRecord record = request();
  record.status = 400;
  record.error = ErrorKind::bad_request;
  ledger.settle(std::move(record));
  BOOST_TEST(text("SELECT status || outcome FROM requests") == "400bad_request");
}

BOOST_AUTO_TEST_CASE(a_client_that_left_is_told_from_a_failure) {
  add_keys(1);
  RequestRecord record = request();
  ledger.admit(record);
  record.client_gone = true;
  ledger.settle(std::move(record));
  BOOST_TEST(text("SELECT status || outcome FROM requests") == "0client_gone");
}

// K2.
BOOST_AUTO_TEST_CASE(texts_of_strangers_are_scrubbed_and_cut) {
  add_keys(1);
  RequestRecord record = request();
  record.path = "/v1beta/models/m:generateContent?key=abcdefgh";
  record.user_agent = std::string(5'000, 'u');
  ledger.admit(record);
  record.message = "the key " + secret(1) + std::string(5'000, 'm');
  record.notes = {std::string(3'000, 'n'), "more"};
  ledger.settle(std::move(record));
  BOOST_TEST(text("SELECT path FROM requests") == "/v1beta/models/m:generateContent?key=***");
  BOOST_TEST(text("SELECT length(user_agent) || ' ' || length(message) || ' ' || length(notes)"
                  " FROM requests") == "200 2000 2001");
  BOOST_TEST(number("SELECT count(*) FROM requests WHERE instr(message, 'key-1')") == 0);
}

BOOST_AUTO_TEST_CASE(when_a_key_may_be_used_again_is_known_without_taking_it) {
  add_keys(2);
  RequestRecord record = request();
  BOOST_TEST(ledger.usable_at(record).value() == now_ms);
  ledger.admit(record);
  BOOST_TEST(ledger.usable_at(record).value() == now_ms);  // the other
  next(ledger, record, upstream_error(UpstreamFault::rate_limited, 429),
       {.effect = KeyEffect::cool_key_model,
        .cool_until_ms = now_ms + 30 * kSecond,
        .retry = Retry::other_key});
  BOOST_TEST(ledger.usable_at(record).value() == now_ms + 30 * kSecond);
  BOOST_TEST(record.attempts.size() == 2u);
  BOOST_TEST(number("SELECT sum(leases) FROM api_keys") == 2);
  ledger.settle(std::move(record));

  for (const int key : {1, 2}) admin().disable(key, "by hand");
  BOOST_TEST(!ledger.usable_at(request()).has_value());
}

BOOST_AUTO_TEST_CASE(old_rows_go_with_their_attempts_a_few_at_a_time) {
  add_keys(1);
  const LedgerOptions options{.keep_ms = 60 * kSecond};
  Ledger keeper(database, secrets, clock, report, options);
  now_ms = 1'800'000'000'001;  // not the time to purge by itself
  const auto serve = [&](const std::string& id) {
    RequestRecord record = request(id);
    record.started_ms = now_ms;
    keeper.admit(record);
    answer(record);
    keeper.settle(std::move(record));
  };
  for (int i = 1; i <= 5; ++i) serve("req_" + std::to_string(i));
  now_ms += 60 * kSecond;
  BOOST_TEST(keeper.purge(10) == 0);
  now_ms += 2 * kSecond;
  serve("req_6");
  BOOST_TEST(keeper.purge(2) == 2);
  BOOST_TEST(text("SELECT request_id FROM requests ORDER BY id") == "req_3");
  BOOST_TEST(number("SELECT count(*) FROM attempts") == 4);
  now_ms += 16 - now_ms % 16;
  serve("req_7");  // settling drops the rest
  BOOST_TEST(text("SELECT group_concat(request_id) FROM requests") == "req_6,req_7");
  BOOST_TEST(number("SELECT count(*) FROM attempts") == 2);
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(a_client_is_noted_once_a_minute) {
  add_keys(1);
  database.execute("INSERT INTO clients (name, key_hash, created_ms) VALUES ('me', x'00', 0)");
  const auto use = [&] {
    RequestRecord record = request();
    record.client_id = 1;
    record.started_ms = now_ms;
    ledger.admit(record);
    return number("SELECT last_used_ms FROM clients");
  };
  const std::int64_t first = now_ms;
  BOOST_TEST(use() == first);
  now_ms += 59 * kSecond;
  BOOST_TEST(use() == first);
  now_ms += 2 * kSecond;
  BOOST_TEST(use() == first + 61 * kSecond);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(ledger_in_trouble, FileFixture)

// K16.
BOOST_AUTO_TEST_CASE(a_locked_database_delays_no_request_and_loses_no_row) {
  storage.add_keys(2);
  RequestRecord record = request();
  {
    sql::Transaction lock(other);
    const std::int64_t before_ms = steady_ms();
    BOOST_TEST(ledger.admit(record).lease.value().key_id == 1);
    const LeaseResult second =
        next(ledger, record, upstream_error(UpstreamFault::key_denied, 403),
             {.effect = KeyEffect::disable, .note = "leaked", .retry = Retry::other_key});
    BOOST_TEST(second.lease.value().key_id == 2);
    answer(record);
    ledger.settle(std::move(record));
    BOOST_TEST(steady_ms() - before_ms < 1'000);
    BOOST_TEST(ledger.pending() == 1u);
    BOOST_TEST(!storage.reports.empty());
  }
  RequestRecord later = request("req_2");
  BOOST_TEST(ledger.admit(later).lease.value().key_id == 2);
  BOOST_TEST(ledger.pending() == 0u);
  BOOST_TEST(storage.number("SELECT count(*) FROM requests WHERE status = 200") == 1);
  BOOST_TEST(storage.text("SELECT group_concat(fault || status) FROM attempts WHERE request = 1") ==
             "key_denied403,200");
  BOOST_TEST(storage.admin().list()[0].disabled_reason == "leaked");
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded_and_written_at_the_end) {
  {
    Ledger doomed(storage.database, storage.secrets, storage.clock, storage.report, options);
    sql::Transaction lock(other);
    for (int i = 1; i <= 5; ++i) {
      RequestRecord record = request("req_" + std::to_string(i));
      record.status = 200;
      doomed.settle(std::move(record));
    }
    BOOST_TEST(doomed.pending() == 3u);
    lock.commit();
  }
  BOOST_TEST(storage.text("SELECT group_concat(request_id) FROM requests") == "req_3,req_4,req_5");
}

BOOST_AUTO_TEST_CASE(a_full_disk_costs_rows_but_no_reply) {
  storage.add_keys(1);
  storage.database.execute("PRAGMA max_page_count = 1");  // as many as there are
  int unwritten = 0;
  for (int i = 0; i < 100; ++i) {
    RequestRecord record = request(std::string(4'000, 'r'));
    BOOST_REQUIRE(ledger.admit(record).lease.has_value());
    if (!record.row) ++unwritten;
    answer(record);
    ledger.settle(std::move(record));
  }
  BOOST_TEST(unwritten > 90);
  BOOST_TEST(ledger.pending() == 3u);
  BOOST_TEST(storage.reports.front().find("full") != std::string::npos);
  storage.database.execute("PRAGMA max_page_count = 100000");
  BOOST_TEST(ledger.flush());
}

BOOST_AUTO_TEST_CASE(a_row_that_the_database_refuses_does_not_hold_up_the_others) {
  storage.database.execute(
      "CREATE TRIGGER no BEFORE INSERT ON requests WHEN new.request_id = 'bad' "
      "BEGIN SELECT raise(ABORT, 'no'); END");
  for (const char* id : {"bad", "good"}) {
    RequestRecord record = request(id);
    record.status = 200;
    ledger.settle(std::move(record));
  }
  BOOST_TEST(ledger.pending() == 0u);
  BOOST_TEST(storage.text("SELECT group_concat(request_id) FROM requests") == "good");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(ledgers_of_processes)

namespace {

// What a process of its own has: nothing of this crosses a fork. It waits for the others however
// slow the machine is: what gives up instead of waiting has tests of its own.
struct Worker {
  explicit Worker(const std::string& path)
      : database(path, {.busy_timeout_ms = kForever}),
        ledger(database, secrets, Clock(), [](std::string_view line) { std::cerr << line << '\n'; },
               {.admit_patience_ms = kForever, .settle_patience_ms = kForever}) {}
  static constexpr std::int64_t kForever = 300'000;
  SecretBox secrets{std::string(32, 's')};
  sql::Database database;
  Ledger ledger;
};

}  // namespace

BOOST_AUTO_TEST_CASE(thirty_two_processes_share_the_keys_evenly_and_lose_nothing) {
  constexpr int kProcesses = 32, kRequests = 32, kKeys = 4;
  const TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  StorageFixture(path).add_keys(kKeys);
  BOOST_TEST(succeed_in_processes(kProcesses, [&](int) {
    Worker worker(path);
    for (int i = 0; i < kRequests; ++i) {
      RequestRecord record = request();
      if (!worker.ledger.admit(record).lease) return false;
      answer(record);
      worker.ledger.settle(std::move(record));
    }
    return worker.ledger.pending() == 0;
  }));
  StorageFixture after(path);
  BOOST_TEST(after.number("SELECT count(*) FROM requests WHERE status = 200") ==
             kProcesses * kRequests);
  BOOST_TEST(after.number("SELECT sum(leases) FROM api_keys") == kProcesses * kRequests);
  // Strictly in turn, but for clocks that differ by a millisecond between the processes.
  BOOST_TEST(after.number("SELECT max(leases) - min(leases) FROM api_keys") <= 4);
}

BOOST_AUTO_TEST_CASE(a_cooldown_of_one_process_is_seen_by_all_others_at_their_next_lease) {
  constexpr int kProcesses = 32;
  const TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  StorageFixture(path).add_keys(2);
  int ready[2], go[2];
  BOOST_REQUIRE(pipe(ready) == 0 && pipe(go) == 0);
  BOOST_TEST(succeed_in_processes(kProcesses, [&](int number) {
    Worker worker(path);
    RequestRecord record = request();
    worker.ledger.admit(record);  // each has used the database before
    char byte = 0;
    if (number == 0) {
      for (int i = 1; i < kProcesses; ++i) {
        if (read(ready[0], &byte, 1) != 1) return false;
      }
      next(worker.ledger, record, upstream_error(UpstreamFault::daily_quota, 429),
           {.effect = KeyEffect::cool_key_model,
            .cool_until_ms = Clock().now_ms() + 3'600 * kSecond,
            .retry = Retry::other_key});
      const std::string start(kProcesses - 1, 'x');
      return write(go[1], start.data(), start.size()) == kProcesses - 1;
    }
    if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1) return false;
    RequestRecord another = request();
    const LeaseResult first = worker.ledger.admit(another);
    RequestRecord third = request();
    const LeaseResult second = worker.ledger.admit(third);
    return first.lease && second.lease && first.lease->key_id == second.lease->key_id;
  }));
}

BOOST_AUTO_TEST_CASE(thirty_two_processes_take_no_more_than_a_known_quota) {
  constexpr int kProcesses = 32, kTries = 32, kKeys = 10, kPerKey = 20;
  const TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  {
    StorageFixture storage(path);
    storage.add_keys(kKeys);
    for (int key = 1; key <= kKeys; ++key) {
      storage.admin().set_limits(key, {.model = "m", .day_requests = kPerKey});
    }
  }
  BOOST_TEST(succeed_in_processes(kProcesses, [&](int) {
    Worker worker(path);
    for (int i = 0; i < kTries; ++i) {
      RequestRecord record = request();
      const LeaseResult result = worker.ledger.admit(record);
      if (!result.lease && result.shortage.reasons.at("known daily quota") != kKeys) return false;
      if (result.lease) answer(record);
      worker.ledger.settle(std::move(record));
    }
    return worker.ledger.pending() == 0;
  }));
  StorageFixture after(path);
  BOOST_TEST(after.number("SELECT count(*) FROM requests") == kProcesses * kTries);
  BOOST_TEST(after.number("SELECT count(*) FROM attempts WHERE status = 200") == kKeys * kPerKey);
  BOOST_TEST(after.number("SELECT min(leases) FROM api_keys") == kPerKey);
  BOOST_TEST(after.number("SELECT max(leases) FROM api_keys") == kPerKey);
  BOOST_TEST(after.number("SELECT count(*) FROM unsettled_requests") == 0);
}

// webservers.md 5: transactions are whole whatever happens to their process.
BOOST_AUTO_TEST_CASE(processes_killed_while_they_write_leave_a_sound_database) {
  const TemporaryFolder folder;
  const std::string path = folder / "castor.db";
  StorageFixture(path).add_keys(3);
  for (int round = 0; round < 5; ++round) {
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      const pid_t child = fork();
      if (child == 0) {
        try {
          Worker worker(path);
          for (;;) {
            RequestRecord record = request();
            worker.ledger.admit(record);
            answer(record);
            worker.ledger.settle(std::move(record));
          }
        } catch (...) {
        }
        _exit(1);
      }
      children.push_back(child);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    for (const pid_t child : children) {
      kill(child, SIGKILL);
      int status = 0;
      waitpid(child, &status, 0);
      BOOST_TEST(WIFSIGNALED(status));
    }
  }
  StorageFixture after(path);
  BOOST_TEST(after.text("PRAGMA integrity_check") == "ok");
  BOOST_TEST(after.number("SELECT count(*) FROM requests") > 0);
  // The lease, the row and the attempt are one transaction.
  BOOST_TEST(after.number("SELECT count(*) FROM requests") ==
             after.number("SELECT sum(leases) FROM api_keys"));
  BOOST_TEST(after.number("SELECT count(*) FROM attempts") ==
             after.number("SELECT count(*) FROM requests"));
  BOOST_TEST(after.number("SELECT count(*) FROM attempts a JOIN requests r ON r.id = a.request "
                          "WHERE (a.finished_ms IS NULL) <> (r.status IS NULL)") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
