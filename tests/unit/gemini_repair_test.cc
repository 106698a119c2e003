#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "gemini/repair.h"

namespace castor::gemini {
namespace {

std::string repaired(Repair repair, std::string_view body, const Model& model = {}) {
  json::value request = json::parse(body);
  apply(repair, request.get_object(), model);
  const std::string once = json::serialize(request);
  apply(repair, request.get_object(), model);
  BOOST_TEST(json::serialize(request) == once, "idempotent");
  return once;
}

std::string compact(std::string_view text) { return json::serialize(json::parse(text)); }

// The contents only.
std::string ordered(std::string_view contents, const Model& model = {}) {
  const std::string body =
      repaired(Repair::strict_turns, std::string(R"({"contents":)").append(contents) + "}", model);
  return json::serialize(json::parse(body).at("contents"));
}

// What Gemini says of the order of turns (protocol-mapping A.8): the first fault, or nothing.
std::string turn_fault(const json::array& contents) {
  const auto count = [](const json::value& content, const char* member) {
    return std::ranges::count_if(content.at("parts").as_array(), [&](const json::value& part) {
      return part.as_object().contains(member);
    });
  };
  if (contents.empty()) return "contents is not specified";
  if (contents.front().at("role") == "model") return "begins with a model turn";
  if (contents.back().at("role") == "model") return "ends with a model turn";
  std::set<std::string> ids;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const json::value& content = contents[i];
    const bool of_model = content.at("role") == "model";
    if (content.at("parts").as_array().empty()) return "parts must not be empty";
    if (i > 0 && of_model && contents[i - 1].at("role") == "model") return "two model turns";
    const auto calls = count(content, "functionCall");
    if (calls > 0 && !of_model) return "a call of the user";
    const auto responses = count(content, "functionResponse");
    const auto due = i > 0 ? count(contents[i - 1], "functionCall") : 0;
    if (responses != due) return "not as many responses as calls";
    if (responses == 0) continue;
    if (content.at("parts").as_array().size() != static_cast<std::size_t>(responses))
      return "mixed";
    std::size_t next = 0;
    for (const json::value& part : contents[i - 1].at("parts").as_array()) {
      const json::value* const call = json::find(part, "functionCall");
      if (!call) continue;
      const json::value& response = content.at("parts").at(next++).at("functionResponse");
      if (response.at("name") != call->at("name")) return "the response of another function";
      if (json::find_string(response.as_object(), "id") !=
          json::find_string(call->as_object(), "id")) {
        return "the response of another call";
      }
      const std::string id(json::find_string(call->as_object(), "id"));
      if (!id.empty() && !ids.insert(id).second) return "an id twice";
    }
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gemini_repair)

BOOST_AUTO_TEST_CASE(no_repair_changes_nothing) {
  const char* const body = R"({"contents":[{"role":"model","parts":[]}],"x":1})";
  BOOST_TEST(repaired(Repair::none, body) == body);
}

BOOST_AUTO_TEST_CASE(signatures_give_way_to_the_word_that_skips_validation) {
  BOOST_TEST(repaired(Repair::dummy_signatures, R"({"contents":[
      {"role":"user","parts":[{"text":"hi","thoughtSignature":"QQ=="}]},
      {"role":"model","parts":[
        {"text":"Let me see.","thoughtSignature":"QQ=="},
        {"functionCall":{"name":"a","args":{}},"thoughtSignature":"QQ=="},
        {"functionCall":{"name":"b","args":{}},"thoughtSignature":"QQ=="}]},
      {"role":"user","parts":[{"functionResponse":{"name":"a","response":{}}},
                              {"functionResponse":{"name":"b","response":{}}}]},
      {"role":"model","parts":[{"functionCall":{"name":"c","args":{}}}]},
      {"role":"user","parts":[{"functionResponse":{"name":"c","response":{}}}]},
      {"role":"model","parts":[{"text":"Done."},{"text":"","thoughtSignature":"QQ=="}]}]})") ==
             compact(R"({"contents":[
      {"role":"user","parts":[{"text":"hi"}]},
      {"role":"model","parts":[
        {"text":"Let me see."},
        {"functionCall":{"name":"a","args":{}},
         "thoughtSignature":"skip_thought_signature_validator"},
        {"functionCall":{"name":"b","args":{}}}]},
      {"role":"user","parts":[{"functionResponse":{"name":"a","response":{}}},
                              {"functionResponse":{"name":"b","response":{}}}]},
      {"role":"model","parts":[{"functionCall":{"name":"c","args":{}},
         "thoughtSignature":"skip_thought_signature_validator"}]},
      {"role":"user","parts":[{"functionResponse":{"name":"c","response":{}}}]},
      {"role":"model","parts":[{"text":"Done."}]}]})"));
}

