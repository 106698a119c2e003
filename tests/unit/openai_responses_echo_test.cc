#include <boost/test/unit_test.hpp>

#include "openai/responses_echo.h"

namespace castor::openai {
namespace {

json::object echo_of(json::value request, bool stores = false) {
  const std::string echo = "{" + responses_echo(json::Field(request), stores) + "}";
  return json::parse(std::string_view(echo)).as_object();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openai_responses_echo)

BOOST_AUTO_TEST_CASE(what_the_request_does_not_say_has_openais_default) {
  const json::object echo = echo_of({{"temperature", nullptr}});
  BOOST_TEST(echo.at("store") == false);
  BOOST_TEST(echo.at("tools") == json::array());
  BOOST_TEST(echo.at("tool_choice") == "auto");
  BOOST_TEST(echo.at("parallel_tool_calls") == true);
  BOOST_TEST(echo.at("temperature").is_null());
  BOOST_TEST(echo.at("text").at("format").at("type") == "text");
}

BOOST_AUTO_TEST_CASE(what_it_says_is_repeated) {
  const json::value tools{{{"type", "custom"}, {"name", "say"}}};
  const json::object echo =
      echo_of({{"tools", json::array({tools})}, {"metadata", {{"k", "\"ä\""}}}}, true);
  BOOST_TEST(echo.at("store") == true);
  BOOST_TEST(echo.at("tools").at(0) == tools);
  BOOST_TEST(echo.at("metadata").at("k") == "\"ä\"");
}

BOOST_AUTO_TEST_CASE(what_would_be_most_of_the_answer_is_not) {
  const json::object echo = echo_of({{"instructions", std::string(70'000, 'x')}});
  BOOST_TEST(echo.at("instructions").is_null());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
