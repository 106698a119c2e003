#include "json/array_splitter.h"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace castor::json {
namespace {

struct Splitter {
  std::vector<std::string> elements;
  ArraySplitter splitter{[this](std::string_view element) { elements.emplace_back(element); }, 100};

  // Feeds a text in pieces; the bytes that could be sent before its end.
  std::size_t feed(std::string_view text, std::size_t size) {
    std::size_t complete = 0;
    for (std::size_t i = 0; i < text.size(); i += size) {
      if (!splitter.feed(text.substr(i, size))) break;
      if (splitter.complete() > 0) complete = i + splitter.complete();
    }
    return complete;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(array_splitter)

BOOST_AUTO_TEST_CASE(elements_are_found_however_the_text_is_cut) {
  const std::string text = " [{\"a\":\"]}\\\"\\\\\"} ,\r\n[[1],{}], {\"b\":{\"c\":[]}}\n] \n";
  const std::vector<std::string> expected{R"({"a":"]}\"\\"})", "[[1],{}]", R"({"b":{"c":[]}})"};
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Splitter split;
    // Up to the last element: the bracket behind it is for whoever knows that all went well.
    BOOST_TEST(split.feed(text, size) == text.find("\n] \n"));
    BOOST_TEST(split.elements == expected, boost::test_tools::per_element());
    BOOST_TEST(split.splitter.closed());
  }
}

BOOST_AUTO_TEST_CASE(an_array_can_be_closed_behind_what_is_complete) {
  Splitter split;
  BOOST_TEST(split.feed("[", 1) == 1u);
  BOOST_TEST(split.feed("{\"a\":", 2) == 0u);
  BOOST_TEST(!split.splitter.closed());
  BOOST_TEST(split.feed("1},", 3) == 2u);
  BOOST_TEST(split.elements.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_no_such_array_is_lost) {
  for (const char* const text : {"{\"error\":{}}", "[1]", "[] []", "<html>", "[\"a\"]"}) {
    Splitter split;
    BOOST_TEST(!split.splitter.feed(text), text);
    BOOST_TEST(!split.splitter.feed("[{}]"), text);
    BOOST_TEST(split.elements.empty(), text);
  }
  Splitter split;
  BOOST_TEST(!split.splitter.feed("[{\"a\":\"" + std::string(100, 'x')));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::json
