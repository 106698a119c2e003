#include "util/crypto.h"

#include <boost/test/unit_test.hpp>

#include "util/text.h"

namespace castor::crypto {

BOOST_AUTO_TEST_SUITE(crypto)

// FIPS 180-4 and RFC 4231, test case 2.
BOOST_AUTO_TEST_CASE(hashes_are_the_published_ones) {
  BOOST_TEST(hex(sha256("abc")) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_CASE(what_is_sealed_opens_with_the_same_key_and_purpose_only) {
  const std::string key = random_bytes(kKeySize), other = random_bytes(kKeySize);
  for (const std::string& plain : {std::string(), std::string("k1"), std::string(200, 'x')}) {
    const std::string sealed = seal(key, plain, "api key");
    BOOST_TEST(sealed.size() == plain.size() + 29);
    BOOST_TEST(open(key, sealed, "api key").value() == plain);
    BOOST_TEST(!open(other, sealed, "api key").has_value());
    BOOST_TEST(!open(key, sealed, "client key").has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_changed_or_cut_blob_does_not_open) {
  const std::string key = random_bytes(kKeySize);
  const std::string sealed = seal(key, "secret", "purpose");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    BOOST_TEST(!open(key, changed, "purpose").has_value(), "byte " << i);
    BOOST_TEST(!open(key, sealed.substr(0, i), "purpose").has_value(), "cut at " << i);
  }
}

BOOST_AUTO_TEST_CASE(the_same_text_is_never_sealed_alike) {
  const std::string key = random_bytes(kKeySize);
  BOOST_TEST(seal(key, "secret", "") != seal(key, "secret", ""));
}

BOOST_AUTO_TEST_CASE(comparison_looks_at_every_byte_and_the_length) {
  BOOST_TEST(equal("abc", "abc"));
  BOOST_TEST(!equal("abc", "abd"));
  BOOST_TEST(!equal("abc", "abcd"));
  std::string secret = "secret";
  wipe(secret);
  BOOST_TEST(secret.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::crypto
