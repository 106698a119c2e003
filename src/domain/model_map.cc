#include "domain/model_map.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "util/text.h"

namespace castor {
namespace {

// Longer than any model's name; what is longer is nobody's and not worth a search.
constexpr std::size_t kMaxName = 256;

void strip_prefix(std::string_view& text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
}

// "gemini-3.8-flash-high": what is before the suffix, if there is one, and what it asks for.
struct Suffixed {
  std::string_view id;
  std::optional<ThinkingLevel> level;
  bool thinking_off = false;
};

std::optional<Suffixed> split_suffix(std::string_view name) {
  const std::size_t hyphen = name.rfind('-');
  if (!name.starts_with("gemini-") || hyphen == std::string_view::npos) return std::nullopt;
  const std::string_view word = name.substr(hyphen + 1);
  Suffixed result{.id = name.substr(0, hyphen), .level = thinking_level(word)};
  // Who asks for thinking wants some where a small model would do without, but names no amount.
  if (word == "thinking") result.level = ThinkingLevel::medium;
  result.thinking_off = word == "nothinking";
  if (!result.level && !result.thinking_off) return std::nullopt;
  return result;
}

}  // namespace

ModelMap::ModelMap(std::string_view models_json, std::string_view today, std::vector<Alias> aliases,
                   std::string default_model, bool paid_keys)
    : file_(read_model_file(models_json)),
      today_(today),
      default_model_(to_lower(default_model)),
      paid_keys_(paid_keys) {
  for (const Alias& alias : aliases) {
    if (alias.pattern.empty()) throw std::runtime_error("an alias has no pattern");
    Chain chain{.pattern = to_lower(alias.pattern)};
    for (const std::string_view model : split(alias.model, ',')) {
      chain.models.push_back(to_lower(trim(model)));
      if (resolve_id(chain.models.back())) continue;
      throw std::runtime_error("alias " + alias.pattern + ": there is no model " +
                               std::string(trim(model)));
    }
    own_aliases_.push_back(std::move(chain));
    if (alias.pattern.find('*') == std::string::npos) aliases_.push_back(alias);
  }
  if (!default_model_.empty() && !resolve_id(default_model_)) {
    throw std::runtime_error("default model: there is no model " + default_model);
  }
  for (const Model& model : file_.models) {
    if (&in_service(model) == &model) models_.push_back(model);
  }
  for (const std::string& name : file_.listed) {
    const bool own = std::any_of(aliases_.begin(), aliases_.end(),
                                 [&](const Alias& alias) { return alias.pattern == name; });
    if (!own) aliases_.push_back({name, resolve(name)->model.id});
  }
}

const Model& ModelMap::in_service(const Model& model) const {
  const Model* current = &model;
  while (!current->replaced_by.empty() && current->retires <= today_) {
    current = file_.find(current->replaced_by);
  }
  return *current;
}

std::optional<ModelChoice> ModelMap::resolve_id(std::string_view id) const {
  if (const Model* model = file_.find(id)) return ModelChoice{.model = in_service(*model)};
  if (const auto suffixed = split_suffix(id)) {
    if (auto choice = resolve_id(suffixed->id)) {
      choice->level = suffixed->level;
      choice->thinking_off = suffixed->thinking_off;
      return choice;
    }
  }
  if (auto model = file_.describe(id)) return ModelChoice{.model = *std::move(model)};
  return std::nullopt;
}

std::optional<ModelChoice> ModelMap::resolve_chain(const Chain& chain, std::size_t link) const {
  link = std::min(link, chain.models.size() - 1);
  auto choice = resolve_id(chain.models[link]);
  if (choice) choice->fallbacks = chain.models.size() - 1 - link;
  return choice;
}

std::optional<ModelChoice> ModelMap::resolve(std::string_view name, std::size_t link) const {
  if (name.size() <= kMaxName) {
    const std::string lowered = to_lower(trim(name));
    std::string_view id = lowered;
    if (id.ends_with("[1m]")) id.remove_suffix(4);
    const std::string_view written = id;
    strip_prefix(id, "models/");
    strip_prefix(id, "google/");
    for (const Chain& chain : own_aliases_) {
      if (matches(chain.pattern, written) || matches(chain.pattern, id)) {
        return resolve_chain(chain, link);
      }
    }
    if (auto choice = resolve_id(id)) return choice;
    if (const ModelFile::Alias* alias = file_.find_alias(id)) {
      auto choice = resolve_id(paid_keys_ && !alias->paid.empty() ? alias->paid : alias->model);
      choice->dimensions = alias->dimensions;
      return choice;
    }
  }
  if (default_model_.empty()) return std::nullopt;
  auto choice = resolve_id(default_model_);
  choice->by_default = true;
  return choice;
}

}  // namespace castor
