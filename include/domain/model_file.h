#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model.h"

namespace castor {

// The generation in a model's id. Compared as numbers: 3.10 is newer than 3.6.
struct ModelVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const ModelVersion&) const = default;
};

// What a models.json says, checked. The file itself explains its members.
struct ModelFile {
  // What the models have in common whose ids match. Later rules outrank earlier ones.
  struct Rule {
    std::vector<std::string> match, except;    // patterns, '*' stands for any characters
    std::optional<ModelVersion> from, before;  // versions it holds for; `before` is not among them
    std::vector<std::function<void(Model&)>> traits;
  };

  // A client's names and the model they mean.
  struct Alias {
    std::vector<std::string> match;
    std::string model;
    std::string paid;                        // the model for keys with billing; empty: the same
    std::optional<std::int64_t> dimensions;  // of the embeddings that a client expects of the name
  };

  ModelVersion newest;  // the generation of ids that show none, such as gemini-flash-latest
  std::vector<Rule> rules;
  std::vector<Model> models;  // rules already applied
  std::vector<Alias> aliases;
  std::vector<std::string> listed;  // names of aliases to show in the models list

  // The model of exactly this id, or nullptr.
  const Model* find(std::string_view id) const;

  // The first alias for a name in small letters, or nullptr.
  const Alias* find_alias(std::string_view name) const;

  // A model that is not in the file, as the rules describe it; nullopt when none does, or when this
  // cannot be a model's id: the text may come from a client and end up in a URL.
  std::optional<Model> describe(std::string_view id) const;
};

// Reads the text of a models.json. Throws std::runtime_error that names the entry:
// "models.json: models[3].thinking: …".
ModelFile read_model_file(std::string_view text);

}  // namespace castor
