#include "gemini/tool_names.h"

#include <boost/test/unit_test.hpp>

namespace castor::gemini {

BOOST_AUTO_TEST_SUITE(tool_names)

BOOST_AUTO_TEST_CASE(legal_names_pass_unchanged) {
  ToolNames names;
  for (const std::string& name : {std::string("Read"), std::string("mcp__odd.picture-2"),
                                  std::string("_x"), std::string(64, 'n')}) {
    BOOST_TEST(names.to_gemini(name) == name);
  }
  BOOST_TEST(names.changed().empty());
}

// S15: one bad name makes all tools fail.
BOOST_AUTO_TEST_CASE(s15_illegal_names_become_legal_and_find_their_way_back) {
  ToolNames names;
  const std::string bad[] = {
      "",
      "1st",
      "a b",
      "a::b",
      "user@host",
      "gr\xC3\xBC\xC3\x9F",
      std::string(65, 'n'),
      std::string(65, 'n') + "2",
  };
  for (const std::string& name : bad) {
    const std::string legal = names.to_gemini(name);
    BOOST_TEST(is_legal_tool_name(legal), name << " became " << legal);
    BOOST_TEST(names.to_gemini(name) == legal);
    BOOST_TEST(names.changed().at(legal) == name);
  }
  BOOST_TEST(names.changed().size() == std::size(bad));
}

BOOST_AUTO_TEST_CASE(a_name_does_not_depend_on_the_others) {
  ToolNames first, second;
  first.to_gemini("x y");
  BOOST_TEST(first.to_gemini("a b") == second.to_gemini("a b"));
}

BOOST_AUTO_TEST_CASE(a_name_that_is_taken_is_not_given_twice) {
  ToolNames names;
  const std::string legal = ToolNames().to_gemini("a b");
  BOOST_TEST(names.to_gemini(legal) == legal);
  BOOST_TEST(names.to_gemini("a b") != legal);
  BOOST_TEST(names.changed().at(names.to_gemini("a b")) == "a b");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
