#include "anthropic/model_list.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "domain/error.h"
#include "util/text.h"

namespace castor::anthropic {
namespace {

using Models = std::vector<const gemini::ListedModel*>;

constexpr std::size_t kDefaultLimit = 20;
constexpr std::int64_t kMaxLimit = 1000;

std::string midnight(std::string_view date) { return std::string(date).append("T00:00:00Z"); }

json::object info(const gemini::ListedModel& listed) {
  const Model& model = listed.model;
  json::value retires_at;
  if (!model.retires.empty()) retires_at = midnight(model.retires);
  return {
      {"type", "model"},
      {"id", listed.id},
      {"display_name", gemini::shown_name(listed)},
      {"created_at", midnight(model.released.empty() ? "1970-01-01" : model.released)},
      {"max_input_tokens", model.input_limit},
      {"max_tokens", model.output_limit},
      {"capabilities", nullptr},
      {"lifecycle", "active"},
      {"line", nullptr},
      {"deprecated_at", nullptr},
      {"retires_at", retires_at},
  };
}

[[noreturn]] void refuse(std::string_view parameter, std::string_view problem) {
  throw ApiError(ErrorKind::bad_request, std::string(parameter).append(": ").append(problem));
}

std::size_t read_limit(std::string_view text) {
  if (text.empty()) return kDefaultLimit;
  const auto limit = parse_integer(text);
  if (!limit || *limit < 1 || *limit > kMaxLimit) {
    refuse("limit", "expected a number from 1 to 1000");
  }
  return static_cast<std::size_t>(*limit);
}

std::size_t position(const Models& models, std::string_view parameter, std::string_view id) {
  const auto found =
      std::find_if(models.begin(), models.end(),
                   [&](const gemini::ListedModel* model) { return model->id == id; });
  if (found == models.end()) refuse(parameter, "is not the id of a model in this list");
  return static_cast<std::size_t>(found - models.begin());
}

}  // namespace

json::object model_list(const gemini::ModelList& list, const ModelListQuery& query) {
  Models models;
  for (const gemini::ListedModel& listed : list.all()) {
    if (!listed.model.embeddings) models.push_back(&listed);
  }
  const std::size_t limit = read_limit(query.limit);
  if (!query.after_id.empty() && !query.before_id.empty()) {
    refuse("before_id", "cannot be given beside after_id");
  }
  std::size_t begin = 0, end = models.size();
  bool has_more = false;  // in the direction the client is going
  if (!query.before_id.empty()) {
    end = position(models, "before_id", query.before_id);
    begin = end > limit ? end - limit : 0;
    has_more = begin > 0;
  } else {
    if (!query.after_id.empty()) begin = position(models, "after_id", query.after_id) + 1;
    end = std::min(begin + limit, models.size());
    has_more = end < models.size();
  }

  json::array data;
  for (std::size_t i = begin; i < end; ++i) data.push_back(info(*models[i]));
  json::object page = {{"data", std::move(data)}, {"has_more", has_more}};
  page["first_id"] = begin < end ? json::value(models[begin]->id) : json::value();
  page["last_id"] = begin < end ? json::value(models[end - 1]->id) : json::value();
  return page;
}

json::object model_info(const gemini::ModelList& list, std::string_view id) {
  const auto listed = list.find(id);
  if (!listed || listed->model.embeddings) {
    throw ApiError(ErrorKind::not_found, "model: " + std::string(cut_utf8(id, 200)));
  }
  return info(*listed);
}

}  // namespace castor::anthropic
