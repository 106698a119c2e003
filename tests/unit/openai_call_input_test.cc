#include <boost/test/unit_test.hpp>

#include "openai/call_input.h"

namespace castor::openai {

BOOST_AUTO_TEST_SUITE(openai_call_input)

BOOST_AUTO_TEST_CASE(arguments_are_read_as_they_stand) {
  BOOST_TEST(parse_arguments(R"( {"a": 1.0, "a b": [null]} )", {}) ==
             json::parse(R"({"a":1.0,"a b":[null]})"));
}

BOOST_AUTO_TEST_CASE(no_arguments_are_an_empty_object) {
  BOOST_TEST(parse_arguments("", {}) == json::object());
  BOOST_TEST(parse_arguments(" \n", {}) == json::object());
}

BOOST_AUTO_TEST_CASE(arguments_that_are_no_json_are_kept_raw) {
  for (const std::string text : {"{\"a\":", "ls -l", "{} {}", "{'a': 1}"}) {
    const json::value arguments = parse_arguments(json::string(text), {});
    BOOST_TEST(arguments == json::value({{"_raw", text}}));
  }
  const std::string bomb = std::string(100'000, '[') + std::string(100'000, ']');
  BOOST_TEST(parse_arguments(json::string(bomb), {}).at("_raw").as_string() == bomb);
}

BOOST_AUTO_TEST_CASE(C2_the_input_of_a_custom_tool_survives_byte_for_byte) {
  const std::string patch("*** \"Begin\" \\ Patch\n+\t\xF0\x9F\x98\x80\r\n\0end", 32);
  const json::value arguments = input_arguments(json::string(patch), {});
  BOOST_TEST(custom_input(arguments.get_object()) == patch);
}

BOOST_AUTO_TEST_CASE(a_model_may_call_the_input_otherwise) {
  BOOST_TEST(custom_input({{"patch", "x"}}) == "x");
  BOOST_TEST(custom_input({{"input", "x"}, {"note", "y"}}) == "x");
  BOOST_TEST(custom_input({{"input", {{"a", 1}}}}) == R"({"input":{"a":1}})");
  BOOST_TEST(custom_input({{"a", "x"}, {"b", "y"}}) == R"({"a":"x","b":"y"})");
  BOOST_TEST(custom_input({}) == "{}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
