#include <boost/test/unit_test.hpp>

#include "gemini/path.h"

namespace castor::gemini {

BOOST_AUTO_TEST_SUITE(native_path)

BOOST_AUTO_TEST_CASE(a_method_stands_behind_the_last_colon) {
  BOOST_TEST(split_method("gemini-4-argon:countTokens").name == "gemini-4-argon");
  BOOST_TEST(split_method("gemini-4-argon:countTokens").method == "countTokens");
  BOOST_TEST(split_method("abc").name == "abc");
  BOOST_TEST(split_method("abc").method == "");
  BOOST_TEST(split_method(":").name == "");
}

BOOST_AUTO_TEST_CASE(the_version_is_the_last_before_the_collection) {
  BOOST_TEST(version_of("/v1/models/x:countTokens") == "v1");
  BOOST_TEST(version_of("/v1beta/models/v1") == "v1beta");
  BOOST_TEST(version_of("/v1/v1beta/files/v1") == "v1beta");
  BOOST_TEST(version_of("/upload/v1/files") == "v1");
  BOOST_TEST(version_of("/models/x") == "v1beta");
  BOOST_TEST(version_of("") == "v1beta");
}

BOOST_AUTO_TEST_CASE(names_are_plain) {
  for (const char* const name : {"gemini-3.8-flash", "abc_1", "A"}) {
    BOOST_TEST(is_plain_name(name), name);
  }
  for (const char* const name : {"", ".", "..", "a/b", "a?b", "a%2fb", "a b", "\xc3\xa9", "a:b"}) {
    BOOST_TEST(!is_plain_name(name), name);
  }
  BOOST_TEST(!is_plain_name(std::string(201, 'a')));
}

BOOST_AUTO_TEST_CASE(K2_of_a_query_neither_credentials_nor_the_unknown_go_on) {
  std::vector<std::string> notes;
  BOOST_TEST(forwarded_query("", notes) == "");
  BOOST_TEST(forwarded_query("key=SECRET", notes) == "");
  BOOST_TEST(forwarded_query("k%65y=SECRET&&alt=sse&access_token=S&pageSize=2", notes) ==
             "?alt=sse&pageSize=2");
  BOOST_TEST(notes.empty());
  BOOST_TEST(forwarded_query("$httpHeaders=x&alt=\x01&callback=f&pageToken=a%20b", notes) ==
             "?pageToken=a%20b");
  BOOST_TEST(notes == std::vector<std::string>{"dropped=query"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
