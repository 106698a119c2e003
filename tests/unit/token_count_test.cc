#include "gemini/token_count.h"

#include <boost/test/unit_test.hpp>

namespace castor::gemini {

namespace {

std::int64_t estimate(const std::string& text) {
  return estimate_tokens(json::parse(text).as_object());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(token_count)

// U4: compaction never came because only text was counted.
BOOST_AUTO_TEST_CASE(u4_system_tools_and_calls_count_as_text_does) {
  const std::string words(4000, 'w');
  const std::string system = R"({"systemInstruction":{"parts":[{"text":")" + words + R"("}]}})";
  const std::string tools =
      R"({"tools":[{"functionDeclarations":[{"description":")" + words + R"("}]}]})";
  const std::string result =
      R"({"contents":[{"parts":[{"functionResponse":{"response":{"output":")" + words +
      R"("}}}]}]})";
  for (const std::string& body : {system, tools, result}) {
    BOOST_TEST(estimate(body) >= 1000);
    BOOST_TEST(estimate(body) < 1100);
  }
}

BOOST_AUTO_TEST_CASE(media_count_by_what_they_cost_and_signatures_not_at_all) {
  const std::string megabyte(1 << 20, 'A');
  const auto part = [&](const char* type) {
    return estimate(R"({"inlineData":0,"parts":[{"inlineData":{"mimeType":")" + std::string(type) +
                    R"(","data":")" + megabyte + R"("}}]})");
  };
  BOOST_TEST(part("image/png") < 1200);
  BOOST_TEST(part("application/pdf") > 5'000);
  BOOST_TEST(part("application/pdf") < 20'000);
  BOOST_TEST(part("audio/mp3") < 5'000);
  BOOST_TEST(estimate(R"({"parts":[{"thoughtSignature":")" + megabyte + R"("}]})") < 10);
}

BOOST_AUTO_TEST_CASE(a_request_is_never_estimated_at_nothing) { BOOST_TEST(estimate("{}") == 1); }

// U5.
BOOST_AUTO_TEST_CASE(u5_the_body_for_counting_leaves_out_what_counting_refuses) {
  json::object body = json::parse(R"({"contents":[],"safetySettings":[],"tools":[],
      "generationConfig":{},"systemInstruction":{},"toolConfig":{}})")
                          .as_object();
  BOOST_TEST(json::serialize(count_tokens_body(std::move(body), "m")) ==
             R"({"generateContentRequest":{"model":"models/m","contents":[],)"
             R"("systemInstruction":{},"tools":[],"toolConfig":{}}})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
