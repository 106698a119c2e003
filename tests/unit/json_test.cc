#include "json/json.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "json/field.h"

namespace castor::json {

BOOST_AUTO_TEST_SUITE(json_parse)

BOOST_AUTO_TEST_CASE(an_escape_of_half_a_surrogate_pair_becomes_a_replacement_character) {
  BOOST_TEST(parse(R"(["a\ud83d b","\udc00","\ud83d\ude00","\\ud83d"])") ==
             parse("[\"a\xEF\xBF\xBD b\",\"\xEF\xBF\xBD\",\"\xF0\x9F\x98\x80\",\"\\\\ud83d\"]"));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_refused_with_the_member_they_are_in) {
  try {
    parse("{\"messages\":[{\"role\":\"user\"},{\"content\":\"\xff\"}]}");
    BOOST_FAIL("accepted");
  } catch (const ParseError& error) {
    BOOST_TEST(
        std::string(error.what()).starts_with("messages[1].content: not valid JSON at byte"));
  }
}

BOOST_AUTO_TEST_CASE(a_cut_body_is_said_to_be_cut) {
  try {
    parse("{\"model\":\"x");
    BOOST_FAIL("accepted");
  } catch (const ParseError& error) {
    BOOST_TEST(std::string(error.what()).find("web server's limit") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(two_hundred_and_fifty_six_levels_pass_and_more_do_not) {
  BOOST_CHECK_NO_THROW(parse(std::string(250, '[') + std::string(250, ']')));
  BOOST_CHECK_THROW(parse(std::string(300, '[') + std::string(300, ']')), ParseError);
}

BOOST_AUTO_TEST_CASE(the_values_live_in_the_storage_that_is_given) {
  monotonic_resource arena;
  const value document = json::parse(R"({"a":[{"b":"c"}]})", storage_ptr(&arena));
  BOOST_TEST(document.storage().get() == &arena);
  BOOST_TEST(document.at("a").at(0).at("b").get_string().storage().get() == &arena);
}

BOOST_AUTO_TEST_CASE(numbers_are_read_to_the_nearest_double) {
  static const struct {
    const char* text;
    double number;
  } cases[] = {
      {"946.3732872479505", 946.3732872479505},
      {"-14.700317949999999", -14.700317949999999},
      {"451.21490384453813", 451.21490384453813},
      {"9007199254740993.0", 9007199254740992.0},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"5E-324", 5e-324},
      {"-0.0", -0.0},
      {"1e+2", 100.0},
      {"123456789012345678901234567890", 123456789012345678901234567890.0},
  };
  for (const auto& test : cases) {
    const std::string text = test.text;
    BOOST_TEST(parse(text).as_double() == test.number, text);
    BOOST_TEST(parse("[" + text + ",1]").at(0).as_double() == test.number, text);
    BOOST_TEST(parse("{\"a\":" + text + "}").at("a").as_double() == test.number, text);
  }
  BOOST_TEST(parse("9007199254740993").as_int64() == 9007199254740993);
  BOOST_TEST(parse("18446744073709551615").as_uint64() == 18446744073709551615u);

  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const double number = std::ldexp(static_cast<double>(random() >> 11), -43);
    const value once = value(number + 0.1);
    BOOST_TEST(parse(serialize(once)).to_number<double>() == once.as_double());
  }
}

BOOST_AUTO_TEST_CASE(text_after_the_document_is_refused) {
  BOOST_CHECK_THROW(parse("{} x"), ParseError);
  BOOST_CHECK_NO_THROW(parse(" {} \r\n"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(json_field)

BOOST_AUTO_TEST_CASE(a_complaint_names_the_way_to_the_field) {
  value document = parse(R"({"messages":[{"content":[{"type":7}]}]})");
  const Field root(document);
  const Field messages = root["messages"];
  const Field message = messages.at(0);
  const Field content = message["content"];
  const Field block = content.at(0);
  const Field type = block["type"];
  try {
    type.string();
    BOOST_FAIL("accepted");
  } catch (const FieldError& error) {
    BOOST_TEST(error.what() == "messages[0].content[0].type: expected a string");
    BOOST_TEST(error.path() == "messages[0].content[0].type");
  }
}

BOOST_AUTO_TEST_CASE(a_missing_member_is_empty_until_it_is_needed) {
  value document = parse(R"({"a":null})");
  const Field root(document);
  const Field absent = root["b"];
  const Field deeper = absent["c"];
  BOOST_TEST(deeper.empty());
  BOOST_TEST(deeper.size() == 0u);
  BOOST_TEST(deeper.integer_or(5) == 5);
  BOOST_CHECK_EXCEPTION(deeper.string(), FieldError, [](const FieldError& error) {
    return std::string(error.what()) == "b.c: is required: expected a string";
  });
}

BOOST_AUTO_TEST_CASE(integers_may_be_written_as_doubles_and_saturate) {
  value document = parse("[3.0, 1e300, 18446744073709551615, 2.5]");
  const Field root(document);
  BOOST_TEST(root.at(0).integer() == 3);
  BOOST_TEST(root.at(1).integer() == std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(root.at(2).integer() == std::numeric_limits<std::int64_t>::max());
  BOOST_CHECK_THROW(root.at(3).integer(), FieldError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::json
