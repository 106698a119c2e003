#include "gemini/model_resources.h"

#include <algorithm>

#include "domain/error.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

constexpr std::int64_t kDefaultPage = 50;
constexpr std::int64_t kLargestPage = 1000;

json::object resource_of(const ListedModel& listed) {
  if (!listed.resource.empty()) return listed.resource;
  const Model& model = listed.model;
  json::object resource{
      {"name", "models/" + listed.id},
      {"version", "001"},  // Google's models have one each, which nobody reads
      {"displayName", shown_name(listed)},
      {"description", ""},
      {"inputTokenLimit", model.input_limit},
      {"outputTokenLimit", model.output_limit},
      {"supportedGenerationMethods",
       json::array{model.embeddings ? "embedContent" : "generateContent", "countTokens"}},
  };
  if (model.thinking != Model::Thinking::none) resource["thinking"] = true;
  return resource;
}

std::size_t read_size(std::string_view text) {
  const std::int64_t size = text.empty() ? 0 : parse_integer(text).value_or(-1);
  if (size < 0) throw ApiError(ErrorKind::bad_request, "pageSize: expected a number");
  return static_cast<std::size_t>(size == 0 ? kDefaultPage : std::min(size, kLargestPage));
}

// A token is the id of the last model of the page before.
std::size_t read_token(const ModelList& list, std::string_view token) {
  if (token.empty()) return 0;
  const auto id = decode_base64(token);
  for (std::size_t i = 0; id && i < list.all().size(); ++i) {
    if (list.all()[i].id == *id) return i + 1;
  }
  throw ApiError(ErrorKind::bad_request, "pageToken: is not one of this list's");
}

}  // namespace

json::object model_page(const ModelList& list, const ModelPageQuery& query) {
  const std::size_t begin = read_token(list, query.page_token);
  const std::size_t end = std::min(begin + read_size(query.page_size), list.all().size());
  json::array models;
  for (std::size_t i = begin; i < end; ++i) models.push_back(resource_of(list.all()[i]));
  json::object page{{"models", std::move(models)}};
  if (end < list.all().size()) page["nextPageToken"] = base64url(list.all()[end - 1].id);
  return page;
}

json::object model_resource(const ModelList& list, std::string_view id) {
  const auto listed = list.find(id);
  if (!listed) {
    throw ApiError(ErrorKind::not_found,
                   "Model is not found: models/" + std::string(cut_utf8(id, 200)));
  }
  return resource_of(*listed);
}

}  // namespace castor::gemini
