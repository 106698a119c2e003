#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace castor {

// How much a model should think; the words are those of thinkingLevel. Ordered.
enum class ThinkingLevel { minimal, low, medium, high, xhigh };

// What a model can do and wants, as far as a translation depends on it. Read from models.json.
struct Model {
  std::string id;                      // the upstream's, without "models/": "gemini-4-hydrogen"
  std::string display_name;            // for the models list
  std::string family;                  // whose thought signatures it reads: "gemini-4"
  std::string released;                // "2026-11-12", for the models list
  std::int64_t input_limit = 1048576;  // tokens
  std::int64_t output_limit = 65536;   // tokens, of one streamed request
  bool embeddings = false;             // an embedding model: generates nothing

  enum class Thinking { none, level, budget };
  Thinking thinking = Thinking::level;
  ThinkingLevel lowest = ThinkingLevel::minimal;  // level models: nothing below is accepted
  ThinkingLevel highest = ThinkingLevel::high;
  std::int64_t budget_min = 0, budget_max = 24576;  // budget models: tokens
  std::optional<std::int64_t> budget_off;           // the budget that means off or nearest to it

  bool sampling = true;                     // temperature, topP, topK may be sent
  bool penalties = true;                    // presencePenalty, frequencyPenalty may be sent
  bool prefill = true;                      // a trailing model content is accepted
  bool signatures = true;                   // thought signatures are demanded on function calls
  bool call_ids = true;                     // functionCall.id and functionResponse.id exist
  bool result_media = true;                 // functionResponse.parts exists
  bool json_with_tools = true;              // structured output beside function tools
  bool server_tools_with_functions = true;  // googleSearch beside function tools
  bool json_schema = true;  // parametersJsonSchema; else only the OpenAPI subset `parameters`
};

// A client's model name, resolved.
struct ModelChoice {
  Model model;
  std::optional<ThinkingLevel> level;  // from a suffix such as "-high"; explicit fields outrank it
  bool thinking_off = false;           // suffix "-nothinking"
};

// The models there are, and which one a client's name means (protocol-mapping A.2, D.1).
// Built once, read by all threads.
class ModelMap {
 public:
  struct Alias {
    std::string pattern;  // '*' stands for any characters
    std::string model;
  };

  // From the text of a models.json. `today` ("2026-11-20", UTC) chooses among dated entries;
  // `aliases` are the operator's own and come first. Throws std::runtime_error that names the
  // entry.
  ModelMap(std::string_view models_json, std::string_view today, std::vector<Alias> aliases = {},
           std::string default_model = {});

  // nullopt: nothing matches and there is no default model.
  std::optional<ModelChoice> resolve(std::string_view name) const;

  // The models of the file in its order, and the fixed (pattern-free) aliases, for the models list.
  const std::vector<Model>& models() const { return models_; }
  const std::vector<Alias>& aliases() const { return aliases_; }

 private:
  std::vector<Model> models_;
  std::vector<Alias> aliases_;
  std::string default_model_;
  // (families: private to the implementation; extend as needed)
};

}  // namespace castor
