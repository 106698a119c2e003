#include "anthropic/model_list.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "domain/error.h"
#include "util/text.h"

namespace castor::anthropic {
namespace {

constexpr std::size_t kDefaultLimit = 20;
constexpr std::int64_t kMaxLimit = 1000;

std::string midnight(std::string_view date) { return std::string(date).append("T00:00:00Z"); }

json::object info(std::string_view id, const Model& model) {
  std::string display_name = model.display_name;
  if (id != model.id) display_name = std::string(id).append(" (").append(display_name).append(")");
  json::value retires_at;
  if (!model.retires.empty()) retires_at = midnight(model.retires);
  return {
      {"type", "model"},
      {"id", id},
      {"display_name", display_name},
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

// The ids of the list, each once: a repeated one would send a client that pages round in circles.
std::vector<std::string_view> listed_ids(const ModelMap& models) {
  std::vector<std::string_view> ids;
  const auto add = [&ids](std::string_view id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  for (const ModelMap::Alias& alias : models.aliases()) add(alias.pattern);
  for (const Model& model : models.models()) add(model.id);
  std::erase_if(ids, [&](std::string_view id) { return models.resolve(id)->model.embeddings; });
  return ids;
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

std::size_t position(const std::vector<std::string_view>& ids, std::string_view parameter,
                     std::string_view id) {
  const auto found = std::find(ids.begin(), ids.end(), id);
  if (found == ids.end()) refuse(parameter, "is not the id of a model in this list");
  return static_cast<std::size_t>(found - ids.begin());
}

}  // namespace

json::object model_list(const ModelMap& models, const ModelListQuery& query) {
  const std::vector<std::string_view> ids = listed_ids(models);
  const std::size_t limit = read_limit(query.limit);
  if (!query.after_id.empty() && !query.before_id.empty()) {
    refuse("before_id", "cannot be given beside after_id");
  }
  std::size_t begin = 0, end = ids.size();
  bool has_more = false;  // in the direction the client is going
  if (!query.before_id.empty()) {
    end = position(ids, "before_id", query.before_id);
    begin = end > limit ? end - limit : 0;
    has_more = begin > 0;
  } else {
    if (!query.after_id.empty()) begin = position(ids, "after_id", query.after_id) + 1;
    end = std::min(begin + limit, ids.size());
    has_more = end < ids.size();
  }

  json::array data;
  for (std::size_t i = begin; i < end; ++i) data.push_back(model_info(models, ids[i]));
  json::object list = {{"data", std::move(data)}, {"has_more", has_more}};
  list["first_id"] = begin < end ? json::value(ids[begin]) : json::value();
  list["last_id"] = begin < end ? json::value(ids[end - 1]) : json::value();
  return list;
}

json::object model_info(const ModelMap& models, std::string_view id) {
  const auto choice = models.resolve(id);
  if (!choice || choice->model.embeddings) {
    throw ApiError(ErrorKind::not_found, "model: " + std::string(cut_utf8(id, 200)));
  }
  return info(id, choice->model);
}

}  // namespace castor::anthropic
