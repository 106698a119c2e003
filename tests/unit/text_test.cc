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

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_are_replaced) {
  static const struct {
    std::string_view bytes, text;
  } cases[] = {
      {"", ""},
      {"a\u00e4\u20ac\U0001F600", "a\u00e4\u20ac\U0001F600"},
      {"a\xff", "a\uFFFD"},
      {"\xC3", "\uFFFD"},
      {"\xC3(", "\uFFFD("},
      {"\xE2\x82", "\uFFFD\uFFFD"},
      {"\xC0\x80", "\uFFFD\uFFFD"},                      // a longer spelling of NUL
      {"\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD"},            // of '/'
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},            // half of a surrogate pair
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // above U+10FFFF
  };
  for (const auto& test : cases) BOOST_TEST(valid_utf8(test.bytes) == test.text);
}

BOOST_AUTO_TEST_CASE(printable_text_is_one_line_that_no_terminal_obeys) {
  BOOST_TEST(printable("a\r\nb") == "a  b");
  BOOST_TEST(printable("\x1b[2J") == "\\x1b[2J");
  BOOST_TEST(printable(std::string_view("a\0b\x7f\t", 5)) == "a\\x00b\\x7f\\x09");
  BOOST_TEST(printable("\u009b2J \u00a0\u00e4") == "\\x9b2J \u00a0\u00e4");
  BOOST_TEST(printable("\x9b\xC2") == "\uFFFD\uFFFD");
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
