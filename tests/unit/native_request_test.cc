#include "gemini/native_request.h"

#include <boost/test/unit_test.hpp>

#include "json/json.h"

namespace castor::gemini {
namespace {

struct Native {
  // A model that refuses what today's refuse, thinks by level, and demands signatures.
  ModelChoice choice{
      .model = {.id = "gemini-3.8-flash", .lowest = ThinkingLevel::low, .sampling = false}};
  NativeRules rules{.choice = choice, .resolve = [](std::string_view name) {
                      return name == "flash" ? std::string("gemini-3.8-flash") : std::string(name);
                    }};

  // The body as it goes upstream.
  std::string forwarded(std::string body) {
    found = read_native(body, rules);
    found.edits.apply(body);
    return body;
  }
  NativeRequest found;
};

const std::string kDummy = R"(,"thoughtSignature":"skip_thought_signature_validator")";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(native_request, Native)

BOOST_AUTO_TEST_CASE(what_need_not_change_passes_byte_for_byte) {
  for (const char* const body : {
           "",
           "nonsense",
           "[]",
           "{\"contents\":[",
           "{ \"contents\" : [ {\"role\":\"user\", \"parts\":[{\"text\":\"\\ud83d lone\"}]} ] ,\n"
           " \"contents\":[], \"x\": 1.0, \"y\": 100000.0, \"z\": 18446744073709551616 }",
           R"({"contents":[{"parts":[{"functionCall":{"name":"f"},"thoughtSignature":""}]}]})",
           R"({"generation_config":{"max_output_tokens":1.0,"thinking_config":{}}})",
           "{\"contents\":[{\"parts\":[{\"text\":\"\xff\xfe\"}]}]}",
       }) {
    BOOST_TEST(forwarded(body) == body);
    BOOST_TEST(found.notes.empty());
  }
}

BOOST_AUTO_TEST_CASE(D13_sampling_goes_where_the_model_refuses_it) {
  static const struct {
    const char *config, *forwarded;
  } cases[] = {
      {R"({"temperature":1,"topP":0.95,"topK":64})", "{}"},
      {R"({"temperature":1,"maxOutputTokens":1.0})", R"({"maxOutputTokens":1.0})"},
      {R"({"maxOutputTokens":5 , "top_p":0.9 })", R"({"maxOutputTokens":5 })"},
      {R"({"a":1,"temperature":1,"top_k":2,"b":2,"candidateCount":1})", R"({"a":1,"b":2})"},
      {R"({ "temperature" : [1,{"topP":2}] , "temperature":0, "seed":7})", R"({ "seed":7})"},
  };
  for (const auto& test : cases) {
    const std::string before = R"({"contents":[], "generationConfig": )";
    BOOST_TEST(forwarded(before + test.config + "}") == before + test.forwarded + "}");
    BOOST_TEST(!found.notes.empty());
  }
  forwarded(R"({"generationConfig":{"temperature":1,"topP":1,"temperature":2}})");
  BOOST_TEST(found.notes == (std::vector<std::string>{"dropped=temperature", "dropped=topP"}),
             boost::test_tools::per_element());

  const std::string body = R"({"generationConfig":{"temperature":1}})";
  choice.model.sampling = true;
  BOOST_TEST(forwarded(body) == body);
  choice.model.sampling = false;
  rules.fix = false;
  BOOST_TEST(forwarded(body) == body);
}

BOOST_AUTO_TEST_CASE(D13_a_budget_becomes_a_level_where_the_model_refuses_budgets) {
  static const struct {
    const char *config, *forwarded, *thinking;
  } cases[] = {
      {R"({"includeThoughts":true,"thinkingBudget":8192})",
       R"({"includeThoughts":true,"thinkingLevel":"HIGH"})", "budget=8192"},
      {R"({"thinking_budget": 0, "x":1})", R"({"thinkingLevel":"LOW", "x":1})", "budget=0"},
      {R"({"includeThoughts":true, "thinkingBudget":-1})", R"({"includeThoughts":true})",
       "budget=-1"},
      {R"({"thinkingBudget":1,"thinkingLevel":"medium"})", R"({"thinkingLevel":"medium"})",
       "level=medium"},
  };
  for (const auto& test : cases) {
    const std::string before = R"({"generationConfig":{"topK":1,"thinkingConfig":)";
    BOOST_TEST(forwarded(before + test.config + ",\"topP\":1}}") ==
               std::string(R"({"generationConfig":{"thinkingConfig":)") + test.forwarded + "}}");
    BOOST_TEST(found.thinking == test.thinking);
  }
  choice.model.thinking = Model::Thinking::none;
  BOOST_TEST(forwarded(R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":5}}})") ==
             R"({"generationConfig":{"thinkingConfig":{}}})");
  choice.model.thinking = Model::Thinking::budget;
  const std::string body = R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":5}}})";
  BOOST_TEST(forwarded(body) == body);
}

BOOST_AUTO_TEST_CASE(a_suffix_of_the_models_name_is_a_level) {
  choice.level = ThinkingLevel::high;
  const std::string config = R"("thinkingConfig":{"thinkingLevel":"HIGH"})";
  BOOST_TEST(forwarded("{}") == "{\"generationConfig\":{" + config + "}}");
  BOOST_TEST(forwarded(R"({"contents":[]})") ==
             "{\"generationConfig\":{" + config + R"(},"contents":[]})");
  BOOST_TEST(forwarded(R"({"generationConfig":{"temperature":1}})") ==
             "{\"generationConfig\":{" + config + "}}");
  BOOST_TEST(forwarded(R"({"generationConfig":{"seed":1,"thinkingConfig":{ }}})") ==
             R"({"generationConfig":{"seed":1,"thinkingConfig":{"thinkingLevel":"HIGH" }}})");
  const std::string own = R"({"generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW"}}})";
  BOOST_TEST(forwarded(own) == own);
  rules.generates = false;
  BOOST_TEST(forwarded("{}") == "{}");
}

BOOST_AUTO_TEST_CASE(D13_calls_that_lost_their_signature_get_the_dummy) {
  BOOST_TEST(
      forwarded(R"({"contents":[{"parts":[{"text":"a"},{"functionCall":{"name":"f","args":{}} },)"
                R"({"functionCall":{"name":"g"}}],"role":"model"},)"
                R"({"role":"model","parts":[{"function_call":{"name":"h"}}]}]})") ==
      R"({"contents":[{"parts":[{"text":"a"},{"functionCall":{"name":"f","args":{}})" + kDummy +
          R"( },{"functionCall":{"name":"g"}}],"role":"model"},)"
          R"({"role":"model","parts":[{"function_call":{"name":"h"})" +
          kDummy + "}]}]}");
  BOOST_TEST(found.notes == std::vector<std::string>{"added=dummy_signature"},
             boost::test_tools::per_element());

  // One signed call vouches for its siblings, wherever the signature stands in its part.
  const std::string is_signed = R"({"contents":[{"parts":[{"functionCall":{"name":"f"}},)"
                                R"({"thought_signature":"c2ln","functionCall":{"name":"g"}}]}]})";
  BOOST_TEST(forwarded(is_signed) == is_signed);
  const std::string lost = R"({"contents":[{"parts":[{"functionCall":{"name":"f"}}]}]})";
  rules.sign = false;
  BOOST_TEST(forwarded(lost) == lost);
  rules.sign = true;
  choice.model.signatures = false;
  BOOST_TEST(forwarded(lost) == lost);
}

BOOST_AUTO_TEST_CASE(names_of_models_become_ids_wherever_they_stand) {
  BOOST_TEST(forwarded(R"({"model": "models\/flash","contents":[]})") ==
             R"({"model": "models/gemini-3.8-flash","contents":[]})");
  BOOST_TEST(forwarded(R"({"requests":[{"model":"flash"},{"model":"models/other"}]})") ==
             R"({"requests":[{"model":"models/gemini-3.8-flash"},{"model":"models/other"}]})");
  BOOST_TEST(forwarded(R"({"generateContentRequest":{"model":"models/flash"}})") ==
             R"({"generateContentRequest":{"model":"models/gemini-3.8-flash"}})");
}

BOOST_AUTO_TEST_CASE(what_a_request_names_is_found) {
  forwarded(
      R"({"cachedContent":"cachedContents/c1","contents":[{"parts":[)"
      R"({"fileData":{"fileUri":"https:\/\/generativelanguage.googleapis.com\/v1beta\/files\/a-1"}},)"
      R"({"file_data":{"file_uri":"https://x/v1/files/b2:download?alt=media"}},)"
      R"({"fileData":{"fileUri":"https://youtu.be/v1"}},)"
      R"({"functionResponse":{"name":"f","parts":[{"fileData":{"fileUri":"https://x/v1beta/files/c3"}}]}},)"
      R"({"fileData":{"fileUri":"https://y/v1beta/files/a-1"}}]}]})");
  BOOST_TEST(found.resources == (std::vector<std::string>{"cachedContents/c1", "files/a-1",
                                                          "files/b2", "files/c3"}),
             boost::test_tools::per_element());
  std::string many = R"({"contents":[{"parts":[)";
  for (int i = 0; i < 300; ++i) {
    many += R"({"fileData":{"fileUri":"https://x/v1beta/files/)" + std::to_string(i) + "\"}},";
  }
  forwarded(many + "{}]}]}");
  BOOST_TEST(found.resources.size() == 256u);
}

BOOST_AUTO_TEST_CASE(media_count_as_pictures_and_the_rest_by_its_length) {
  const std::string data(40'000, 'A');
  forwarded(R"({"contents":[{"parts":[{"inlineData":{"data":")" + data + R"("}},{"text":")" + data +
            R"("}]}]})");
  BOOST_TEST(found.tokens > 11'120);
  BOOST_TEST(found.tokens < 11'150);
}

BOOST_AUTO_TEST_CASE(a_conversation_is_known_by_its_first_content) {
  forwarded(R"({"contents":[{"parts":[{"text":"a"}]}]})");
  const std::string first = found.conversation;
  BOOST_TEST(first.size() == 16u);
  forwarded(R"({"contents":[{"parts":[{"text":"a"}]},{"parts":[{"text":"b"}]}]})");
  BOOST_TEST(found.conversation == first);
  forwarded(R"({"contents":[{"parts":[{"text":"b"}]}]})");
  BOOST_TEST(found.conversation != first);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
