#include "domain/model_map.h"

#include <boost/test/unit_test.hpp>

#include "domain/data.h"

namespace castor {
namespace {

constexpr std::string_view kToday = "2026-11-20";

ModelMap shipped(std::vector<ModelMap::Alias> aliases = {}, std::string default_model = {}) {
  return ModelMap(data::models, kToday, std::move(aliases), std::move(default_model));
}

Model model(std::string_view name) {
  const auto choice = shipped().resolve(name);
  BOOST_REQUIRE_MESSAGE(choice, name << " is not known");
  return choice->model;
}

// The complaint about a models.json.
std::string complaint(std::string_view json) {
  try {
    ModelMap(json, kToday);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

// A models.json with one model, one rule and what else is given.
std::string file_with(std::string_view model_members, std::string_view others = "") {
  return std::string(R"({"newest":"4.0","rules":[{"match":"gemini-*"}],"models":[)")
      .append(R"({"id":"gemini-4-a","display_name":"A","state":"stable"},)")
      .append(R"({"id":"gemini-4-b","display_name":"B","state":"stable")")
      .append(model_members)
      .append("}]")
      .append(others)
      .append("}");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(model_map)

BOOST_AUTO_TEST_CASE(the_family_test_of_the_mapping_document_holds) {
  using enum Model::Thinking;
  using enum ThinkingLevel;
  static const struct {
    std::string_view id;
    std::string_view family;
    Model::Thinking thinking;
    ThinkingLevel lowest, highest;
    bool sampling_and_prefill, long_decode;
  } cases[] = {
      {"gemini-4-hydrogen", "gemini-4", level, low, xhigh, false, true},
      {"gemini-4-hydrogen-preview-12", "gemini-4", level, low, xhigh, false, true},
      {"gemini-4-carbon", "gemini-4", level, low, high, false, true},
      {"gemini-4-argon", "gemini-4", level, low, high, false, true},
      {"gemini-4.2-flash-lite", "gemini-4", level, low, high, false, true},
      {"gemini-3.10-flash", "gemini-3", level, low, high, false, false},
      {"gemini-3.8-flash", "gemini-3", level, low, high, false, false},
      {"gemini-3.8-flash-lite", "gemini-3", level, minimal, high, false, false},
      {"gemini-3.7-flash", "gemini-3", level, low, high, false, false},
      {"gemini-3.6-flash", "gemini-3", level, minimal, high, false, false},
      {"gemini-3.5-flash", "gemini-3", level, minimal, high, true, false},
      {"gemini-3.5-flash-lite", "gemini-3", level, minimal, high, false, false},
      {"gemini-3.1-flash-lite", "gemini-3", level, minimal, high, true, false},
      {"gemini-3.1-pro-preview", "gemini-3", level, low, high, true, false},
      {"gemini-3.1-pro-preview-customtools", "gemini-3", level, low, high, true, false},
      {"gemini-3-flash-preview", "gemini-3", level, minimal, high, true, false},
      {"gemini-3-pro-image", "gemini-3", none, low, high, true, false},
      {"gemini-3.1-flash-image", "gemini-3", level, minimal, high, true, false},
      {"gemini-flash-latest", "gemini-4", level, low, high, false, true},
      {"gemini-flash-lite-latest", "gemini-4", level, minimal, high, false, true},
      {"gemini-pro-latest", "gemini-4", level, low, high, false, true},
      {"gemini-omega", "gemini-4", level, low, high, false, true},
      {"gemini-11-flash", "gemini-11", level, low, high, false, true},
      {"gemini-2.5-pro", "gemini-2", budget, minimal, high, true, false},
      {"gemini-2.5-flash", "gemini-2", budget, minimal, high, true, false},
      {"gemini-2.5-flash-lite", "gemini-2", budget, minimal, high, true, false},
      {"gemini-2.0-flash", "gemini-2", none, minimal, high, true, false},
      {"gemma-4-31b-it", "gemma-4", none, minimal, high, true, false},
  };
  for (const auto& test : cases) {
    const Model found = model(test.id);
    BOOST_TEST_CONTEXT(test.id) {
      BOOST_TEST(found.id == test.id);
      BOOST_TEST(found.family == test.family);
      BOOST_CHECK(found.thinking == test.thinking);
      BOOST_CHECK(found.lowest == test.lowest);
      BOOST_CHECK(found.highest == test.highest);
      BOOST_TEST(found.sampling == test.sampling_and_prefill);
      BOOST_TEST(found.prefill == test.sampling_and_prefill);
      BOOST_TEST(found.long_decode == test.long_decode);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_budgets_of_generation_2_5_are_those_of_each_model) {
  const Model pro = model("gemini-2.5-pro"), flash = model("gemini-2.5-flash"),
              lite = model("gemini-2.5-flash-lite");
  BOOST_TEST(pro.budget_min == 128);
  BOOST_TEST(pro.budget_max == 32768);
  BOOST_TEST(pro.budget_off.value() == 128);
  BOOST_TEST(flash.budget_min == 0);
  BOOST_TEST(flash.budget_max == 24576);
  BOOST_TEST(flash.budget_off.value() == 0);
  BOOST_TEST(lite.budget_min == 512);
  BOOST_TEST(lite.budget_off.value() == 0);
}

BOOST_AUTO_TEST_CASE(what_a_request_may_hold_follows_the_generation) {
  const Model two = model("gemini-2.5-flash"), three = model("gemini-3.5-flash"),
              gemma = model("gemma-4-31b-it");
  BOOST_TEST(!two.signatures);
  BOOST_TEST(!two.call_ids);
  BOOST_TEST(!two.result_media);
  BOOST_TEST(!two.json_with_tools);
  BOOST_TEST(!two.server_tools_with_functions);
  BOOST_TEST(!two.penalties);
  BOOST_TEST(two.json_schema);
  BOOST_TEST(!model("gemini-2.0-flash").json_schema);
  BOOST_TEST(three.signatures);
  BOOST_TEST(three.call_ids);
  BOOST_TEST(three.result_media);
  BOOST_TEST(three.json_with_tools);
  BOOST_TEST(three.server_tools_with_functions);
  BOOST_TEST(three.penalties);
  BOOST_TEST(!model("gemini-3.6-flash").penalties);
  BOOST_TEST(!gemma.json_schema);
  BOOST_TEST(model("gemini-3.1-flash-image").image_output);
  BOOST_TEST(model("gemini-embedding-001").embeddings);
}

BOOST_AUTO_TEST_CASE(K13_other_vendors_names_mean_a_gemini_model) {
  static const struct {
    std::string_view name, free, paid;
  } cases[] = {
      {"claude-opus-5-5", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"claude-fable-5-2[1m]", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"claude-mythos-5-1", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"claude-3-opus-20240229", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"claude-sonnet-4-5-20250929", "gemini-4-hydrogen", "gemini-4-hydrogen"},
      {"Claude-Sonnet-5-5[1M]", "gemini-4-hydrogen", "gemini-4-hydrogen"},
      {"claude-newcomer-9", "gemini-4-hydrogen", "gemini-4-hydrogen"},
      {"claude-haiku-4-5-20251001", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"claude-3-5-haiku-20241022", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"anthropic.claude-3-haiku-20240307-v1:0", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"gpt-6-astra", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"gpt-5.2-pro", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"gpt-6.1-sol", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"o3-pro", "gemini-4-hydrogen", "gemini-4-carbon"},
      {"gpt-6-luna", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"gpt-5-mini", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"gpt-4o-mini-2024-07-18", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"gpt-4.1-nano", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"gpt-3.5-turbo", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"},
      {"gpt-5.5", "gemini-4-hydrogen", "gemini-4-hydrogen"},
      {"chatgpt-4o-latest", "gemini-4-hydrogen", "gemini-4-hydrogen"},
      {"o4", "gemini-4-hydrogen", "gemini-4-hydrogen"},
  };
  const ModelMap free = shipped(), paid(data::models, kToday, {}, {}, true);
  for (const auto& test : cases) {
    BOOST_TEST_CONTEXT(test.name) {
      BOOST_REQUIRE(free.resolve(test.name).has_value());
      BOOST_TEST(free.resolve(test.name)->model.id == test.free);
      BOOST_TEST(paid.resolve(test.name)->model.id == test.paid);
      BOOST_TEST(!free.resolve(test.name)->by_default);
      BOOST_TEST(free.resolve(test.name)->model.free_tier);
    }
  }
}

BOOST_AUTO_TEST_CASE(embedding_names_imply_a_length) {
  const ModelMap map = shipped();
  BOOST_TEST(map.resolve("text-embedding-3-small")->dimensions.value() == 1536);
  BOOST_TEST(map.resolve("text-embedding-ada-002")->dimensions.value() == 1536);
  BOOST_TEST(map.resolve("text-embedding-3-large")->dimensions.value() == 3072);
  BOOST_TEST(map.resolve("text-embedding-3-large")->model.embeddings);
  BOOST_TEST(!map.resolve("gemini-embedding-001")->dimensions.has_value());
}

BOOST_AUTO_TEST_CASE(prefixes_and_case_of_a_gemini_id_do_not_matter) {
  for (const auto name : {"gemini-3.8-flash", "models/gemini-3.8-flash", "google/gemini-3.8-flash",
                          "Gemini-3.8-Flash", "gemini-3.8-flash[1m]", " gemini-3.8-flash "}) {
    BOOST_TEST(model(name).id == "gemini-3.8-flash", name);
  }
}

BOOST_AUTO_TEST_CASE(a_suffix_of_a_gemini_id_says_how_much_to_think) {
  using enum ThinkingLevel;
  const ModelMap map = shipped();
  static const struct {
    std::string_view suffix;
    std::optional<ThinkingLevel> level;
    bool off;
  } cases[] = {{"", {}, false},
               {"-minimal", minimal, false},
               {"-low", low, false},
               {"-medium", medium, false},
               {"-high", high, false},
               {"-xhigh", xhigh, false},
               {"-thinking", medium, false},
               {"-nothinking", {}, true}};
  for (const std::string id : {"gemini-3.8-flash", "gemini-2.5-flash", "gemini-9-unheard-of"}) {
    for (const auto& test : cases) {
      BOOST_TEST_CONTEXT(id << test.suffix) {
        const auto choice = map.resolve(id + std::string(test.suffix));
        BOOST_REQUIRE(choice.has_value());
        BOOST_TEST(choice->model.id == id);
        BOOST_CHECK(choice->level == test.level);
        BOOST_TEST(choice->thinking_off == test.off);
      }
    }
  }
  BOOST_CHECK(!map.resolve("claude-opus-5-high")->level);
}

BOOST_AUTO_TEST_CASE(a_retired_model_means_the_one_that_google_serves_instead) {
  const ModelMap before(data::models, "2026-11-30"), after(data::models, "2026-12-01");
  BOOST_TEST(before.resolve("gemini-2.5-pro")->model.id == "gemini-2.5-pro");
  BOOST_TEST(after.resolve("gemini-2.5-pro")->model.id == "gemini-3.8-flash");
  BOOST_TEST(after.resolve("gemini-2.5-flash")->model.id == "gemini-3.5-flash-lite");
  BOOST_TEST(after.resolve("gemini-2.5-flash-lite")->model.id == "gemini-2.5-flash-lite");
  const auto high = after.resolve("models/gemini-2.5-pro-high");
  BOOST_TEST(high->model.id == "gemini-3.8-flash");
  BOOST_CHECK(high->level == ThinkingLevel::high);
  BOOST_TEST(before.models().size() == after.models().size() + 2);
}

BOOST_AUTO_TEST_CASE(the_operators_aliases_come_first_and_in_their_order) {
  const ModelMap map = shipped({{"claude-opus-*", "gemini-4-carbon-low"},
                                {"Claude-*", "gemini-3.8-flash"},
                                {"gemini-2.5-pro", "gemini-4-argon"},
                                {"local", "gemini-omega"}});
  const auto opus = map.resolve("claude-opus-5[1m]");
  BOOST_TEST(opus->model.id == "gemini-4-carbon");
  BOOST_CHECK(opus->level == ThinkingLevel::low);
  BOOST_TEST(map.resolve("CLAUDE-haiku-5")->model.id == "gemini-3.8-flash");
  BOOST_TEST(map.resolve("models/gemini-2.5-pro")->model.id == "gemini-4-argon");
  BOOST_TEST(map.resolve("local")->model.id == "gemini-omega");
  BOOST_TEST(map.resolve("gpt-5.5")->model.id == "gemini-4-hydrogen");
}

BOOST_AUTO_TEST_CASE(an_alias_may_name_a_chain_of_models) {
  const ModelMap map =
      shipped({{"gemini-*", "gemini-4-carbon-low, gemini-4-argon,gemini-3.8-flash"}});
  const auto first = map.resolve("gemini-4-hydrogen");
  BOOST_TEST(first->model.id == "gemini-4-carbon");
  BOOST_CHECK(first->level == ThinkingLevel::low);
  BOOST_TEST(first->fallbacks == 2u);
  BOOST_TEST(map.resolve("gemini-4-hydrogen", 1)->model.id == "gemini-4-argon");
  const auto last = map.resolve("gemini-4-hydrogen", 2);
  BOOST_TEST(last->model.id == "gemini-3.8-flash");
  BOOST_TEST(last->fallbacks == 0u);
  BOOST_TEST(map.resolve("gemini-4-hydrogen", 9)->model.id == "gemini-3.8-flash");
  BOOST_TEST(map.resolve("claude-opus-5")->fallbacks == 0u);
}

BOOST_AUTO_TEST_CASE(K12_an_unknown_name_is_nothing_or_the_default_model) {
  const ModelMap strict = shipped(), lenient = shipped({}, "gemini-3.8-flash-low");
  const std::string long_name(100'000, '-');
  const std::string_view names[] = {
      "llama-3",       "",        "gemini", "gemini-x/../y", "gemini-3?key=a", "gemini-3:x",
      "tunedmodels/a", "models/", long_name};
  for (const std::string_view name : names) {
    BOOST_TEST_CONTEXT(name.substr(0, 40)) {
      BOOST_TEST(!strict.resolve(name).has_value());
      const auto choice = lenient.resolve(name);
      BOOST_REQUIRE(choice.has_value());
      BOOST_TEST(choice->model.id == "gemini-3.8-flash");
      BOOST_CHECK(choice->level == ThinkingLevel::low);
      BOOST_TEST(choice->by_default);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_list_has_the_names_without_a_pattern) {
  const ModelMap map = shipped({{"mine", "gemini-4-argon"}, {"claude-*", "gemini-3.8-flash"}});
  BOOST_REQUIRE(map.aliases().size() > 1u);
  BOOST_TEST(map.aliases()[0].pattern == "mine");
  BOOST_TEST(map.aliases()[0].model == "gemini-4-argon");
  BOOST_TEST(map.aliases()[1].pattern == "claude-opus-5-5");
  BOOST_TEST(map.aliases()[1].model == "gemini-3.8-flash");  // as it would be served
  BOOST_TEST(map.models().front().id == "gemini-4-hydrogen");
}

BOOST_AUTO_TEST_CASE(a_wrong_alias_or_default_is_named) {
  const auto names = [](const std::string& what) {
    return [what](const std::runtime_error& error) {
      return std::string(error.what()).find(what) != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(shipped({{"a", "gemni-4"}}), std::runtime_error,
                        names("alias a: there is no model gemni-4"));
  BOOST_CHECK_EXCEPTION(shipped({{"a", "gemini-4-argon, gemni-4"}}), std::runtime_error,
                        names("alias a: there is no model gemni-4"));
  BOOST_CHECK_EXCEPTION(shipped({{"", "gemini-4-argon"}}), std::runtime_error, names("no pattern"));
  BOOST_CHECK_EXCEPTION(shipped({}, "nothing"), std::runtime_error,
                        names("default model: there is no model nothing"));
}

BOOST_AUTO_TEST_CASE(a_mistake_in_the_file_is_named) {
  BOOST_TEST(complaint(file_with("")) == "accepted");
  static const struct {
    std::string json;
    std::string_view expected;
  } cases[] = {
      {"[]", "models.json: expected an object"},
      {"{", "the text ends before the JSON does"},
      {R"({"newest":"4.0","colour":1})", "colour: there is no such member"},
      {R"({})", "newest: is required"},
      {R"({"newest":4.0})", "newest: expected a string"},
      {R"({"newest":"4.x"})", "newest: expected a version"},
      {file_with(R"(,"colour":1)"), "models[1].colour: there is no such member"},
      {file_with(R"(,"thinking":"much")"), "models[1].thinking: expected none, level or budget"},
      {file_with(R"(,"lowest":"lowest")"), "models[1].lowest: expected minimal"},
      {file_with(R"(,"lowest":"high","highest":"low")"), "models[1]: `lowest` is above"},
      {file_with(R"(,"budget_min":9,"budget_max":8)"), "models[1]: `budget_min` is above"},
      {file_with(R"(,"sampling":1)"), "models[1].sampling: expected a boolean"},
      {file_with(R"(,"output_limit":-1)"), "models[1].output_limit: must not be negative"},
      {file_with(R"(,"released":"2026-02-30")"), "models[1].released: expected a date"},
      {file_with(R"(,"retires":"2026-2-03")"), "models[1].retires: expected a date"},
      {file_with(R"(,"replaced_by":"gemini-4-a")"), "models[1].replaced_by: has a meaning only"},
      {file_with(R"(,"retires":"2026-12-01","replaced_by":"x")"),
       "models[1].replaced_by: there is no such model"},
      {file_with(R"(,"retires":"2026-12-01","replaced_by":"gemini-4-b")"),
       "models[1].replaced_by: this model is retired no later"},
      {file_with(R"(},{"id":"gemini-4-a")"), "models[2].id: is there twice"},
      {file_with(R"(},{"id":"Gemini/4")"), "models[2].id: expected small letters"},
      {file_with(R"(},{"id":"llama")"), "models[2].id: no rule matches it"},
      {file_with(R"(},{"id":"gemini-4-c","display_name":"C","state":"old")"), "models[2].state"},
      {file_with("", R"(,"aliases":[{"match":"x","model":"y"}])"),
       "aliases[0].model: there is no such model"},
      {file_with("", R"(,"aliases":[{"match":" ","model":"gemini-4-a"}])"),
       "aliases[0].match: expected a pattern"},
      {file_with("", R"(,"aliases":[{"match":"x","model":"gemini-4-a","dimensions":0}])"),
       "aliases[0].dimensions: must be above 0"},
      {file_with("", R"(,"listed":["x"])"), "listed[0]: no alias matches it"},
  };
  for (const auto& test : cases) {
    const std::string found = complaint(test.json);
    BOOST_TEST(found.starts_with("models.json: "), test.json << ": " << found);
    BOOST_TEST(found.find(test.expected) != std::string::npos, test.json << ": " << found);
  }
}

BOOST_AUTO_TEST_CASE(retired_models_may_be_replaced_in_a_chain) {
  const std::string json =
      file_with(R"(,"retires":"2026-03-01","replaced_by":"gemini-4-a"},)"
                R"({"id":"gemini-4-c","display_name":"C","state":"stable","retires":"2026-02-01",)"
                R"("replaced_by":"gemini-4-b")");
  BOOST_TEST(ModelMap(json, "2026-02-10").resolve("gemini-4-c")->model.id == "gemini-4-b");
  BOOST_TEST(ModelMap(json, "2026-04-01").resolve("gemini-4-c")->model.id == "gemini-4-a");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
