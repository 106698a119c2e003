#include "gemini/model_list.h"

#include <algorithm>

namespace castor::gemini {
namespace {

constexpr std::string_view kPrefix = "models/";

std::string_view id_of(const json::object& resource) {
  std::string_view name = json::find_string(resource, "name");
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  return name;
}

bool does(const json::object& resource, std::string_view method) {
  const json::array* methods = json::find_array(resource, "supportedGenerationMethods");
  return methods && std::find(methods->begin(), methods->end(), json::value(method)) != methods->end();
}

// Google's word of a model that models.json does not have.
void describe(Model& model, const json::object& resource) {
  const auto limit = [&](std::string_view member, std::int64_t& target) {
    if (const std::int64_t tokens = json::find_integer(resource, member); tokens > 0) {
      target = tokens;
    }
  };
  limit("inputTokenLimit", model.input_limit);
  limit("outputTokenLimit", model.output_limit);
  model.display_name = json::find_string(resource, "displayName");
  if (model.display_name.empty()) model.display_name = model.id;
  model.embeddings = !does(resource, "generateContent");
}

}  // namespace

std::string shown_name(const ListedModel& listed) {
  const std::string& name = listed.model.display_name;
  return listed.id == listed.model.id ? name : listed.id + " (" + name + ")";
}

json::array servable_models(const json::value& answer) {
  json::array servable;
  const json::object* list = answer.if_object();
  const json::array* models = list ? json::find_array(*list, "models") : nullptr;
  if (!models) return servable;
  for (const json::value& entry : *models) {
    const json::object* resource = entry.if_object();
    if (!resource || id_of(*resource).empty()) continue;
    if (does(*resource, "generateContent") || does(*resource, "embedContent")) {
      servable.push_back(*resource);
    }
  }
  return servable;
}

ModelList::ModelList(const ModelMap& models, const json::array& resources) : models_(models) {
  const auto resource_of = [&](std::string_view id) -> const json::object* {
    for (const json::value& resource : resources) {
      if (resource.is_object() && id_of(resource.get_object()) == id) return &resource.get_object();
    }
    return nullptr;
  };
  for (const ModelMap::Alias& alias : models.aliases()) add(alias.pattern, nullptr);
  for (const Model& model : models.models()) add(model.id, resource_of(model.id));
  for (const json::value& resource : resources) {
    if (resource.is_object()) add(id_of(resource.get_object()), &resource.get_object());
  }
}

void ModelList::add(std::string_view id, const json::object* resource) {
  const auto is_it = [&](const ListedModel& listed) { return listed.id == id; };
  if (std::any_of(all_.begin(), all_.end(), is_it)) return;
  auto choice = models_.resolve(id);
  if (!choice) return;
  Model& model = choice->model;
  if (resource) {
    // Retired, or no model that we know how to ask.
    if (model.id != id) return;
    if (model.state.empty()) describe(model, *resource);
  }
  all_.push_back({std::string(id), std::move(model), resource ? *resource : json::object()});
}

std::optional<ListedModel> ModelList::find(std::string_view id) const {
  for (const ListedModel& listed : all_) {
    if (listed.id == id) return listed;
  }
  auto choice = models_.resolve(id);
  if (!choice) return std::nullopt;
  return ListedModel{std::string(id), std::move(choice->model), {}};
}

}  // namespace castor::gemini
