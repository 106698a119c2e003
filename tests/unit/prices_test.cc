#include "domain/prices.h"

#include <boost/test/unit_test.hpp>

#include "domain/data.h"
#include "util/utc_time.h"

namespace castor {
namespace {

std::int64_t day(std::string_view date) { return parse_utc_date(date).value(); }

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kDollar = 1'000'000'000;

std::string problem(std::string_view prices_json) {
  try {
    PriceList prices(prices_json);
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prices)

BOOST_AUTO_TEST_CASE(a_million_of_each_token_costs_what_the_table_says) {
  const PriceList prices(data::prices);
  const std::int64_t now = day("2026-11-20");
  static const struct {
    const char* model;
    double in, cached, out;  // dollars
  } cases[] = {
      {"gemini-4-hydrogen", 1.50, 0.075, 7.50},
      {"gemini-4-carbon", 2.00, 0.10, 10.00},
      {"gemini-4-argon", 2.00, 0.10, 10.00},
      {"gemini-3.8-flash", 0.75, 0.075, 3.75},
      {"gemini-3.7-flash", 0.75, 0.075, 3.75},
      {"gemini-3.6-flash", 0.75, 0.075, 3.75},
      {"gemini-3.5-flash", 1.50, 0.15, 9.00},
      {"gemini-3.5-flash-lite", 0.30, 0.03, 2.50},
      {"gemini-3.1-flash-lite", 0.25, 0.025, 1.50},
      {"gemini-3.1-pro-preview", 4.00, 0.40, 18.00},  // a million is above 200,000
      {"gemini-3.1-pro-preview-customtools", 4.00, 0.40, 18.00},
      {"gemini-3-flash-preview", 0.50, 0.05, 3.00},
      {"gemini-2.5-pro", 2.50, 0.25, 15.00},
      {"gemini-2.5-flash", 0.30, 0.03, 2.50},
      {"gemini-2.5-flash-lite", 0.10, 0.01, 0.40},
      {"gemini-embedding-001", 0.15, 0.15, 0},
      {"gemma-4-31b-it", 0, 0, 0},
  };
  const auto nano = [](double dollars) { return static_cast<std::int64_t>(dollars * 1e9 + 0.5); };
  for (const auto& test : cases) {
    BOOST_TEST(prices.cost(test.model, {.prompt = kMillion}, now).value() == nano(test.in),
               test.model);
    BOOST_TEST(prices.cost(test.model, {.prompt = kMillion, .cached = kMillion}, now).value() ==
                   nano(test.cached),
               test.model);
    BOOST_TEST(prices.cost(test.model,
                           {.prompt = kMillion, .candidates = 300'000, .thoughts = 700'000}, now)
                       .value() == nano(test.in + test.out),
               test.model);
  }
}

BOOST_AUTO_TEST_CASE(a_price_holds_from_its_first_day_to_the_end_of_its_last_in_UTC) {
  const PriceList prices(data::prices);
  const auto at = [&](const char* model, std::int64_t time) {
    return prices.cost(model, {.prompt = kMillion}, time).value();
  };
  BOOST_TEST(at("gemini-4-carbon", day("2026-12-01") - 1) == 2 * kDollar);
  BOOST_TEST(at("gemini-4-carbon", day("2026-12-01")) == 4 * kDollar);
  BOOST_TEST(at("gemini-3.8-flash", day("2027-01-01") - 1) == kDollar * 3 / 4);
  BOOST_TEST(at("gemini-3.8-flash", day("2027-01-01")) == kDollar * 3 / 2);
  BOOST_TEST(at("gemini-2.5-pro", day("2026-12-05")) == kDollar * 3 / 4);
  BOOST_TEST(at("gemini-2.5-pro", day("2027-06-05")) == kDollar * 3 / 2);
}

BOOST_AUTO_TEST_CASE(a_large_prompt_puts_the_whole_request_into_the_higher_tier) {
  const PriceList prices(data::prices);
  const auto cost = [&](std::int64_t prompt) {
    return prices
        .cost("gemini-3.1-pro-preview", {.prompt = prompt, .cached = 100'000, .candidates = 1'000},
              day("2026-11-20"))
        .value();
  };
  BOOST_TEST(cost(200'000) == 100'000 * 2'000 + 100'000 * 200 + 1'000 * 12'000);
  BOOST_TEST(cost(200'001) == 100'001 * 4'000 + 100'000 * 400 + 1'000 * 18'000);
}

BOOST_AUTO_TEST_CASE(audio_has_a_price_of_its_own_where_there_is_one) {
  const PriceList prices(data::prices);
  const Usage usage{.prompt = 1'000, .tool_prompt = 10, .audio = 400};
  const std::int64_t now = day("2026-11-20");
  BOOST_TEST(prices.cost("gemini-3.1-flash-lite", usage, now).value() == 610 * 250 + 400 * 500);
  BOOST_TEST(prices.cost("gemini-3.5-flash", usage, now).value() == 1'010 * 1'500);
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_list_has_no_price_and_absurd_counts_do_not_overflow) {
  const PriceList prices(data::prices);
  BOOST_TEST(!prices.cost("gemini-9-neon", {.prompt = 1}, day("2026-11-20")).has_value());
  BOOST_TEST(!PriceList().cost("gemini-4-carbon", {.prompt = 1}, kDay).has_value());
  const std::int64_t most = std::int64_t{1} << 53;
  BOOST_TEST(prices
                 .cost("gemini-4-carbon", {.prompt = most, .cached = -0, .candidates = most},
                       day("2026-11-20"))
                 .value() == kMillion * kDollar);
  BOOST_TEST(prices.cost("gemini-4-carbon", {.prompt = 5, .cached = 9}, 0).value() == 5 * 100);
}

BOOST_AUTO_TEST_CASE(a_wrong_file_is_told_where_it_is_wrong) {
  BOOST_TEST(problem("{").starts_with("prices.json: "));
  static const struct {
    const char* entry;
    const char* expected;
  } cases[] = {
      {R"({"models":"m","source":"s"})", "prices[0].tiers: "},
      {R"({"models":" ","tiers":[{"in":1,"out":1}],"source":"s"})", "prices[0].models: "},
      {R"({"models":"m","tiers":[{"in":-1,"out":1}],"source":"s"})", "prices[0].tiers[0].in: "},
      {R"({"models":"m","tiers":[{"in":1,"out":1}]})", "prices[0].source: "},
      {R"({"models":"m","from":"2026-02-30","tiers":[{"in":1,"out":1}],"source":"s"})",
       "prices[0].from: "},
      {R"({"models":"m","from":"2026-03-02","to":"2026-03-01","tiers":[{"in":1,"out":1}],
           "source":"s"})",
       "prices[0].to: "},
      {R"({"models":"m","tiers":[{"in":1,"out":1},{"in":1,"out":1}],"source":"s"})",
       "prices[0].tiers[1]: "},
      {R"({"models":"m","tier":[],"source":"s"})", "prices[0].tier: "},
  };
  for (const auto& test : cases) {
    const std::string told = problem(std::string("{\"prices\":[") + test.entry + "]}");
    BOOST_TEST(told.starts_with(std::string("prices.json: ") + test.expected), told);
  }
}

BOOST_AUTO_TEST_CASE(money_is_shown_in_dollars) {
  BOOST_TEST(dollars(0) == "0.00");
  BOOST_TEST(dollars(1'500'000'000) == "1.50");
  BOOST_TEST(dollars(75) == "0.000000075");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
