#include "domain/secret_box.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "processes.h"
#include "temporary_folder.h"
#include "util/text.h"

namespace castor {
namespace {

constexpr auto kApiKey = SecretPurpose::api_key;
constexpr auto kClientKey = SecretPurpose::client_key;

// What reading a key file with this content and mode says; "": nothing against it.
std::string complaint(const std::string& content, mode_t mode) {
  const TemporaryFolder folder;
  const std::string path = folder / "castor.key";
  std::ofstream(path) << content;
  chmod(path.c_str(), mode);
  try {
    SecretBox::from_file(path);
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(secret_box)

BOOST_AUTO_TEST_CASE(a_secret_opens_with_its_own_key_and_purpose_only) {
  const SecretBox box(std::string(32, 'a')), other(std::string(32, 'b'));
  const std::string sealed = box.seal(kApiKey, "AQ.secret");
  BOOST_TEST(box.open(kApiKey, sealed).value() == "AQ.secret");
  BOOST_TEST(!box.open(kClientKey, sealed).has_value());
  BOOST_TEST(!other.open(kApiKey, sealed).has_value());
  BOOST_TEST(sealed.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(fingerprints_depend_on_the_secret_the_purpose_and_the_key_file) {
  const SecretBox box(std::string(32, 'a')), other(std::string(32, 'b'));
  const std::string fingerprint = box.fingerprint(kApiKey, "k1");
  BOOST_TEST(fingerprint == box.fingerprint(kApiKey, "k1"));
  BOOST_TEST(fingerprint != box.fingerprint(kApiKey, "k2"));
  BOOST_TEST(fingerprint != box.fingerprint(kClientKey, "k1"));
  BOOST_TEST(fingerprint != other.fingerprint(kApiKey, "k1"));
}

BOOST_AUTO_TEST_CASE(a_key_file_is_base64_or_hexadecimal) {
  const std::string key = std::string(31, 'x') + '\0';
  for (const std::string& content : {base64(key) + "\n", hex(key), base64url(key) + " \r\n"}) {
    BOOST_TEST(complaint(content, 0600) == "", content);
  }
  for (const std::string& content :
       {std::string(), std::string("secret"), base64(key + key), std::string(64, 'g')}) {
    BOOST_TEST(complaint(content, 0600).find("must hold 32 bytes") != std::string::npos, content);
  }
}

BOOST_AUTO_TEST_CASE(a_key_file_that_others_can_read_is_refused_with_the_remedy) {
  const std::string content = base64(std::string(32, 'x'));
  for (const mode_t mode : {0640, 0604, 0666}) {
    BOOST_TEST(complaint(content, mode).find("chmod 600 /") != std::string::npos);
  }
  BOOST_TEST(complaint(content, 0400) == "");
}

BOOST_AUTO_TEST_CASE(a_missing_key_file_is_made_when_asked_for) {
  const TemporaryFolder folder;
  const std::string path = default_key_file(folder / "castor.db");
  BOOST_TEST(path == folder / "castor.key");
  BOOST_CHECK_THROW(SecretBox::from_file(path), std::runtime_error);
  const std::string sealed = SecretBox::from_file_or_new(path).seal(kApiKey, "secret");
  BOOST_TEST(SecretBox::from_file(path).open(kApiKey, sealed).value() == "secret");
  struct stat status;
  BOOST_REQUIRE(stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777) == 0600u);
}

BOOST_AUTO_TEST_CASE(processes_that_start_at_once_share_one_key_file) {
  const TemporaryFolder folder;
  const std::string path = folder / "castor.key";
  BOOST_TEST(succeed_in_processes(8, [&](int number) {
    const SecretBox box = SecretBox::from_file_or_new(path);
    std::ofstream(folder / ("print-" + std::to_string(number)).c_str())
        << hex(box.fingerprint(kApiKey, "x"));
    return true;
  }));
  const std::string expected = hex(SecretBox::from_file(path).fingerprint(kApiKey, "x"));
  for (int number = 0; number < 8; ++number) {
    std::string print;
    std::ifstream(folder / ("print-" + std::to_string(number)).c_str()) >> print;
    BOOST_TEST(print == expected);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