BOOST_AUTO_TEST_CASE(what_was_there_for_its_signature_goes) {
  BOOST_TEST(repaired(Repair::dummy_signatures, R"({"contents":[
      {"role":"user","parts":[{"text":"hi"}]},
      {"role":"model","parts":[{"thoughtSignature":"QQ=="},
                               {"thought":true,"thoughtSignature":"QQ=="}]},
      {"role":"user","parts":[{"text":"go on"}]}]})") ==
             compact(R"({"contents":[{"role":"user","parts":[{"text":"hi"}]},
                                     {"role":"user","parts":[{"text":"go on"}]}]})"));
}

BOOST_AUTO_TEST_CASE(models_that_check_no_signatures_get_none) {
  Model model;
  model.signatures = false;
  const char* const body = R"({"contents":[{"role":"model","parts":[
      {"functionCall":{"name":"a"},"thoughtSignature":"QQ=="}]}]})";
  BOOST_TEST(repaired(Repair::dummy_signatures, body, model) ==
             compact(R"({"contents":[{"role":"model","parts":[{"functionCall":{"name":"a"}}]}]})"));
}

BOOST_AUTO_TEST_CASE(schemas_are_laid_bare_and_property_names_are_not) {
  BOOST_TEST(repaired(Repair::bare_schemas, R"({"tools":[{"googleSearch":{}},
      {"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{
        "type":"object","title":"T","additionalProperties":false,"required":["minimum"],
        "propertyOrdering":["minimum","title"],
        "properties":{
          "minimum":{"type":["integer","null"],"minimum":0,"description":"m"},
          "title":{"type":"array","minItems":1,"prefixItems":[{}],
                   "items":{"type":"string","enum":["a"],"format":"uri"}}}}},
       {"name":"g","parameters":{"type":"OBJECT","properties":{
          "a":{"type":"STRING","nullable":true,"pattern":"^a"}}}}]}],
      "generationConfig":{"responseMimeType":"application/json",
        "responseJsonSchema":{"type":"object","title":"T"}}})") ==
             compact(R"({"tools":[{"googleSearch":{}},
      {"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{
        "type":"object","required":["minimum"],
        "properties":{
          "minimum":{"type":["integer","null"],"description":"m"},
          "title":{"type":"array","items":{"type":"string","enum":["a"]}}}}},
       {"name":"g","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}}]}],
      "generationConfig":{"responseMimeType":"application/json",
        "responseJsonSchema":{"type":"object"}}})"));
}

BOOST_AUTO_TEST_CASE(of_a_choice_the_first_that_is_not_null_is_left) {
  BOOST_TEST(repaired(Repair::bare_schemas, R"({"generationConfig":{"responseSchema":{
      "type":"OBJECT","properties":{
        "a":{"description":"A","anyOf":[{"type":"null"},{"anyOf":[{"type":"array","title":"T",
             "description":"B","items":{"anyOf":[{"type":"integer"},{"type":"null"}]}}]}]},
        "b":{"anyOf":[{"type":"null"}]},
        "c":{"type":"string","anyOf":[{"enum":["x"]},{"enum":["y"]}]}}}}})") ==
             compact(R"({"generationConfig":{"responseSchema":{
      "type":"OBJECT","properties":{
        "a":{"description":"A","type":"array","items":{"type":"integer"}},
        "b":{},
        "c":{"type":"string"}}}}})"));
}

BOOST_AUTO_TEST_CASE(thinking_is_left_to_the_model) {
  BOOST_TEST(
      repaired(Repair::no_thinking,
               R"({"generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW"},"seed":1}})") ==
      R"({"generationConfig":{"seed":1}})");
  BOOST_TEST(repaired(Repair::no_thinking, "{}") == "{}");
}

BOOST_AUTO_TEST_CASE(R9_the_model_is_no_longer_held_to_schemas) {
  BOOST_TEST(repaired(Repair::free_calls, R"({"toolConfig":{"functionCallingConfig":
                       {"mode":"VALIDATED","allowedFunctionNames":["f"]}}})") ==
             R"({"toolConfig":{"functionCallingConfig":{"mode":"AUTO"}}})");
  for (const char* body :
       {R"({"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}}})",
        R"({"toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"},
            "includeServerSideToolInvocations":true}})",
        R"({"toolConfig":7})", "{}"}) {
    BOOST_TEST(repaired(Repair::free_calls, body) == compact(body));
  }
}

