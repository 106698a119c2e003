#include "json/text_cursor.h"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "json/json.h"
#include "json/text_edits.h"

namespace castor::json {

BOOST_AUTO_TEST_SUITE(text_cursor)

BOOST_AUTO_TEST_CASE(members_and_elements_are_found_where_they_are) {
  const std::string text = " { \"a\" : [1, {\"b\":\"}\\\"]\"} ,[ ]] , \"a\\u0062\":-1.0e5 }  ";
  TextCursor cursor(text);
  std::vector<std::string> seen;
  cursor.each_member([&](std::string_view name) {
    seen.emplace_back(name);
    BOOST_TEST(text[cursor.name_position()] == '"');
    if (name != "a") {
      seen.emplace_back(cursor.skip());
      return;
    }
    cursor.each_element([&] { seen.emplace_back(cursor.skip()); });
    BOOST_TEST(text.substr(cursor.end() - 4, 4) == "[ ]]");
  });
  const std::vector<std::string> expected{"a", "1", R"({"b":"}\"]"})", "[ ]", "a\\u0062", "-1.0e5"};
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
  BOOST_TEST(cursor.peek() == '\0');
}

BOOST_AUTO_TEST_CASE(what_is_left_or_of_another_shape_is_passed_over) {
  TextCursor cursor(R"({"a":{"b":[1,2]},"c":"\\","d":null})");
  int visits = 0;
  cursor.each_member([&](std::string_view name) {
    ++visits;
    if (name == "c") cursor.each_element([&] { ++visits; });
    if (name == "d") cursor.each_member([&](std::string_view) { ++visits; });
  });
  BOOST_TEST(visits == 3);
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_json_throws_and_never_reads_beyond_its_end) {
  const std::string whole = R"({"a":[{"b":"x\"\\"},2.5,true],"c":{"d":[]}})";
  const auto walk = [](const std::string& text) {
    TextCursor cursor(text);
    cursor.each_member([&](std::string_view) {
      cursor.each_element([&] { cursor.each_member([](std::string_view) {}); });
    });
  };
  walk(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    BOOST_CHECK_THROW(walk(whole.substr(0, size)), ParseError);
  }
  for (const char* const wrong :
       {"{\"a\"}", "{\"a\":}", "{1:2}", "{\"a\":1 2}", "{\"a\":1,}", "{,}", "]", "{\"a\":[1,]}",
        "{\"a\":1]", ":", "{\"a\" \"b\":1}"}) {
    BOOST_CHECK_THROW(walk(wrong), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(strings_are_read_with_their_escapes) {
  BOOST_TEST(string_of(R"("https:\/\/a\u0041")") == "https://aA");
  BOOST_TEST(string_of(R"("plain")") == "plain");
  BOOST_TEST(string_of("12") == "");
  BOOST_TEST(string_of("") == "");
}

BOOST_AUTO_TEST_CASE(edits_are_made_at_once_and_in_any_order) {
  std::string text = "0123456789";
  TextEdits edits;
  edits.remove(8, 10);
  edits.remove(2, 4);
  edits.insert(2, "two");
  edits.replace(5, 1, "five");
  edits.apply(text);
  BOOST_TEST(text == "01two4five67");
  BOOST_TEST(edits.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::json
