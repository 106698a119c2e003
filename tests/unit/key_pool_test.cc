#include "domain/key_pool.h"

#include <boost/test/unit_test.hpp>

#include "sql/text.h"
#include "storage_fixture.h"

namespace castor {
namespace {

constexpr std::int64_t kSecond = 1'000;

struct PoolFixture : StorageFixture {
  explicit PoolFixture(const KeysConfig& config = {}) : pool(database, secrets, report, config) {}

  // The id of the leased key; 0: none.
  std::int64_t lease(LeaseWish wish = {.model = "m"}) {
    const LeaseResult result = pool.lease(wish, now_ms, true);
    shortage = result.shortage;
    return result.lease ? result.lease->key_id : 0;
  }
  void cool(std::int64_t key, std::string_view model, std::int64_t for_ms, Decision decision = {},
            const char* fault = "rate_limited") {
    decision.effect = model.empty() ? KeyEffect::cool_key : KeyEffect::cool_key_model;
    decision.cool_until_ms = now_ms + for_ms;
    pool.learn(key, model, "", fault, decision, now_ms, now_ms);
  }

  // `count` leases; how many of each key, from 1.
  std::vector<int> shares(int count) {
    std::vector<int> leases(9);
    for (int i = 0; i < count; ++i) ++leases.at(static_cast<std::size_t>(lease()));
    return leases;
  }