BOOST_AUTO_TEST_CASE(other_shapes_are_left_alone) {
  for (const Repair repair :
       {Repair::dummy_signatures, Repair::bare_schemas, Repair::no_thinking}) {
    for (const char* const body :
         {"{}", R"({"contents":7,"tools":{},"generationConfig":[]})",
          R"({"contents":[7,{"role":"model"},{"role":"model","parts":[7,"x"]}],
              "tools":[7,{"functionDeclarations":[{"parameters":7},null]}],
              "generationConfig":{"responseSchema":true}})"}) {
      BOOST_TEST(repaired(repair, body) == compact(body));
    }
  }
}

BOOST_AUTO_TEST_CASE(T1_responses_come_together_behind_their_calls) {
  static const struct {
    const char* name;
    const char* contents;
    const char* expected;
  } cases[] = {
      {"what is in order stays",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"text":"t"},{"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"x":1}}}]},
           {"role":"model","parts":[{"functionCall":{"name":"g"}}]},
           {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"x":2}}}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"text":"t"},{"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"x":1}}}]},
           {"role":"model","parts":[{"functionCall":{"name":"g"}}]},
           {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"x":2}}}]}])"},
      {"scattered, in another order, with text, and one late",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}}]},
           {"role":"model","parts":[{"functionCall":{"id":"2","name":"f"}},
                                    {"functionCall":{"id":"3","name":"g"}}]},
           {"role":"user","parts":[{"text":"v"},
             {"functionResponse":{"id":"3","name":"g","response":{"x":3}}}]},
           {"role":"user","parts":[{"functionResponse":{"id":"1","name":"","response":{"x":1}}}]},
           {"role":"user","parts":[{"text":"w"}]},
           {"role":"user","parts":[{"functionResponse":{"id":"2","name":"f","response":{"x":2}}}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}},
              {"functionCall":{"id":"2","name":"f"}},{"functionCall":{"id":"3","name":"g"}}]},
           {"role":"user","parts":[
             {"functionResponse":{"id":"1","name":"f","response":{"x":1}}},
             {"functionResponse":{"id":"2","name":"f","response":{"x":2}}},
             {"functionResponse":{"id":"3","name":"g","response":{"x":3}}}]},
           {"role":"user","parts":[{"text":"v"},{"text":"w"}]}])"},
      {"missing",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"text":"never mind"}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{
             "response":{"error":"Tool call was interrupted; no result."},"name":"f","id":"1"}}]},
           {"role":"user","parts":[{"text":"never mind"}]}])"},
      {"of no call",
       R"([{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"x":1}}},
                                   {"text":"u"}]}])",
       R"([{"role":"user","parts":[{"text":"[Result of tool f]\n{\"x\":1}"},{"text":"u"}]}])"},
      {"of another call",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{"id":"9","name":"f","response":{"x":1}}}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{
             "response":{"error":"Tool call was interrupted; no result."},"name":"f","id":"1"}}]},
           {"role":"user","parts":[{"text":"[Result of tool f]\n{\"x\":1}"}]}])"},
      {"by name where there is no id",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}},
                                    {"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"x":1}}},
             {"functionResponse":{"name":"f","response":{"x":2}}},
             {"functionResponse":{"name":"f","response":{"x":3}}}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}},
                                    {"functionCall":{"id":"1","name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"x":2}}},
             {"functionResponse":{"name":"g","response":{"x":1}}},
             {"functionResponse":{"name":"f","response":{"x":3},"id":"1"}}]}])"},
      {"ids that are used twice",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}},
              {"functionCall":{"id":"1","name":"g"}},{"functionCall":{"id":"1_2","name":"h"}}]},
           {"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"x":1}}},
              {"functionResponse":{"id":"1","name":"g","response":{"x":2}}},
              {"functionResponse":{"id":"1_2","name":"h","response":{"x":3}}}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}},
              {"functionCall":{"id":"1_2","name":"g"}},
              {"functionCall":{"id":"1_2_2","name":"h"}}]},
           {"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"x":1}}},
              {"functionResponse":{"id":"1_2","name":"g","response":{"x":2}}},
              {"functionResponse":{"id":"1_2_2","name":"h","response":{"x":3}}}]}])"},
  };
  for (const auto& test : cases) {
    BOOST_TEST(ordered(test.contents) == compact(test.expected), test.name);
  }
}

