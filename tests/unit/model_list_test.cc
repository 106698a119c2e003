#include "gemini/model_list.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "domain/data.h"
#include "domain/error.h"
#include "gemini/model_resources.h"
#include "openai/model_list.h"

namespace castor {
namespace {

using gemini::ModelList;

const ModelMap& models() {
  static const ModelMap map(data::models, "2026-12-02",
                            {{"mine", "gemini-3.8-flash"},
                             {"gemini-3.7-flash", "gemini-3.8-flash"},
                             {"my-*", "gemini-3.8-flash"}});
  return map;
}

json::value resource(const std::string& id, const char* method) {
  return {{"name", "models/" + id},
          {"displayName", "Google's " + id},
          {"inputTokenLimit", 5},
          {"outputTokenLimit", 7},
          {"topK", 64},
          {"supportedGenerationMethods", json::array{"countTokens", method}}};
}

json::array resources() {
  return gemini::servable_models(json::object{
      {"models", json::array{resource("gemini-3.8-flash", "generateContent"),
                             resource("gemini-5-new", "generateContent"),
                             resource("gemini-embedding-9", "embedContent"),
                             resource("gemini-2.5-pro", "generateContent"),
                             resource("gemini-3.7-flash", "generateContent"),
                             resource("veo-4", "predictLongRunning"),
                             resource("aqa", "generateContent"), 17, json::object{{"name", 3}}}},
      {"nextPageToken", "x"}});
}

std::vector<std::string> ids(const ModelList& list) {
  std::vector<std::string> result;
  for (const gemini::ListedModel& listed : list.all()) result.push_back(listed.id);
  return result;
}

bool has(const std::vector<std::string>& ids, const char* id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// The message of a refusal.
template <typename Call>
std::string refusal(ErrorKind kind, const Call& call) {
  try {
    call();
  } catch (const ApiError& error) {
    BOOST_CHECK(error.kind == kind);
    return error.what();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(model_list)

BOOST_AUTO_TEST_CASE(of_googles_list_what_generates_or_embeds_is_kept) {
  BOOST_TEST(resources().size() == 6u);
  for (const auto text : {"null", "[]", "{}", R"({"models":{}})", R"({"models":[[],null,{}]})"}) {
    BOOST_TEST(gemini::servable_models(json::parse(text)).empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(names_come_first_then_the_file_then_what_only_google_knows) {
  const std::vector<std::string> all = ids(ModelList(models(), resources()));
  BOOST_TEST(all.front() == "mine");
  BOOST_TEST(has(all, "claude-opus-5-5"));
  BOOST_TEST(has(all, "gemini-4-hydrogen"));
  BOOST_TEST(!has(all, "my-*"));
  BOOST_TEST(all.at(all.size() - 2) == "gemini-5-new");
  BOOST_TEST(all.back() == "gemini-embedding-9");
  for (const std::string& id : all) BOOST_TEST(std::count(all.begin(), all.end(), id) == 1, id);
  // Neither what is retired, nor what cannot be asked for by its id.
  BOOST_TEST(!has(all, "gemini-2.5-pro"));
  BOOST_TEST(!has(all, "aqa"));
}

BOOST_AUTO_TEST_CASE(google_describes_what_the_file_does_not) {
  const ModelList list(models(), resources());
  const auto unknown = list.find("gemini-5-new").value();
  BOOST_TEST(unknown.model.display_name == "Google's gemini-5-new");
  BOOST_TEST(unknown.model.input_limit == 5);
  BOOST_TEST(unknown.model.output_limit == 7);
  BOOST_TEST(!unknown.model.embeddings);
  BOOST_TEST(list.find("gemini-embedding-9")->model.embeddings);
  BOOST_TEST(list.find("gemini-3.8-flash")->model.input_limit == 1048576);
}

BOOST_AUTO_TEST_CASE(every_name_that_a_request_may_have_is_found) {
  const ModelList list(models(), {});
  BOOST_TEST(list.find("gpt-5.5-turbo-2027")->model.id == "gemini-4-hydrogen");
  BOOST_TEST(list.find("gpt-5.5-turbo-2027")->id == "gpt-5.5-turbo-2027");
  BOOST_TEST(!list.find("llama-3").has_value());
}

BOOST_AUTO_TEST_CASE(google_s_clients_get_google_s_own_words_where_there_are_any) {
  const ModelList list(models(), resources());
  BOOST_TEST(gemini::model_resource(list, "gemini-3.8-flash") ==
             resource("gemini-3.8-flash", "generateContent").as_object());
  BOOST_TEST(gemini::model_resource(list, "claude-opus-5-5") == json::parse(R"json({
    "name": "models/claude-opus-5-5", "version": "001", "description": "",
    "displayName": "claude-opus-5-5 (Gemini 4 Hydrogen)", "inputTokenLimit": 1048576,
    "outputTokenLimit": 65536, "supportedGenerationMethods": ["generateContent", "countTokens"],
    "thinking": true})json"));
  // A name that the operator gave to another model says nothing of the one it has the name of.
  BOOST_TEST(gemini::model_resource(list, "gemini-3.7-flash").at("displayName") ==
             "gemini-3.7-flash (Gemini 3.8 Flash)");
  BOOST_TEST(
      gemini::model_resource(list, "gemini-embedding-001").at("supportedGenerationMethods") ==
      (json::array{"embedContent", "countTokens"}));
  BOOST_TEST(refusal(ErrorKind::not_found, [&] { gemini::model_resource(list, "llama"); }) ==
             "Model is not found: models/llama");
}

BOOST_AUTO_TEST_CASE(google_s_pages_follow_each_other) {
  const ModelList list(models(), resources());
  std::vector<std::string> seen;
  for (std::string token;;) {
    const json::object page = gemini::model_page(list, {.page_size = "7", .page_token = token});
    BOOST_TEST(page.at("models").as_array().size() <= 7u);
    for (const json::value& model : page.at("models").as_array()) {
      seen.emplace_back(model.at("name").as_string().subview(7));
    }
    token = json::find_string(page, "nextPageToken");
    if (token.empty()) break;
  }
  BOOST_TEST(seen == ids(list));
  for (const auto size : {"", "0", "1000", "99999999"}) {
    BOOST_TEST(!gemini::model_page(list, {.page_size = size}).contains("nextPageToken"), size);
  }
  for (const auto size : {"-1", "ten", "1.5", "99999999999999999999"}) {
    BOOST_TEST(refusal(ErrorKind::bad_request, [&] {
                 gemini::model_page(list, {.page_size = size});
               }) == "pageSize: expected a number");
  }
  for (const auto token : {"!", "x", "AAAA"}) {
    BOOST_TEST(refusal(ErrorKind::bad_request, [&] {
                 gemini::model_page(list, {.page_token = token});
               }) == "pageToken: is not one of this list's");
  }
}

BOOST_AUTO_TEST_CASE(openai_s_clients_get_what_they_read) {
  const ModelList list(models(), resources());
  BOOST_TEST(openai::model_info(list, "gemini-3.8-flash") == json::parse(R"({
    "id": "gemini-3.8-flash", "object": "model", "created": 1788307200, "owned_by": "google",
    "shutdown_date": null})"));
  BOOST_TEST(openai::model_info(list, "gemini-5-new").at("created") == 0);
  const ModelMap before(data::models, "2026-11-20");
  BOOST_TEST(openai::model_info(ModelList(before, {}), "gemini-2.5-pro").at("shutdown_date") ==
             "2026-12-01");
  const json::object all = openai::model_list(list);
  BOOST_TEST(all.at("object") == "list");
  BOOST_TEST(all.at("data").as_array().size() == list.all().size());
  BOOST_TEST(all.at("data").at(0).at("id") == "mine");
  BOOST_TEST(refusal(ErrorKind::not_found, [&] { openai::model_info(list, "llama"); }) ==
             "The model `llama` does not exist");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