  KeyPool pool;
  Shortage shortage;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_pool, PoolFixture)

BOOST_AUTO_TEST_CASE(leases_the_key_that_rested_longest) {
  add_keys(3);
  for (const int expected : {1, 2, 3, 1, 2}) {
    now_ms += 1;
    BOOST_TEST(lease() == expected);
  }
}

BOOST_AUTO_TEST_CASE(keys_take_turns_within_one_millisecond_too) {
  add_keys(3);
  for (const int expected : {1, 2, 3, 1, 2, 3}) BOOST_TEST(lease() == expected);
  BOOST_TEST(number("SELECT min(leases) FROM api_keys") == 2);
}

BOOST_AUTO_TEST_CASE(a_rest_that_a_clock_set_that_was_ahead_is_void) {
  add_keys(1);
  now_ms += 2 * 24 * 3'600 * kSecond;
  cool(1, "m", 60 * kSecond);
  cool(1, "", 60 * kSecond);
  BOOST_TEST(lease() == 0);
  now_ms -= 2 * 24 * 3'600 * kSecond;
  BOOST_TEST(lease() == 1);
  // The next one holds, for as long as it says.
  cool(1, "m", 5 * kSecond);
  BOOST_TEST(lease() == 0);
  BOOST_TEST(shortage.wake_ms == now_ms + 5 * kSecond);
  now_ms += 5 * kSecond;
  BOOST_TEST(lease() == 1);
}

BOOST_AUTO_TEST_CASE(a_brake_that_a_clock_set_that_was_ahead_is_void) {
  add_keys(1);
  now_ms += 2 * 24 * 3'600 * kSecond;
  pool.learn(1, "m", "", "overloaded", {.brake_model_ms = 5 * kSecond}, now_ms, now_ms);
  BOOST_TEST(lease() == 0);
  now_ms -= 2 * 24 * 3'600 * kSecond;
  BOOST_TEST(lease() == 1);
  pool.learn(1, "m", "", "overloaded", {.brake_model_ms = 5 * kSecond}, now_ms, now_ms);
  BOOST_TEST(lease() == 0);
  now_ms += 5 * kSecond;
  BOOST_TEST(lease() == 1);
}

BOOST_AUTO_TEST_CASE(keys_take_turns_after_a_clock_that_was_ahead) {
  add_keys(3);
  now_ms += 2 * 24 * 3'600 * kSecond;
  for (const int expected : {1, 2, 3}) BOOST_TEST(lease() == expected);
  now_ms -= 2 * 24 * 3'600 * kSecond;
  for (const int expected : {1, 2, 3, 1, 2, 3}) {
    BOOST_TEST(lease() == expected);
    now_ms += 1;
  }
}

BOOST_AUTO_TEST_CASE(a_clock_a_little_behind_its_neighbours_ends_no_rest) {
  add_keys(1);
  cool(1, "m", 90 * kSecond);
  now_ms -= 30 * kSecond;
  BOOST_TEST(lease() == 0);
}

BOOST_AUTO_TEST_CASE(a_lease_holds_the_secret) {
  add_keys(1);
  const LeaseResult result = pool.lease({.model = "m"}, now_ms, false);
  BOOST_REQUIRE(result.lease.has_value());
  BOOST_TEST(result.lease->secret == secret(1));
  BOOST_REQUIRE(pool.known_secrets().size() == 1u);
  BOOST_TEST(pool.known_secrets()[0] == secret(1));
  BOOST_TEST(number("SELECT leases FROM api_keys") == 0);
}

BOOST_AUTO_TEST_CASE(a_cooldown_is_for_one_model_and_ends) {
  add_keys(1);
  cool(1, "m", 30 * kSecond);
  BOOST_TEST(lease() == 0);
  BOOST_TEST(lease({.model = "other"}) == 1);
  now_ms += 30 * kSecond;
  BOOST_TEST(lease() == 1);
}

BOOST_AUTO_TEST_CASE(a_cooldown_without_a_model_is_for_all) {
  add_keys(2);
  cool(1, "", 30 * kSecond);
  BOOST_TEST(lease() == 2);
  BOOST_TEST(lease({.model = "other"}) == 2);
}

BOOST_AUTO_TEST_CASE(the_longer_of_two_rests_holds) {
  add_keys(1);
  cool(1, "m", 3'600 * kSecond, {.note = "daily quota"}, "daily_quota");
  cool(1, "m", 5 * kSecond, {.note = "minute quota"}, "rate_limited");
  BOOST_TEST(admin().list()[0].cooldowns[0].until_ms == now_ms + 3'600 * kSecond);
  BOOST_TEST(admin().list()[0].cooldowns[0].reason == "daily quota");
}

BOOST_AUTO_TEST_CASE(keys_of_one_project_rest_together) {
  add_keys(2, "shared");
  admin().add(secret(3), {.project = "other"});
  admin().add(secret(4));
  admin().add(secret(5));
  cool(1, "m", 30 * kSecond, {.project_wide = true});
  cool(4, "m", 30 * kSecond, {.project_wide = true});
  BOOST_TEST(number("SELECT sum(key_id) FROM key_cooldowns") == 1 + 2 + 4);
}

BOOST_AUTO_TEST_CASE(keys_that_a_request_has_tried_are_passed_over) {
  add_keys(3);
  const std::int64_t tried[] = {1, 2};
  BOOST_TEST(lease({.model = "m", .tried = tried}) == 3);
  cool(3, "m", kSecond);
  BOOST_TEST(lease({.model = "m", .tried = tried}) == 0);
  BOOST_TEST(shortage.tried == 2);
  BOOST_TEST(shortage.resting == 1);
}

BOOST_AUTO_TEST_CASE(the_same_key_is_had_again_unless_others_have_found_it_wanting) {
  add_keys(2);
  BOOST_TEST(lease({.model = "m", .same_key = 1}) == 1);
  cool(1, "m", 30 * kSecond);
  BOOST_TEST(lease({.model = "m", .same_key = 1}) == 0);
  BOOST_TEST(lease({.model = "other", .same_key = 1}) == 1);
  admin().disable(1, "by hand");
  BOOST_TEST(lease({.model = "other", .same_key = 1}) == 0);
}

// K11.
BOOST_AUTO_TEST_CASE(a_conversation_keeps_its_key_while_that_is_usable) {
  add_keys(3);
  const auto talk = [&](const char* model, const char* key) {
    const std::string values = std::to_string(now_ms) + ", '" + model + "', " + key;
    database.execute(("INSERT INTO requests (address, user_agent, api, path, requested_model,"
                      " thinking, stream, conversation, pid, request_id, started_ms, model, key_id)"
                      " VALUES ('', '', '', '', '', '', 0, 'talk', 1, 'r', " +
                      values + ")")
                         .c_str());
  };
  talk("m", "3");
  talk("m", "NULL");     // no key was to be had
  talk("another", "1");  // the cache of prompts is the model's
  for (int i = 0; i < 3; ++i) BOOST_TEST(lease({.model = "m", .conversation = "talk"}) == 3);
  BOOST_TEST(lease({.model = "m", .conversation = "another"}) == 1);
  const std::int64_t tried[] = {3};
  BOOST_TEST(lease({.model = "m", .conversation = "talk", .tried = tried}) == 2);
  cool(3, "m", kSecond);
  BOOST_TEST(lease({.model = "m", .conversation = "talk"}) == 1);
  now_ms += kSecond;
  BOOST_TEST(lease({.model = "m", .conversation = "talk"}) == 3);
  now_ms += 3'600 * kSecond;
  BOOST_TEST(lease({.model = "m", .conversation = "talk"}) == 2);

  PoolFixture without({.affinity_ms = 0});
  without.add_keys(2);
  for (const int key : {1, 2, 1}) {
    BOOST_TEST(without.lease({.model = "m", .conversation = "talk"}) == key);
  }
}

BOOST_AUTO_TEST_CASE(fill_first_uses_the_first_key_until_it_rests) {
  PoolFixture fixture({.strategy = KeyStrategy::fill_first});
  fixture.add_keys(3);
  BOOST_TEST(fixture.shares(5) == (std::vector<int>{0, 5, 0, 0, 0, 0, 0, 0, 0}));
  fixture.cool(1, "m", kSecond);
  BOOST_TEST(fixture.shares(5) == (std::vector<int>{0, 0, 5, 0, 0, 0, 0, 0, 0}));
  fixture.now_ms += kSecond;
  BOOST_TEST(fixture.lease() == 1);
}

BOOST_AUTO_TEST_CASE(weighted_uses_a_key_the_more_the_sooner_and_surer_it_answers) {
  PoolFixture fixture({.strategy = KeyStrategy::weighted});
  fixture.add_keys(4);
  BOOST_TEST(fixture.shares(40) == (std::vector<int>{0, 10, 10, 10, 10, 0, 0, 0, 0}));

  for (int i = 0; i < 50; ++i) {
    fixture.pool.succeeded(1, "m", 100, fixture.now_ms);    // health 1
    fixture.pool.succeeded(2, "m", 2'600, fixture.now_ms);  // 0.4 + 0.6 / 2
    fixture.pool.succeeded(3, "m", 9'000, fixture.now_ms);  // 0.4
    fixture.cool(4, "other", kSecond);                      // its failures are remembered
    fixture.pool.succeeded(4, "m", 9'000, fixture.now_ms);  // about 0.2
  }
  fixture.shares(10);
  const std::vector<int> leases = fixture.shares(230);
  const int expected[] = {0, 100, 70, 40, 20};
  for (const std::size_t key : {1, 2, 3, 4}) {
    BOOST_TEST(std::abs(leases[key] - expected[key]) < 3, key << ": " << leases[key]);
  }

  // Who was away does not make up for it.
  fixture.cool(1, "m", kSecond);
  fixture.shares(300);
  fixture.now_ms += kSecond;
  BOOST_TEST(fixture.shares(23)[1] < 18);
}

BOOST_AUTO_TEST_CASE(the_lease_that_takes_the_last_of_a_known_quota_lets_the_key_rest) {
  add_keys(1);
  admin().add(secret(2) + "\n" + secret(3), {.project = "p"});
  now_ms = 1'800'003'600'000;  // a minute begins, and the day is young
  admin().set_limits(1, {.model = "m", .minute_requests = 2, .day_requests = 5});
  admin().set_limits(2, {.model = "m", .minute_requests = 3});
  BOOST_TEST(shares(5) == (std::vector<int>{0, 2, 2, 1, 0, 0, 0, 0, 0}));
  BOOST_TEST(lease() == 0);
  BOOST_TEST(shortage.wake_ms == now_ms + 60 * kSecond);
  BOOST_TEST(shortage.reasons["known minute quota"] == 3);
  BOOST_TEST(lease({.model = "other"}) > 0);

  now_ms += 60 * kSecond;
  BOOST_TEST(shares(5)[1] == 2);
  now_ms += 60 * kSecond;
  BOOST_TEST(shares(4)[1] == 1);  // the fifth of the day
  BOOST_TEST(admin().list()[0].cooldowns.at(0).reason == "known daily quota");
  BOOST_TEST(admin().list()[0].cooldowns.at(0).until_ms == daily_quota_end(now_ms));
  BOOST_TEST(admin().list()[0].limits.at(0).requests_in_day == 5);
  now_ms = daily_quota_end(now_ms);
  BOOST_TEST(shares(5)[1] == 2);
}

BOOST_AUTO_TEST_CASE(tokens_count_when_they_are_known) {
  add_keys(2);
  admin().set_limits(1, {.model = "m", .minute_tokens = 1'000});
  pool.count(1, "m", 0, 999, now_ms);
  BOOST_TEST(shares(2) == (std::vector<int>{0, 1, 1, 0, 0, 0, 0, 0, 0}));
  pool.count(1, "m", 0, 1, now_ms);
  pool.count(2, "m", 0, 1'000'000, now_ms);  // nothing is known of this one
  BOOST_TEST(shares(2) == (std::vector<int>{0, 0, 2, 0, 0, 0, 0, 0, 0}));
}

// K15.
BOOST_AUTO_TEST_CASE(a_lease_holds_the_proxy_of_its_key) {
  admin().add(secret(1), {.proxy = "http://name:word@127.0.0.1:1"});
  admin().add(secret(2));
  BOOST_TEST(pool.lease({.model = "m"}, now_ms, true).lease.value().proxy ==
             "http://name:word@127.0.0.1:1");
  BOOST_TEST(pool.lease({.model = "m"}, now_ms, true).lease.value().proxy == "");
}

// The log has millions of rows.
BOOST_AUTO_TEST_CASE(no_question_about_keys_reads_the_whole_log) {
  const auto plan = [&](std::string_view query, auto... arguments) {
    const std::string text = "EXPLAIN QUERY PLAN " + std::string(query);
    sql::Statement statement(database, text);
    std::string steps;
    for (sql::Rows rows = statement(arguments...); rows.next();) {
      steps.append(rows.text(3)).append("\n");
    }
    return steps;
  };
  for (const std::string& steps : {plan(sql::text::recall_trouble, 1, "m", 0, 0, 0, 0, 0),
                                   plan(sql::text::lease_conversation_key, 0, "m", "talk", 0)}) {
    BOOST_TEST(steps.find("SEARCH") != std::string::npos);
    BOOST_TEST(steps.find("SCAN attempts") == std::string::npos, steps);
    BOOST_TEST(steps.find("SCAN requests") == std::string::npos, steps);
  }
}

BOOST_AUTO_TEST_CASE(a_disabled_key_is_reported_with_the_way_back) {
  add_keys(1);
  const Decision decision{.effect = KeyEffect::disable, .note = "invalid key"};
  pool.learn(1, "m", "", "invalid_key", decision, now_ms, now_ms);
  pool.learn(1, "m", "", "invalid_key", decision, now_ms, now_ms);
  BOOST_TEST(lease() == 0);
  BOOST_TEST(admin().list()[0].disabled_reason == "invalid key");
  BOOST_REQUIRE(reports.size() == 1u);
  BOOST_TEST(reports[0].find("castor keys enable 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_braked_model_is_not_tried_with_any_key) {
  add_keys(2);
  pool.learn(1, "m", "", "overloaded", {.brake_model_ms = 5 * kSecond}, now_ms, now_ms);
  BOOST_TEST(lease() == 0);
  BOOST_TEST(shortage.braked_until_ms == now_ms + 5 * kSecond);
  BOOST_TEST(shortage.wake_ms == now_ms + 5 * kSecond);
  BOOST_TEST(lease({.model = "other"}) == 1);
  now_ms += 5 * kSecond;
  BOOST_TEST(lease() == 2);
}

// K7: of 32 workers that wait for the end of a brake, one goes first.
BOOST_AUTO_TEST_CASE(after_a_brake_one_try_goes_before_the_others) {
  add_keys(9);
  const auto brake = [&](std::int64_t for_ms) {
    pool.learn(1, "m", "", "exhausted", {.brake_model_ms = for_ms}, now_ms, now_ms);
  };
  brake(5 * kSecond);
  brake(5 * kSecond);  // by another that was under way
  BOOST_TEST(pool.memory(1, "m", now_ms).brakes == 0);
  now_ms += 5 * kSecond;
  BOOST_TEST(pool.memory(1, "m", now_ms).brakes == 1);
  const LeaseResult first = pool.lease({.model = "m"}, now_ms, true);
  BOOST_TEST(first.lease.value().after_brake);
  BOOST_TEST(lease() == 0);
  BOOST_TEST(shortage.wake_ms == now_ms + kSecond);

  brake(10 * kSecond);  // it has failed
  now_ms += 10 * kSecond - 1;
  BOOST_TEST(lease() == 0);
  now_ms += 1;
  BOOST_TEST(pool.memory(1, "m", now_ms).brakes == 2);
  BOOST_TEST(lease() > 0);
  now_ms += kSecond;  // nothing is heard of the try: it may be a long answer
  for (int i = 0; i < 5; ++i) BOOST_TEST(lease() > 0);

  const std::int64_t started_ms = now_ms;
  brake(5 * kSecond);
  pool.release_brake("m", started_ms);  // began before the brake, and says nothing of it
  BOOST_TEST(lease() == 0);
  now_ms += 5 * kSecond;
  pool.release_brake("m", now_ms);
  BOOST_TEST(number("SELECT count(*) FROM model_brakes") == 0);
  BOOST_TEST(!pool.lease({.model = "m"}, now_ms, true).lease.value().after_brake);
}

// K9.
BOOST_AUTO_TEST_CASE(a_shortage_says_how_many_rest_why_and_until_when) {
  add_keys(4);
  cool(1, "m", 40 * kSecond);
  cool(1, "", 50 * kSecond, {.note = "spend limit"}, "spend_limit");  // the longer one counts
  cool(2, "m", 60 * kSecond, {.note = "daily quota"}, "daily_quota");
  admin().disable(3, "by hand");
  cool(4, "m", 70 * kSecond, {.note = "daily quota"}, "daily_quota");
  BOOST_TEST(lease() == 0);
  BOOST_TEST(shortage.keys == 4);
  BOOST_TEST(shortage.disabled == 1);
  BOOST_TEST(shortage.resting == 3);
  BOOST_TEST(shortage.wake_ms == now_ms + 50 * kSecond);
  BOOST_TEST(shortage.reasons["daily quota"] == 2);
  BOOST_TEST(shortage.reasons["spend limit"] == 1);
}

// K5.
BOOST_AUTO_TEST_CASE(strikes_count_refusals_in_a_row_but_not_those_at_the_same_time) {
  add_keys(1);
  const Decision strike{.effect = KeyEffect::cool_key_model, .strike = true};
  const auto refuse = [&](std::int64_t started_ms) {
    Decision decision = strike;
    decision.cool_until_ms = now_ms + 30 * kSecond;
    pool.learn(1, "m", "", "exhausted", decision, started_ms, now_ms);
  };
  refuse(now_ms - 100);
  refuse(now_ms - 100);  // was under way when the first came back
  BOOST_TEST(pool.memory(1, "m", now_ms).strikes == 1);
  now_ms += 31 * kSecond;
  refuse(now_ms - 100);
  BOOST_TEST(pool.memory(1, "m", now_ms).strikes == 2);
  BOOST_TEST(pool.memory(1, "other", now_ms).strikes == 0);
  now_ms += 31 * kSecond;
  pool.succeeded(1, "m", 100, now_ms);
  BOOST_TEST(pool.memory(1, "m", now_ms).strikes == 0);
  BOOST_TEST(admin().list()[0].last_success_ms == now_ms.load());
}

BOOST_AUTO_TEST_CASE(a_success_does_not_end_a_rest_that_another_request_has_just_caused) {
  add_keys(1);
  cool(1, "m", 30 * kSecond);
  pool.succeeded(1, "m", 100, now_ms);
  BOOST_TEST(lease() == 0);
}

BOOST_AUTO_TEST_CASE(forbidden_models_are_counted_until_the_key_succeeds) {
  add_keys(2);
  cool(1, "a", 30 * kSecond, {}, "forbidden");
  cool(1, "b", 30 * kSecond, {}, "forbidden");
  cool(1, "c", 30 * kSecond, {}, "rate_limited");
  cool(2, "d", 30 * kSecond, {}, "forbidden");
  BOOST_TEST(pool.memory(1, "m", now_ms).forbidden_models == 2);
  BOOST_TEST(pool.memory(1, "a", now_ms).forbidden_models == 1);
  now_ms += 1;
  pool.succeeded(1, "other", 100, now_ms);
  BOOST_TEST(pool.memory(1, "m", now_ms).forbidden_models == 0);
}

BOOST_AUTO_TEST_CASE(a_refused_thinking_level_is_remembered_for_an_hour) {
  const Decision decision{.remember_no_level = true};
  pool.learn(1, "m", "level=high", "bad_thinking", decision, now_ms, now_ms);
  BOOST_TEST(pool.refuses_thinking("m", "level=high", now_ms));
  BOOST_TEST(!pool.refuses_thinking("m", "level=low", now_ms));
  BOOST_TEST(!pool.refuses_thinking("other", "level=high", now_ms));
  BOOST_TEST(!pool.refuses_thinking("m", "", now_ms));
  BOOST_TEST(!pool.refuses_thinking("m", "level=high", now_ms + 3'600 * kSecond));
}

BOOST_AUTO_TEST_CASE(a_key_of_another_key_file_is_passed_over_and_reported_once) {
  const SecretBox other(std::string(32, 'o'));
  KeyAdmin(database, other, clock).add(secret(1));
  BOOST_TEST(lease() == 0);
  BOOST_TEST(shortage.disabled == 1);
  KeyAdmin(database, secrets, clock).add(secret(2));
  BOOST_TEST(lease() == 2);
  BOOST_TEST(lease() == 2);
  BOOST_REQUIRE(reports.size() == 1u);
  BOOST_TEST(reports[0].find("another key file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_that_was_replaced_is_opened_again) {
  add_keys(1);
  BOOST_TEST(lease() == 1);
  const std::string sealed = secrets.seal(SecretPurpose::api_key, "replaced");
  sql::Statement(database, "UPDATE api_keys SET secret = ?1").run(sql::Blob{sealed});
  BOOST_TEST(pool.lease({.model = "m"}, now_ms, false).lease.value().secret == "replaced");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
