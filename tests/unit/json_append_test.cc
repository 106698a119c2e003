#include <boost/test/unit_test.hpp>
#include <limits>

#include "json/append.h"

namespace castor::json {

BOOST_AUTO_TEST_SUITE(json_append)

BOOST_AUTO_TEST_CASE(every_byte_of_a_string_comes_back) {
  std::string text;
  for (int c = 0; c < 128; ++c) text += static_cast<char>(c);
  text += "\xC3\xA4\xE2\x80\xA8\xF0\x9F\x98\x80";
  for (const std::string& sample : {text, std::string(), std::string("plain"), std::string("\"")}) {
    std::string out;
    append_string(out, sample);
    BOOST_TEST(json::parse(std::string_view(out)).as_string() == sample);
  }
}

BOOST_AUTO_TEST_CASE(what_must_be_escaped_is_found_wherever_it_stands) {
  for (const char c : {'"', '\\', '\n', '\x1f', '\x00'}) {
    for (std::size_t at = 0; at < 24; ++at) {
      std::string text(24, '\xC3');
      for (std::size_t i = 1; i < text.size(); i += 2) text[i] = '\xA4';
      text = text.substr(0, at / 2 * 2) + c + text.substr(at / 2 * 2) + std::string(at, 'x');
      std::string out;
      append_string(out, text);
      BOOST_TEST(json::parse(std::string_view(out)).as_string() == text);
    }
  }
}

BOOST_AUTO_TEST_CASE(line_ends_are_escaped_since_events_are_lines) {
  std::string out = "x";
  append_string(out, "a\nb\rc\t\x01\"\\");
  BOOST_TEST(out == R"(x"a\nb\rc\t\u0001\"\\")");
}

BOOST_AUTO_TEST_CASE(integers_and_values_are_appended) {
  std::string out;
  append_integer(out, std::numeric_limits<std::int64_t>::min());
  append_integer(out, 0);
  BOOST_TEST(out == "-92233720368547758080");
  const value large{{"a", std::string(10'000, 'x')},
                    {"b", {1, nullptr, true, false, -0.25, 1e300, 18446744073709551615u}},
                    {"c", array{}},
                    {"d", object{}}};
  out.clear();
  append_value(out, large);
  BOOST_TEST(json::parse(std::string_view(out)) == large);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::json
