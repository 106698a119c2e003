#include "domain/client_auth.h"

#include <boost/test/unit_test.hpp>

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

  ClientAuth auth{database, secrets};
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
  BOOST_TEST(auth.check({.token = key, .address = "203.0.113.9", .was_forwarded = true}).value() ==
             1);
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
  BOOST_TEST(auth.check({.token = key, .address = ""}).value() == 1);
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
