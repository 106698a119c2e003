#include <boost/test/unit_test.hpp>

#include "openai/usage.h"

namespace castor::openai {

BOOST_AUTO_TEST_SUITE(openai_usage)

BOOST_AUTO_TEST_CASE(U6_U8_input_includes_what_was_cached_and_output_the_thoughts) {
  const Usage usage{
      .prompt = 100, .cached = 64, .tool_prompt = 7, .candidates = 20, .thoughts = 30};
  BOOST_TEST(chat_usage(usage, {}) == json::parse(R"({
      "prompt_tokens": 107, "completion_tokens": 50, "total_tokens": 157,
      "prompt_tokens_details": {"cached_tokens": 64},
      "completion_tokens_details": {"reasoning_tokens": 30}})"));
  BOOST_TEST(responses_usage(usage, {}) == json::parse(R"({
      "input_tokens": 107, "input_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 0},
      "output_tokens": 50, "output_tokens_details": {"reasoning_tokens": 30},
      "total_tokens": 157})"));
}

BOOST_AUTO_TEST_CASE(U3_what_was_never_counted_is_estimated) {
  const ReplyIdentity identity{.estimated_input_tokens = 70};
  BOOST_TEST(chat_usage({}, identity).at("prompt_tokens") == 70);
  BOOST_TEST(chat_usage({}, identity).at("total_tokens") == 70);
  BOOST_TEST(responses_usage({.candidates = 5}, identity).at("total_tokens") == 75);
  BOOST_TEST(chat_usage({.prompt = 3}, identity).at("prompt_tokens") == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