BOOST_AUTO_TEST_CASE(T3_T4_the_user_begins_and_ends) {
  static const struct {
    const char* name;
    const char* contents;
    const char* expected;
  } cases[] = {
      {"nobody", "[]", R"([{"role":"user","parts":[{"text":"Please proceed."}]}])"},
      {"the model alone", R"([{"role":"model","parts":[{"text":"m "}]}])",
       R"([{"role":"user","parts":[{"text":"Continue."}]},
           {"role":"model","parts":[{"text":"m "}]},
           {"role":"user","parts":[{"text":"Continue exactly from where your previous message ended. Do not repeat any of it; output only the continuation."}]}])"},
      {"calls at the end",
       R"([{"role":"user","parts":[{"text":"u"}]},{"role":"model","parts":[
           {"functionCall":{"name":"f"},"thoughtSignature":"QQ=="}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]}])"},
      {"text and calls at the end",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"text":"m"},{"functionCall":{"name":"f"}}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},{"role":"model","parts":[{"text":"m"}]},
           {"role":"user","parts":[{"text":"Continue exactly from where your previous message ended. Do not repeat any of it; output only the continuation."}]}])"},
      {"T5, T6: empty parts and contents",
       R"([{"role":"user","parts":[{"text":""},{"text":"u"},{}]},{"role":"model","parts":[]},
           {"role":"model"},{"role":"model","parts":[{"text":"","thoughtSignature":"QQ=="}]},
           {"role":"user","parts":[{"text":"v"}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"text":"","thoughtSignature":"QQ=="}]},
           {"role":"user","parts":[{"text":"v"}]}])"},
      {"roles that are not",
       R"([{"parts":[{"text":"u"}]},{"role":"user","parts":[{"functionCall":{"name":"f"}}]},
           {"role":"function","parts":[{"functionResponse":{"name":"f","response":{}}}]}])",
       R"([{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"functionCall":{"name":"f"}}]},
           {"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}])"},
  };
  for (const auto& test : cases) {
    BOOST_TEST(ordered(test.contents) == compact(test.expected), test.name);
  }
}

BOOST_AUTO_TEST_CASE(T9_models_without_call_ids_get_none) {
  Model model;
  model.call_ids = false;
  BOOST_TEST(ordered(R"([{"role":"user","parts":[{"text":"u"}]},
      {"role":"model","parts":[{"functionCall":{"id":"1","name":"f"}}]},
      {"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{}}}]}])",
                     model) == compact(R"([{"role":"user","parts":[{"text":"u"}]},
      {"role":"model","parts":[{"functionCall":{"name":"f"}}]},
      {"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}])"));
}

BOOST_AUTO_TEST_CASE(whatever_the_contents_are_the_order_becomes_right) {
  std::mt19937 random(7);
  const auto below = [&](unsigned limit) { return random() % limit; };
  const auto part = [&]() -> json::value {
    static const char* const ids[] = {"1", "2", "3", "1_2", ""};
    static const char* const names[] = {"f", "g"};
    const unsigned kind = below(7);
    if (kind == 0) return {{"text", ""}};
    if (kind < 3) return {{"text", "t"}};
    json::object call{{"name", names[below(2)]}};
    if (const char* const id = ids[below(5)]; *id) call["id"] = id;
    if (kind < 5) return {{"functionCall", call}};
    call["response"].emplace_object();
    return {{"functionResponse", call}};
  };
  for (int run = 0; run < 3000; ++run) {
    json::array contents;
    for (unsigned i = below(8); i > 0; --i) {
      json::array parts;
      for (unsigned j = below(5); j > 0; --j) parts.push_back(part());
      contents.push_back({{"role", below(2) ? "model" : "user"}, {"parts", parts}});
    }
    const std::string before = json::serialize(contents);
    const std::string after = ordered(before);
    BOOST_TEST(turn_fault(json::parse(after).as_array()) == "", before << " -> " << after);
  }
}

BOOST_AUTO_TEST_CASE(the_result_stays_in_the_storage_of_the_request) {
  json::monotonic_resource arena;
  json::value body(json::parse(R"({"contents":[{"role":"model","parts":[{"text":"m"}]}]})"),
                   &arena);
  apply(Repair::strict_turns, body.get_object(), Model());
  for (const json::value& content : body.at("contents").as_array()) {
    BOOST_TEST((*content.at("parts").at(0).at("text").storage() == *json::storage_ptr(&arena)));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
