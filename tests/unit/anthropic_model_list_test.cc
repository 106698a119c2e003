#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "anthropic/model_list.h"
#include "domain/data.h"
#include "domain/error.h"

namespace castor::anthropic {
namespace {

const ModelMap& models() {
  static const ModelMap map(
      data::models, "2026-11-20",
      {{"mine", "gemini-3.8-flash"}, {"gemini-3.7-flash", "gemini-3.8-flash"}});
  return map;
}

const gemini::ModelList& known() {
  static const gemini::ModelList list(models(), {});
  return list;
}

std::vector<std::string> ids(const json::object& list) {
  std::vector<std::string> result;
  for (const json::value& entry : list.at("data").as_array()) {
    result.emplace_back(json::find_string(entry.as_object(), "id"));
  }
  return result;
}

std::string refusal(const ModelListQuery& query) {
  try {
    model_list(known(), query);
  } catch (const ApiError& error) {
    BOOST_CHECK(error.kind == ErrorKind::bad_request);
    return error.what();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(anthropic_model_list)

BOOST_AUTO_TEST_CASE(a_model_has_the_members_that_clients_read) {
  BOOST_TEST(model_info(known(), "gemini-2.5-pro") == json::parse(R"({
    "type": "model", "id": "gemini-2.5-pro", "display_name": "Gemini 2.5 Pro",
    "created_at": "2025-06-17T00:00:00Z", "max_input_tokens": 1048576, "max_tokens": 65536,
    "capabilities": null, "lifecycle": "active", "line": null, "deprecated_at": null,
    "retires_at": "2026-12-01T00:00:00Z"})"));
}

BOOST_AUTO_TEST_CASE(a_client_name_shows_which_model_it_means) {
  const json::object info = model_info(known(), "claude-opus-4-8-20260301");
  BOOST_TEST(json::find_string(info, "id") == "claude-opus-4-8-20260301");
  BOOST_TEST(json::find_string(info, "display_name") ==
             "claude-opus-4-8-20260301 (Gemini 4 Hydrogen)");
}

BOOST_AUTO_TEST_CASE(a_model_of_unknown_age_is_as_old_as_unix) {
  BOOST_TEST(json::find_string(model_info(known(), "gemini-flash-latest"), "created_at") ==
             "1970-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(an_unknown_id_is_not_found) {
  for (const auto id : {"llama-3", "", "gemini-embedding-001"}) {
    BOOST_CHECK_EXCEPTION(model_info(known(), id), ApiError, [id](const ApiError& error) {
      return error.kind == ErrorKind::not_found && error.what() == "model: " + std::string(id);
    });
  }
}

BOOST_AUTO_TEST_CASE(the_whole_list_fits_in_one_page_of_a_thousand) {
  const json::object list = model_list(known(), {.limit = "1000"});
  const auto all = ids(list);
  BOOST_TEST(list.at("has_more") == false);
  BOOST_TEST(all.front() == "mine");
  BOOST_TEST(list.at("first_id") == "mine");
  BOOST_TEST(list.at("last_id") == json::value(all.back()));
  for (const std::string& id : all) BOOST_TEST(std::count(all.begin(), all.end(), id) == 1, id);
  BOOST_TEST(std::count(all.begin(), all.end(), "gemini-embedding-001") == 0);
  // Claude Code's discovery takes ids that match claude|anthropic.
  BOOST_TEST(std::count_if(all.begin(), all.end(), [](const std::string& id) {
               return id.find("claude") != std::string::npos;
             }) == 5);
}

BOOST_AUTO_TEST_CASE(pages_follow_each_other_in_both_directions) {
  const auto all = ids(model_list(known(), {.limit = "1000"}));
  BOOST_TEST(ids(model_list(known(), {})).size() == 20u);
  BOOST_TEST(model_list(known(), {}).at("has_more") == true);

  std::vector<std::string> forwards;
  std::string last;
  for (bool has_more = true; has_more;) {
    const json::object page = model_list(known(), {.limit = "7", .after_id = last});
    for (const std::string& id : ids(page)) forwards.push_back(id);
    last = forwards.back();
    has_more = page.at("has_more").as_bool();
  }
  BOOST_TEST(forwards == all);

  std::vector<std::string> backwards = {all.back()};
  for (bool has_more = true; has_more;) {
    const std::string first = backwards.front();
    const json::object page = model_list(known(), {.limit = "7", .before_id = first});
    const auto before = ids(page);
    backwards.insert(backwards.begin(), before.begin(), before.end());
    has_more = page.at("has_more").as_bool();
  }
  BOOST_TEST(backwards == all);
}

BOOST_AUTO_TEST_CASE(a_page_behind_the_last_model_is_empty) {
  const auto all = ids(model_list(known(), {.limit = "1000"}));
  const json::object page = model_list(known(), {.after_id = all.back()});
  BOOST_TEST(page == json::parse(R"({"data":[],"has_more":false,"first_id":null,"last_id":null})"));
}

BOOST_AUTO_TEST_CASE(a_wrong_query_is_refused_by_name) {
  for (const auto limit : {"0", "1001", "-1", "ten", "5 ", "99999999999999999999"}) {
    BOOST_TEST(refusal({.limit = limit}) == "limit: expected a number from 1 to 1000");
  }
  BOOST_TEST(refusal({.after_id = "x"}) == "after_id: is not the id of a model in this list");
  BOOST_TEST(refusal({.before_id = "x"}) == "before_id: is not the id of a model in this list");
  BOOST_TEST(refusal({.after_id = "mine", .before_id = "mine"}) ==
             "before_id: cannot be given beside after_id");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::anthropic
