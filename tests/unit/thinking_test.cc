#include "gemini/thinking.h"

#include <boost/test/unit_test.hpp>

#include "domain/data.h"

namespace castor::gemini {
namespace {

using enum ThinkingLevel;

std::string config(std::string_view model, const ThinkingWish& wish) {
  static const ModelMap models(data::models, "2026-11-20");
  return json::serialize(thinking_config(models.resolve(model).value(), wish));
}

std::string level(std::string_view word) {
  return std::string(R"({"thinkingLevel":")").append(word).append(R"(","includeThoughts":false})");
}

std::string budget(std::int64_t tokens) {
  return R"({"thinkingBudget":)" + std::to_string(tokens) + R"(,"includeThoughts":false})";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(thinking)

// A row of the table, and a column for each kind of level model.
BOOST_AUTO_TEST_CASE(C6_a_level_model_gets_the_nearest_level_it_has) {
  static const struct {
    const char* name;
    ThinkingWish wish;
    const char *minimal_to_high, *low_to_high, *low_to_xhigh;
  } cases[] = {
      {"off", {.off = true}, "MINIMAL", "LOW", "LOW"},
      {"budget 0", {.budget = 0}, "MINIMAL", "LOW", "LOW"},
      {"off outranks", {.off = true, .level = high, .budget = 9000}, "MINIMAL", "LOW", "LOW"},
      {"minimal", {.level = minimal}, "MINIMAL", "LOW", "LOW"},
      {"low", {.level = low}, "LOW", "LOW", "LOW"},
      {"medium", {.level = medium}, "MEDIUM", "MEDIUM", "MEDIUM"},
      {"high", {.level = high}, "HIGH", "HIGH", "HIGH"},
      {"xhigh", {.level = xhigh}, "HIGH", "HIGH", "XHIGH"},
      {"level outranks", {.level = low, .budget = 30000}, "LOW", "LOW", "LOW"},
      {"budget 1024", {.budget = 1024}, "LOW", "LOW", "LOW"},
      {"budget 2047", {.budget = 2047}, "LOW", "LOW", "LOW"},
      {"budget 2048", {.budget = 2048}, "MEDIUM", "MEDIUM", "MEDIUM"},
      {"budget 8191", {.budget = 8191}, "MEDIUM", "MEDIUM", "MEDIUM"},
      {"budget 8192", {.budget = 8192}, "HIGH", "HIGH", "HIGH"},
      {"budget 24575", {.budget = 24575}, "HIGH", "HIGH", "HIGH"},
      {"budget 31999", {.budget = 31999}, "HIGH", "HIGH", "XHIGH"},
  };
  for (const auto& test : cases) {
    BOOST_TEST_CONTEXT(test.name) {
      BOOST_TEST(config("gemini-3.6-flash", test.wish) == level(test.minimal_to_high));
      BOOST_TEST(config("gemini-3.8-flash", test.wish) == level(test.low_to_high));
      BOOST_TEST(config("gemini-4-hydrogen", test.wish) == level(test.low_to_xhigh));
    }
  }
}

BOOST_AUTO_TEST_CASE(C6_a_budget_model_gets_a_budget_within_its_bounds) {
  static const struct {
    const char* name;
    ThinkingWish wish;
    std::int64_t pro, flash, flash_lite;
  } cases[] = {
      {"off", {.off = true}, 128, 0, 0},
      {"budget 0", {.budget = 0}, 128, 0, 0},
      {"minimal", {.level = minimal}, 512, 512, 512},
      {"low", {.level = low}, 2048, 2048, 2048},
      {"medium", {.level = medium}, 8192, 8192, 8192},
      {"high", {.level = high}, 32768, 24576, 24576},
      {"xhigh", {.level = xhigh}, 32768, 24576, 24576},
      {"budget 1", {.budget = 1}, 128, 1, 512},
      {"budget 31999", {.budget = 31999}, 31999, 24576, 24576},
      {"huge budget", {.budget = INT64_MAX}, 32768, 24576, 24576},
      {"budget -1", {.budget = -1}, -1, -1, -1},
      {"nothing", {}, -1, -1, -1},
  };
  for (const auto& test : cases) {
    BOOST_TEST_CONTEXT(test.name) {
      BOOST_TEST(config("gemini-2.5-pro", test.wish) == budget(test.pro));
      BOOST_TEST(config("gemini-2.5-flash", test.wish) == budget(test.flash));
      BOOST_TEST(config("gemini-2.5-flash-lite", test.wish) == budget(test.flash_lite));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_level_model_decides_itself_when_nothing_is_wished) {
  BOOST_TEST(config("gemini-4-hydrogen", {}) == "{}");
  BOOST_TEST(config("gemini-4-hydrogen", {.budget = -1}) == "{}");
  BOOST_TEST(config("gemini-4-hydrogen", {.include_thoughts = true}) ==
             R"({"includeThoughts":true})");
}

BOOST_AUTO_TEST_CASE(thoughts_are_included_where_wished_but_not_when_thinking_is_off) {
  BOOST_TEST(config("gemini-3.8-flash", {.level = high, .include_thoughts = true}) ==
             R"({"thinkingLevel":"HIGH","includeThoughts":true})");
  BOOST_TEST(config("gemini-2.5-pro", {.include_thoughts = true}) ==
             R"({"thinkingBudget":-1,"includeThoughts":true})");
  BOOST_TEST(config("gemini-3.8-flash", {.off = true, .include_thoughts = true}) == level("LOW"));
  BOOST_TEST(config("gemini-2.5-flash", {.off = true, .include_thoughts = true}) == budget(0));
}

BOOST_AUTO_TEST_CASE(models_without_levels_and_budgets_are_sent_nothing) {
  for (const auto model : {"gemma-4-31b-it", "gemini-3-pro-image", "gemini-embedding-001"}) {
    for (const ThinkingWish& wish :
         {ThinkingWish{}, ThinkingWish{.off = true}, ThinkingWish{.level = high},
          ThinkingWish{.budget = 5000, .include_thoughts = true}}) {
      BOOST_TEST(config(model, wish) == "{}", model);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_suffix_counts_only_where_the_request_says_nothing) {
  BOOST_TEST(config("gemini-3.8-flash-low", {}) == level("LOW"));
  BOOST_TEST(config("gemini-3.8-flash-nothinking", {.include_thoughts = true}) == level("LOW"));
  BOOST_TEST(config("gemini-2.5-flash-nothinking", {}) == budget(0));
  BOOST_TEST(config("gemini-3.8-flash-low", {.level = high}) == level("HIGH"));
  BOOST_TEST(config("gemini-3.8-flash-nothinking", {.budget = 9000}) == level("HIGH"));
  BOOST_TEST(config("gemini-3.6-flash-high", {.off = true}) == level("MINIMAL"));
  BOOST_TEST(config("gemini-3.8-flash-low", {.budget = -1}) == "{}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
