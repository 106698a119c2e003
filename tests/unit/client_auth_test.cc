#include "domain/client_auth.h"

#include <boost/test/unit_test.hpp>

#include "domain/client_admin.h"
#include "domain/error.h"
#include "storage_fixture.h"

namespace castor {
namespace {

struct ClientFixture : StorageFixture {
  // What the refusal says; "": the caller is let in.
  std::string refusal(const Caller& caller) {
    try {
      auth.check(caller);
      return {};
    } catch (const ApiError& error) {
      BOOST_TEST((error.kind == ErrorKind::unauthenticated));
      BOOST_TEST((error.should_retry == false));
      return error.what();
    }
  }

  ClientAuth auth{database, secrets, clock, report, {.max_failures = 3}};
  ClientAdmin clients{database, secrets, clock, IdSource()};
};

bool mentions(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_auth, ClientFixture)

BOOST_AUTO_TEST_CASE(a_key_that_was_added_lets_its_client_in_from_anywhere) {
  const std::string key = clients.add("laptop");
  BOOST_TEST(key.starts_with("ck_"));
  BOOST_TEST(key.size() == 43u);
  BOOST_TEST(
      auth.check({.token = key, .address = "203.0.113.9", .was_forwarded = true}).value().id == 1);
  BOOST_TEST(number("SELECT count(*) FROM clients WHERE instr(key_hash, 'ck_')") == 0);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_and_a_missing_one_are_told_apart) {
  clients.add("laptop");
  BOOST_TEST(mentions(refusal({.token = "ck_wrong", .address = "127.0.0.1"}), "not known"));
  BOOST_TEST(mentions(refusal({.address = "127.0.0.1"}), "missing: send it as x-api-key"));
}

BOOST_AUTO_TEST_CASE(a_revoked_key_is_refused_and_does_not_open_the_door_to_all) {
  const std::string key = clients.add("laptop");
  BOOST_TEST(clients.revoke("laptop").id == 1);
  BOOST_TEST(mentions(refusal({.token = key, .address = "127.0.0.1"}), "revoked"));
  BOOST_TEST(mentions(refusal({.address = "127.0.0.1"}), "missing"));
  BOOST_CHECK_THROW(clients.revoke("laptop"), std::runtime_error);
  BOOST_TEST(clients.list()[0].revoked_ms.value() == now_ms.load());
}

BOOST_AUTO_TEST_CASE(without_any_client_only_this_machine_is_served) {
  for (const char* address : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    BOOST_TEST(refusal({.token = "anything", .address = address}) == "", address);
    BOOST_TEST(!auth.check({.address = address}).has_value());
    BOOST_TEST(mentions(refusal({.address = address, .was_forwarded = true}), "castor clients add"),
               address);
  }
  for (const char* address : {"", "unix:", "localhost", "192.168.1.2", "128.0.0.1", "::2",
                              "::ffff:10.0.0.1", "127.0.0.1.example.org", "2130706433"}) {
    BOOST_TEST(mentions(refusal({.address = address}), "castor clients add"), address);
  }
}

BOOST_AUTO_TEST_CASE(an_operator_may_bring_a_key_that_is_long_enough_and_new) {
  const std::string key = "sk-our-own-key-0001";
  BOOST_TEST(clients.add("a", key) == key);
  BOOST_TEST(auth.check({.token = key, .address = ""}).value().id == 1);
  BOOST_CHECK_THROW(clients.add("b", key), std::runtime_error);
  BOOST_CHECK_THROW(clients.add("b", "short"), std::runtime_error);
  BOOST_CHECK_THROW(clients.add("b", "with a space in it 12345"), std::runtime_error);
  BOOST_CHECK_THROW(clients.add("a"), std::runtime_error);
  BOOST_CHECK_THROW(clients.add(" "), std::runtime_error);
  BOOST_CHECK_THROW(clients.add("7"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_name_is_free_again_after_its_client_was_revoked) {
  clients.add("laptop");
  clients.revoke("1");
  BOOST_CHECK_NO_THROW(clients.add("laptop"));
  BOOST_TEST(clients.revoke("laptop").id == 2);
}

BOOST_AUTO_TEST_CASE(an_expired_key_is_refused_and_says_when_it_expired) {
  const std::string key = clients.add("guest", {}, {.expires_ms = now_ms + 1'000});
  BOOST_TEST(refusal({.token = key}) == "");
  now_ms += 1'000;
  BOOST_TEST(refusal({.token = key}) == "this client key expired at 2027-01-15T08:00:01Z");
}

BOOST_AUTO_TEST_CASE(keys_of_clients_and_of_administrators_open_different_doors) {
  const std::string client = clients.add("laptop");
  const std::string admin = clients.add("ops", {}, {.is_client = false, .is_admin = true});
  const std::string both = clients.add("owner", {}, {.is_admin = true});
  static const struct {
    const char* name;
    const std::string& key;
    Access access;
    bool allowed;
  } cases[] = {
      {"a client's request", client, Access::client, true},
      {"a client that would administer", client, Access::admin, false},
      {"an administrator's request", admin, Access::client, false},
      {"an administrator", admin, Access::admin, true},
      {"both, as client", both, Access::client, true},
      {"both, as administrator", both, Access::admin, true},
  };
  for (const auto& test : cases) {
    bool forbidden = false;
    try {
      BOOST_TEST(auth.check({.token = test.key, .address = "127.0.0.1"}, test.access).has_value());
    } catch (const ApiError& error) {
      forbidden = error.kind == ErrorKind::forbidden;
    }
    BOOST_TEST(forbidden == !test.allowed, test.name);
  }
}

BOOST_AUTO_TEST_CASE(nobody_administers_without_a_key_not_even_on_this_machine) {
  const Caller local{.address = "127.0.0.1"};
  BOOST_CHECK_THROW(auth.check(local, Access::admin), ApiError);
  clients.add("ops", {}, {.is_client = false, .is_admin = true});
  BOOST_CHECK_THROW(auth.check(local, Access::admin), ApiError);
  BOOST_TEST(refusal(local) == "");  // there is still no client
}

BOOST_AUTO_TEST_CASE(wrong_keys_count_against_their_origin_and_missing_ones_do_not) {
  const std::string key = clients.add("laptop");
  const Caller wrong{.token = "ck_wrong", .address = "10.0.0.1", .origin = "203.0.113.9"};
  for (int i = 0; i < 5; ++i) refusal({.address = "10.0.0.1", .origin = "203.0.113.9"});
  BOOST_CHECK_NO_THROW(auth.check_address("203.0.113.9"));
  for (int i = 0; i < 3; ++i) BOOST_TEST(mentions(refusal(wrong), "not known"));
  BOOST_CHECK_THROW(auth.check_address("203.0.113.9"), ApiError);
  BOOST_CHECK_NO_THROW(auth.check_address("10.0.0.1"));
}

BOOST_AUTO_TEST_CASE(a_local_caller_is_not_counted_while_there_are_no_clients) {
  for (int i = 0; i < 9; ++i) {
    const Caller caller{.token = "anything", .address = "127.0.0.1", .origin = "127.0.0.1"};
    BOOST_TEST(refusal(caller) == "");
    refusal({.token = "anything", .address = "192.0.2.1", .origin = "192.0.2.1"});
  }
  BOOST_TEST(number("SELECT count(*) FROM failed_addresses") == 0);
}

BOOST_AUTO_TEST_CASE(models_may_be_named_as_the_client_or_as_the_upstream_does) {
  const ClientRights rights{.models = {"claude-haiku-*", "gemini-3.5-flash"}};
  BOOST_TEST(rights.allows_model("Claude-Haiku-5", "gemini-3.8-flash"));
  BOOST_TEST(rights.allows_model("gemini-flash-high", "gemini-3.5-flash"));
  BOOST_TEST(!rights.allows_model("claude-opus-5-5", "gemini-4-hydrogen"));
  BOOST_TEST(!rights.allows_model("gemini-3.5-flash-lite", "gemini-3.5-flash-lite"));
  BOOST_TEST(ClientRights().allows_model("anything", "at-all"));
}

BOOST_AUTO_TEST_CASE(rights_are_kept_and_can_be_changed) {
  const ClientRights rights{.expires_ms = 5,
                            .models = {"a-*", "b"},
                            .is_client = false,
                            .is_admin = true,
                            .limits = {.requests_per_minute = 1,
                                       .requests_per_day = 2,
                                       .tokens_per_minute = 3,
                                       .tokens_per_day = 4,
                                       .budget = 5,
                                       .streams = 6}};
  clients.add("laptop", {}, rights);
  BOOST_CHECK(clients.find("laptop").rights == rights);
  clients.set(1, {});
  BOOST_CHECK(clients.find("1").rights == ClientRights{});
  BOOST_CHECK_THROW(clients.find("nobody"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
