#include "domain/key_admin.h"

#include <boost/test/unit_test.hpp>

#include "domain/key_pool.h"
#include "storage_fixture.h"

namespace castor {
namespace {

using Outcome = AddedKey::Outcome;

// The only line of a text, added.
AddedKey add_one(StorageFixture& fixture, const std::string& line, bool allow_short = false) {
  const auto results = fixture.admin().add(line, {.allow_short = allow_short});
  BOOST_REQUIRE(results.size() == 1u);
  return results[0];
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_admin, StorageFixture)

// K1.
BOOST_AUTO_TEST_CASE(any_printable_key_of_20_to_200_characters_is_taken) {
  for (const std::string& key : {"AIza" + std::string(35, 'a'), "AQ." + std::string(50, 'b'),
                                 std::string(20, '!'), std::string(200, '~')}) {
    BOOST_TEST((add_one(*this, "  " + key + "\r\n").outcome == Outcome::added), key);
  }
}

BOOST_AUTO_TEST_CASE(what_is_known_to_be_something_else_is_refused_with_a_hint) {
  static const struct {
    std::string line;
    const char* hint;
  } cases[] = {
      {"ya29." + std::string(60, 'a'), "OAuth"},
      {"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl", "JSON Web Token"},
      {"\"private_key_id\":\"0123456789abcdef\",", "service account"},
      {std::string(19, 'a'), "shorter than 20"},
      {std::string(201, 'a'), "longer than 200"},
      {"AIza" + std::string(20, 'a') + " # mine", "space"},
      {"AIza" + std::string(20, 'a') + "\xC3\xA4", "no key has"},
  };
  for (const auto& test : cases) {
    const AddedKey added = add_one(*this, test.line);
    BOOST_TEST((added.outcome == Outcome::refused), test.line);
    BOOST_TEST(added.problem.find(test.hint) != std::string::npos, added.problem);
    BOOST_TEST(added.problem.find("aaaa") == std::string::npos);
  }
  BOOST_TEST(number("SELECT count(*) FROM api_keys") == 0);
}

BOOST_AUTO_TEST_CASE(short_keys_are_for_an_upstream_on_this_machine) {
  BOOST_TEST((add_one(*this, "k1", true).outcome == Outcome::added));
  BOOST_TEST(add_one(*this, "k2", true).masked == "…");
  BOOST_TEST(add_one(*this, "fake-429-minute", true).masked == "…ute");
}

BOOST_AUTO_TEST_CASE(lines_are_taken_one_by_one_and_told_apart) {
  const auto results = admin().add(
      "# keys of the team\n\n" + secret(1) + "\nshort\n" + secret(2) + "\n" + secret(1) + "\n",
      {.label = "team", .project = "p"});
  BOOST_REQUIRE(results.size() == 4u);
  BOOST_TEST(results[0].line == 3);
  BOOST_TEST((results[1].outcome == Outcome::refused));
  BOOST_TEST(results[1].line == 4);
  BOOST_TEST((results[2].outcome == Outcome::added));
  BOOST_TEST((results[3].outcome == Outcome::duplicate));
  BOOST_TEST(results[3].id == results[0].id);
  const auto keys = admin().list();
  BOOST_REQUIRE(keys.size() == 2u);
  BOOST_TEST(keys[0].label == "team-1");
  BOOST_TEST(keys[1].label == "team-3");
  BOOST_TEST(keys[1].project == "p");
  BOOST_TEST(keys[0].masked == "…xxxx");
  BOOST_TEST(keys[0].added_ms == now_ms.load());
}

BOOST_AUTO_TEST_CASE(the_database_holds_no_key_in_the_clear) {
  const std::string key = "Secret-" + std::string(20, 'q');
  add_one(*this, key);
  BOOST_TEST(number("SELECT count(*) FROM api_keys WHERE instr(secret, 'Secret') OR "
                    "instr(fingerprint, 'Secret')") == 0);
  BOOST_TEST(number("SELECT length(secret) FROM api_keys") == std::int64_t(key.size()) + 29);
}

// K15.
BOOST_AUTO_TEST_CASE(a_proxy_is_sealed_and_shown_without_its_password) {
  const std::string key(20, 'k');
  admin().add(key, {.proxy = "socks5h://name:pass@word@proxy.example:1080"});
  add_keys(1);
  BOOST_TEST(number("SELECT count(*) FROM api_keys WHERE instr(proxy, 'proxy.example')") == 0);
  BOOST_TEST(admin().list()[0].proxy == "socks5h://proxy.example:1080");
  BOOST_TEST(admin().list()[1].proxy == "");
  BOOST_TEST(admin().secrets_of(1).key == key);
  BOOST_TEST(admin().secrets_of(1).proxy == "socks5h://name:pass@word@proxy.example:1080");
  BOOST_TEST(admin().secrets_of(2).proxy == "");
  const SecretBox other(std::string(32, 'o'));
  BOOST_CHECK_THROW(KeyAdmin(database, other, clock).secrets_of(1), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(limits_are_those_of_a_key_or_of_its_project) {
  add_keys(1);
  admin().add(secret(2) + "\n" + secret(3), {.project = "p"});
  admin().set_limits(1, {.model = "m", .minute_requests = 5});
  admin().set_limits(2, {.model = "m", .minute_tokens = 1'000, .day_requests = 7});
  BOOST_REQUIRE(admin().list()[0].limits.size() == 1u);
  BOOST_TEST(admin().list()[0].limits[0].minute_requests.value() == 5);
  BOOST_TEST(!admin().list()[0].limits[0].day_requests.has_value());
  BOOST_REQUIRE(admin().list()[2].limits.size() == 1u);
  BOOST_TEST(admin().list()[2].limits[0].day_requests.value() == 7);
  admin().set_limits(3, {.model = "m", .day_requests = 8});
  BOOST_TEST(admin().list()[1].limits.at(0).day_requests.value() == 8);
  BOOST_TEST(!admin().list()[1].limits.at(0).minute_tokens.has_value());
  admin().set_limits(3, {.model = "m"});
  BOOST_TEST(admin().list()[1].limits.empty());
  BOOST_TEST(number("SELECT count(*) FROM key_limits") == 1);
}

BOOST_AUTO_TEST_CASE(a_key_is_found_by_what_is_unique_about_it) {
  admin().add("aaaaaaaaaaaaaaaaaaaa1111\nbbbbbbbbbbbbbbbbbbbb2222", {.label = "team"});
  admin().add("cccccccccccccccccccc3333", {.label = "mine"});
  BOOST_TEST(admin().find("2").label == "team-2");
  BOOST_TEST(admin().find("team-1").id == 1);
  BOOST_TEST(admin().find("m").id == 3);
  BOOST_TEST(admin().find("2222").id == 2);
  BOOST_TEST(admin().find("…3333").id == 3);
  BOOST_CHECK_THROW(admin().find("team"), std::runtime_error);
  BOOST_CHECK_THROW(admin().find("absent"), std::runtime_error);
  BOOST_CHECK_THROW(admin().find(""), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_key_is_disabled_with_a_reason_and_enabled_with_a_clean_record) {
  add_keys(1);
  admin().disable(1, "by hand");
  BOOST_TEST(!admin().list()[0].enabled);
  BOOST_TEST(admin().list()[0].disabled_reason == "by hand");
  database.execute("INSERT INTO key_cooldowns VALUES (1, 'm', 1900000000000, 0, 'f', 'why', 2)");
  BOOST_REQUIRE(admin().list()[0].cooldowns.size() == 1u);
  BOOST_TEST(admin().list()[0].cooldowns[0].reason == "why");
  BOOST_TEST(admin().list()[0].cooldowns[0].strikes == 2);
  admin().enable(1);
  BOOST_TEST(admin().list()[0].enabled);
  BOOST_TEST(admin().list()[0].disabled_reason == "");
  BOOST_TEST(number("SELECT count(*) FROM key_cooldowns") == 0);
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_looked_at_by_one_worker_and_not_what_somebody_disabled) {
  add_keys(3);
  KeyPool pool(database, secrets, report);
  for (const std::int64_t key : {1, 2, 3}) {
    const Decision decision{
        .effect = KeyEffect::disable, .note = "invalid key", .curable = key != 2};
    pool.learn(key, "m", "", "invalid_key", decision, now_ms, now_ms);
  }
  admin().disable(3, "by hand");
  BOOST_TEST(!admin().claim_probe().has_value());
  now_ms += kProbeEveryMs;
  BOOST_TEST(admin().claim_probe().value() == 1);
  BOOST_TEST(!admin().claim_probe().has_value());
  now_ms += kProbeEveryMs;
  BOOST_TEST(admin().claim_probe().value() == 1);
  admin().enable(1);
  now_ms += kProbeEveryMs;
  BOOST_TEST(!admin().claim_probe().has_value());
}

// K10.
BOOST_AUTO_TEST_CASE(rests_can_be_ended_by_hand) {
  add_keys(1);
  database.execute("INSERT INTO key_cooldowns VALUES (1, '', 1900000000000, 0, 'f', 'why', 0)");
  admin().reset(1);
  BOOST_TEST(admin().list()[0].cooldowns.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
