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
  const value large{{"a", std::string(10'000, 'x')}, {"b", {1, nullptr, true}}};
  out.clear();
  append_value(out, large);
  BOOST_TEST(json::parse(std::string_view(out)) == large);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::json
