#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model_map.h"
#include "json/json.h"

namespace castor::gemini {

// A name that requests may have, and what it means.
struct ListedModel {
  std::string id;
  Model model;
  json::object resource;  // what Google's list says of this very model; empty: nothing
};

// For people: a name has its model's in brackets.
std::string shown_name(const ListedModel& listed);

// The members of Google's answer to models.list that castor can serve: those of its models that do
// generateContent or embedContent. Empty where the answer is none.
json::array servable_models(const json::value& answer);

// What the lists of all client APIs show: first the names without a pattern, so that clients that
// read one page see them, then the models of models.json in its order, then those that only Google
// knows. Each id once: a repeated one would send a client that pages round in circles.
class ModelList {
 public:
  // `resources` is what servable_models() gave, now or earlier.
  ModelList(const ModelMap& models, const json::array& resources);

  const std::vector<ListedModel>& all() const { return all_; }

  // Every id that a request may name; with the list's case and spelling, or the client's own.
  std::optional<ListedModel> find(std::string_view id) const;

 private:
  void add(std::string_view id, const json::object* resource);

  const ModelMap& models_;
  std::vector<ListedModel> all_;
};

}  // namespace castor::gemini
