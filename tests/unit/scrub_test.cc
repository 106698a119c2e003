#include "util/scrub.h"

#include <boost/test/unit_test.hpp>

namespace castor {

BOOST_AUTO_TEST_SUITE(scrub)

// K2, K3.
BOOST_AUTO_TEST_CASE(what_looks_like_a_key_is_replaced) {
  const std::string google = "AIza" + std::string(35, 'x');
  const std::string studio = "AQ." + std::string(50, 'y') + "-_z";
  const struct {
    std::string text;
    std::string expected;
  } cases[] = {
      {"Consumer 'api_key:" + google + "' has been suspended.",
       "Consumer 'api_key:***' has been suspended."},
      {"Consumer 'api_key:short' is gone", "Consumer 'api_key:***' is gone"},
      {"GET /v1beta/models?key=abc123&alt=sse", "GET /v1beta/models?key=***&alt=sse"},
      {"x-goog-api-key: " + studio, "x-goog-api-key: ***"},
      {R"({"apiKey": "s3cret"})", R"({"apiKey": "***"})"},
      {"API_KEY=s3cret, next", "API_KEY=***, next"},
      {"Invalid API key: s3cret", "Invalid API key: ***"},
      {"bare " + google + " and " + studio + ".", "bare *** and ***"},
      {"(" + google + ")", "(***)"},
  };
  for (const auto& test : cases) {
    BOOST_TEST(scrub_keys(test.text) == test.expected);
    BOOST_TEST(scrub_keys(test.expected) == test.expected);
  }
}

BOOST_AUTO_TEST_CASE(other_text_stays_as_it_is) {
  for (const char* text :
       {"", "key", "key=", "api_key:", "API key not valid. Please pass a valid API key.",
        "see FAQ.html-for-everything-there-is-to-know", "AIza is a prefix", "AQ. too",
        "missing key: name", "monkey and keyboard", "\xC3\xA4\xFF"}) {
    BOOST_TEST(scrub_keys(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(long_texts_take_linear_time) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "AIza.";
  BOOST_TEST(scrub_keys(text) == "***");
  for (char& c : text) c = c == '.' ? ' ' : c;
  BOOST_TEST(scrub_keys(text) == text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
