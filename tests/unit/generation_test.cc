#include "gemini/generation.h"

#include <boost/test/unit_test.hpp>

namespace castor::gemini {

namespace {

GenerateCall call_for(Model model) {
  GenerateCall call;
  call.choice.model = std::move(model);
  return call;
}

std::string written(const GenerationWish& wish, GenerateCall& call,
                    const TranslationConfig& config = {}) {
  write_generation(wish, config, call);
  return json::serialize(call.body);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(generation)

BOOST_AUTO_TEST_CASE(no_wishes_write_nothing) {
  GenerateCall call = call_for({});
  BOOST_TEST(written({}, call) == "{}");
}

BOOST_AUTO_TEST_CASE(u11_tokens_are_clamped_to_the_smaller_of_both_limits) {
  static const struct {
    std::int64_t model, operators, wished, expected;
  } cases[] = {
      {65536, 65536, 128000, 65536}, {65536, 32768, 128000, 32768}, {8192, 65536, 128000, 8192},
      {65536, 65536, 65536, 65536},  {65536, 65536, 2048, 2048},
  };
  for (const auto& test : cases) {
    GenerateCall call = call_for({.output_limit = test.model});
    const GenerationWish wish{.max_tokens = test.wished};
    written(wish, call, {.max_output_tokens = test.operators});
    const json::value& tokens = call.body.at("generationConfig").at("maxOutputTokens");
    BOOST_TEST(tokens.as_int64() == test.expected);
    BOOST_TEST(call.notes.empty() == (test.wished == test.expected));
  }
}

BOOST_AUTO_TEST_CASE(a_short_answer_of_a_model_that_does_not_think_stays_short) {
  GenerateCall call = call_for({.thinking = Model::Thinking::none});
  BOOST_TEST(written({.max_tokens = 100}, call) ==
             R"({"generationConfig":{"maxOutputTokens":100}})");
}

BOOST_AUTO_TEST_CASE(penalties_stay_below_two_and_are_noted_where_they_are_refused) {
  const GenerationWish wish{.presence_penalty = 2.0, .frequency_penalty = -3.0, .seed = 7};
  GenerateCall call = call_for({});
  written(wish, call);
  const json::value& config = call.body.at("generationConfig");
  BOOST_TEST(config.at("presencePenalty").as_double() == 1.999);
  BOOST_TEST(config.at("frequencyPenalty").as_double() == -2.0);
  BOOST_TEST(config.at("seed").as_int64() == 7);

  GenerateCall refused = call_for({.penalties = false});
  BOOST_TEST(written(wish, refused) == R"({"generationConfig":{"seed":7}})");
  BOOST_TEST((refused.notes ==
              std::vector<std::string>{"dropped=presence_penalty", "dropped=frequency_penalty"}));
}

BOOST_AUTO_TEST_CASE(sampling_out_of_range_is_brought_into_it_and_noted) {
  static const struct {
    double temperature, top_p;
    std::int64_t top_k;
    const char* expected;
    std::vector<std::string> notes;
  } cases[] = {
      {2.0, 1.0, 1000, R"({"temperature":2E0,"topP":1E0,"topK":1000})", {}},
      {0.0, 0.0, 1, R"({"temperature":0E0,"topP":0E0,"topK":1})", {}},
      {2.5,
       1.5,
       1001,
       R"({"temperature":2E0,"topP":1E0,"topK":1000})",
       {"clamped=temperature", "clamped=top_p", "clamped=top_k"}},
      {-1.0,
       -0.5,
       0,
       R"({"temperature":0E0,"topP":0E0})",
       {"clamped=temperature", "clamped=top_p", "dropped=top_k"}},
      {1.0, 0.5, -1, R"({"temperature":1E0,"topP":5E-1})", {"dropped=top_k"}},
  };
  for (const auto& test : cases) {
    const GenerationWish wish{
        .temperature = test.temperature, .top_p = test.top_p, .top_k = test.top_k};
    GenerateCall call = call_for({});
    written(wish, call);
    BOOST_TEST(json::serialize(call.body.at("generationConfig")) == test.expected);
    BOOST_TEST(call.notes == test.notes);

    GenerateCall refused = call_for({.sampling = false});
    BOOST_TEST(written(wish, refused) == "{}");
    BOOST_TEST((refused.notes ==
                std::vector<std::string>{"dropped=temperature", "dropped=top_p", "dropped=top_k"}));
  }
}

BOOST_AUTO_TEST_CASE(a_model_of_the_openapi_subset_gets_its_kind_of_schema) {
  GenerateCall call = call_for({.json_schema = false});
  written({.json = true, .schema = json::parse(R"({"type":"string"})")}, call);
  const json::object& config = call.body.at("generationConfig").as_object();
  BOOST_TEST(config.contains("responseSchema"));
  BOOST_TEST(!config.contains("responseJsonSchema"));

  GenerateCall open = call_for({.json_schema = false});
  BOOST_TEST(written({.json = true, .schema = json::parse(R"({"type":"object"})")}, open) ==
             R"({"generationConfig":{"responseMimeType":"application/json",)"
             R"("responseJsonSchema":{"type":"object"}}})");

  GenerateCall unsaid = call_for({.json_schema = false});
  BOOST_TEST(written({.json = true, .schema = json::parse(R"({"title":"T"})")}, unsaid) ==
             R"({"generationConfig":{"responseMimeType":"application/json"}})");
}

BOOST_AUTO_TEST_CASE(c10_json_beside_functions_is_asked_for_in_words_where_it_is_refused) {
  GenerateCall call = call_for({.json_with_tools = false});
  call.body["tools"] = json::parse(R"([{"functionDeclarations":[{"name":"f"}]}])");
  write_generation({.json = true}, {}, call);
  BOOST_TEST(!call.body.contains("generationConfig"));
  const json::value& part = call.body.at("systemInstruction").at("parts").at(0);
  BOOST_TEST(part.at("text").as_string().starts_with("When you give your final answer"));

  GenerateCall search = call_for({.json_with_tools = false});
  search.body["tools"] = json::parse(R"([{"googleSearch":{}}])");
  write_generation({.json = true}, {}, search);
  BOOST_TEST(search.body.at("generationConfig").at("responseMimeType") == "application/json");
}

BOOST_AUTO_TEST_CASE(a_model_that_makes_pictures_is_asked_for_words_and_pictures) {
  GenerateCall call = call_for({.image_output = true});
  BOOST_TEST(written({}, call) ==
             R"({"generationConfig":{"responseModalities":["TEXT","IMAGE"]}})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
