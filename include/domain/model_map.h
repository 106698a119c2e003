#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model.h"
#include "domain/model_file.h"

namespace castor {

// A client's model name, resolved.
struct ModelChoice {
  Model model;
  std::optional<ThinkingLevel> level;  // from a suffix such as "-high"; explicit fields outrank it
  bool thinking_off = false;           // suffix "-nothinking"
  std::optional<std::int64_t> dimensions;  // of embeddings, where the client's name implies them
  bool by_default = false;                 // nothing matched: this is the default model
  std::size_t fallbacks =
      0;  // how many models the alias names for when no key is left for this one
};

// The models there are, and which one a client's name means (protocol-mapping A.2, D.1).
// Built once, read by all threads.
class ModelMap {
 public:
  struct Alias {
    std::string pattern;  // '*' stands for any characters; case does not matter
    // May carry a suffix such as "-high". Several, "a, b, c", are a chain: one is used when no key
    // is left for those before it.
    std::string model;
  };

  // From the text of a models.json. `today` ("2026-11-20", UTC) decides which models are retired;
  // `aliases` are the operator's own and come first; with `paid_keys` the names of the strongest
  // clients' models mean models that keys without billing cannot use. Throws std::runtime_error
  // that names the entry.
  ModelMap(std::string_view models_json, std::string_view today, std::vector<Alias> aliases = {},
           std::string default_model = {}, bool paid_keys = false);

  // What a client's name means; first match wins:
  //
  //   an alias of the operator's         that model
  //   gemini-…, gemma-…                  itself, or what replaces it once it is retired
  //   gemini-…-high, …-nothinking        the same with that much thinking
  //   an alias of models.json            that model
  //   anything else                      the default model, if there is one, else nullopt
  //
  // `link` counts along an alias's chain of models: 0 is the first.
  //
  // Case, the prefixes "models/" and "google/" and Claude Code's suffix "[1m]" do not matter.
  std::optional<ModelChoice> resolve(std::string_view name, std::size_t link = 0) const;

  // For the models list: the models of the file in its order, without the retired; and the names
  // without a pattern, the operator's first, then those that the file wants listed.
  const std::vector<Model>& models() const { return models_; }
  const std::vector<Alias>& aliases() const { return aliases_; }

 private:
  // An alias of the operator's, in small letters.
  struct Chain {
    std::string pattern;
    std::vector<std::string> models;
  };

  std::optional<ModelChoice> resolve_id(std::string_view id) const;
  std::optional<ModelChoice> resolve_chain(const Chain& chain, std::size_t link) const;
  const Model& in_service(const Model& model) const;

  ModelFile file_;
  std::string today_;
  std::vector<Chain> own_aliases_;
  std::string default_model_;
  bool paid_keys_;
  std::vector<Model> models_;
  std::vector<Alias> aliases_;
};

}  // namespace castor
