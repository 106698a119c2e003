#include "util/text.h"

#include <boost/test/unit_test.hpp>

namespace castor {

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(patterns_match_with_stars) {
  static const struct {
    const char* pattern;
    const char* text;
    bool expected;
  } cases[] = {
      {"claude-*", "claude-opus-5", true},
      {"claude-*", "claude", false},
      {"*-mini*", "gpt-5-mini", true},
      {"*-mini*", "gpt-5-mimi", false},
      {"*", "", true},
      {"", "", true},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"a", "ab", false},
  };
  for (const auto& test : cases) {
    BOOST_TEST(matches(test.pattern, test.text) == test.expected,
               test.pattern << " on " << test.text);
  }
}

BOOST_AUTO_TEST_CASE(base64_goes_both_ways) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
    BOOST_TEST(decode_base64(base64(bytes)).value() == bytes);
    BOOST_TEST(decode_base64(base64url(bytes)).value() == bytes);
  }
  BOOST_TEST(base64("fo") == "Zm8=");
  BOOST_TEST(base64url("\xff\xfe") == "__4");
  for (const char* text : {"a", "Zm8*", "Zm=8", "Zm8===", "Z m8"})
    BOOST_TEST(!is_base64(text), text);
}

BOOST_AUTO_TEST_CASE(text_is_cut_between_characters) {
  BOOST_TEST(cut_utf8("a\xC3\xA4", 2) == "a");
  BOOST_TEST(cut_utf8("a\xC3\xA4", 3) == "a\xC3\xA4");
}

BOOST_AUTO_TEST_CASE(a_data_url_has_a_type_and_base64) {
  const auto url = parse_data_url("data:image/png;base64,AAAA");
  BOOST_REQUIRE(url.has_value());
  BOOST_TEST(url->mime_type == "image/png");
  BOOST_TEST(url->base64 == "AAAA");
  BOOST_TEST(!parse_data_url("data:text/plain,hello").has_value());
  BOOST_TEST(!parse_data_url("https://example.org/a.png").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
