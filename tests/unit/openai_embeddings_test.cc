#include <boost/test/unit_test.hpp>
#include <cmath>

#include "domain/data.h"
#include "domain/error.h"
#include "openai/embeddings.h"

namespace castor::openai {
namespace {

const ModelMap& models() {
  static const ModelMap map(data::models, "2026-11-20", {}, "gemini-3.8-flash");
  return map;
}

json::object answer(std::size_t count, std::size_t length) {
  json::array embeddings;
  for (std::size_t i = 0; i < count; ++i) {
    json::array values(length, static_cast<double>(i + 1));
    embeddings.push_back(json::object{{"values", std::move(values)}});
  }
  return {{"embeddings", std::move(embeddings)},
          {"usageMetadata", {{"promptTokenCount", static_cast<std::int64_t>(count)}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openai_embeddings)

BOOST_AUTO_TEST_CASE(batches_follow_each_other) {
  json::array texts;
  for (int i = 0; i < 250; ++i) texts.push_back(json::value("text " + std::to_string(i)));
  json::value document = {{"model", "text-embedding-3-small"}, {"input", texts}};
  const EmbeddingsRequest request = read_embeddings(document, models());
  EmbeddingsBuilder builder(request);
  for (const std::size_t first : {0, 100, 200}) {
    const std::size_t count = std::min<std::size_t>(100, 250 - first);
    const json::value batch = json::parse(embeddings_batch(request, first, count));
    const json::array& requests = batch.at("requests").as_array();
    BOOST_TEST(requests.size() == count);
    BOOST_TEST(requests[0].at("content").at("parts").at(0).at("text") ==
               json::value("text " + std::to_string(first)));
    BOOST_TEST(requests.back().at("outputDimensionality") == 1536);
    builder.add(count, answer(count, 1536));
  }
  const json::value reply = json::parse(builder.finish());
  BOOST_TEST(reply.at("data").as_array().size() == 250u);
  for (std::int64_t i = 0; i < 250; ++i) {
    const json::value& entry = reply.at("data").at(static_cast<std::size_t>(i));
    BOOST_TEST(entry.at("index") == i);
    BOOST_TEST(entry.at("embedding").as_array().size() == 1536u);
    BOOST_TEST(std::abs(entry.at("embedding").at(0).to_number<double>() - 1 / std::sqrt(1536.0)) <
               1e-7);
  }
  BOOST_TEST(reply.at("model") == "text-embedding-3-small");
  BOOST_TEST(reply.at("usage").at("prompt_tokens") == 250);
  BOOST_TEST(!builder.estimated());
}

BOOST_AUTO_TEST_CASE(what_is_estimated_is_known_to_be) {
  json::value document = {{"model", "text-embedding-3-small"}, {"input", "12345"}};
  const EmbeddingsRequest request = read_embeddings(document, models());
  EmbeddingsBuilder builder(request);
  json::object uncounted = answer(1, 3);
  uncounted.erase("usageMetadata");
  builder.add(1, uncounted);
  BOOST_TEST(builder.estimated());
  BOOST_TEST(builder.tokens() == 2);
}

BOOST_AUTO_TEST_CASE(answers_that_are_none_are_a_bad_gateway) {
  json::value document = {{"model", "text-embedding-3-small"}, {"input", "a"}};
  const EmbeddingsRequest request = read_embeddings(document, models());
  for (const char* text :
       {"null", "[]", "{}", R"({"embeddings":{}})", R"({"embeddings":[7]})",
        R"({"embeddings":[{"values":[]}]})", R"({"embeddings":[{"values":["1"]}]})",
        R"({"embeddings":[{"values":[1e300,1e300]}]})"}) {
    EmbeddingsBuilder builder(request);
    BOOST_CHECK_EXCEPTION(builder.add(1, json::parse(text)), ApiError, [](const ApiError& error) {
      return error.kind == ErrorKind::bad_gateway;
    });
  }
}

BOOST_AUTO_TEST_CASE(the_default_model_is_no_answer_to_an_unknown_name) {
  json::value document = {{"model", "nobody"}, {"input", "a"}};
  BOOST_CHECK_EXCEPTION(read_embeddings(document, models()), ApiError,
                        [](const ApiError& error) { return error.code == "model_not_found"; });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
