#include "gemini/generation.h"

#include <algorithm>
#include <string>

#include "domain/notes.h"
#include "gemini/schema.h"

namespace castor::gemini {
namespace {

// A model that thinks spends maxOutputTokens on thoughts first. Who asks for fewer than this wants
// a short answer, not none: think little, and leave room for it.
constexpr std::int64_t kShortAnswer = 2048;
constexpr std::int64_t kRoomForThoughts = 1024;

constexpr std::int64_t kMostTopK = 1000;

void write_max_tokens(GenerationWish& wish, const TranslationConfig& config, GenerateCall& call,
                      json::object& generation) {
  const Model& model = call.choice.model;
  if (!wish.max_tokens) return;
  const std::int64_t limit = std::min(model.output_limit, config.max_output_tokens);
  std::int64_t tokens = *wish.max_tokens;
  if (tokens > limit) {
    add_note(call.notes, "clamped=max_tokens:" + std::to_string(tokens));
    tokens = limit;
  } else if (tokens < kShortAnswer && model.thinking != Model::Thinking::none) {
    if (wish.thinking.level || wish.thinking.budget) add_note(call.notes, "lowered=thinking");
    wish.thinking = ThinkingWish{.off = true};
    tokens += kRoomForThoughts;
  }
  generation.emplace("maxOutputTokens", tokens);
}

// Into the range that Gemini accepts.
template <typename T>
std::optional<T> clamped(std::optional<T> wished, T least, T most, const char* client,
                         GenerateCall& call) {
  if (!wished || (*wished >= least && *wished <= most)) return wished;
  add_note(call.notes, std::string("clamped=") + client);
  return std::clamp(*wished, least, most);
}

void write_sampling(const GenerationWish& wish, GenerateCall& call, json::object& generation) {
  const Model& model = call.choice.model;
  const auto dropped = [&call](const char* client) {
    add_note(call.notes, std::string("dropped=") + client);
  };
  const auto write = [&](const auto& wished, bool accepted, const char* name, const char* client) {
    if (!wished) return;
    if (!accepted) return dropped(client);
    generation.emplace(name, *wished);
  };
  const auto write_clamped = [&](const auto& wished, auto least, auto most, const char* name,
                                 const char* client) {
    if (!model.sampling) return write(wished, false, name, client);
    write(clamped(wished, least, most, client, call), true, name, client);
  };
  write_clamped(wish.temperature, 0.0, 2.0, "temperature", "temperature");
  write_clamped(wish.top_p, 0.0, 1.0, "topP", "top_p");
  // 0 and -1 say elsewhere that there is no limit; 1 would be the strictest.
  if (wish.top_k && *wish.top_k < 1) {
    dropped("top_k");
  } else {
    write_clamped(wish.top_k, std::int64_t{1}, kMostTopK, "topK", "top_k");
  }
  // Gemini's has 32 bits; without the others it still says the same each time.
  if (wish.seed) generation.emplace("seed", static_cast<std::int32_t>(*wish.seed));
  // The range is half open: 2 itself is refused.
  const auto penalty = [](std::optional<double> wished) {
    if (wished) wished = std::clamp(*wished, -2.0, 1.999);
    return wished;
  };
  write(penalty(wish.presence_penalty), model.penalties, "presencePenalty", "presence_penalty");
  write(penalty(wish.frequency_penalty), model.penalties, "frequencyPenalty", "frequency_penalty");
}

bool has_functions(const json::object& body) {
  const json::array* tools = json::find_array(body, "tools");
  return tools && std::any_of(tools->begin(), tools->end(), [](const json::value& tool) {
           return json::find(tool, "functionDeclarations") != nullptr;
         });
}

void write_format(const GenerationWish& wish, GenerateCall& call, json::object& generation) {
  if (!wish.json && !wish.schema) return;
  const Model& model = call.choice.model;
  if (has_functions(call.body) && !model.json_with_tools) {
    json::string words("When you give your final answer, output only JSON, without code fences",
                       call.body.storage());
    if (wish.schema)
      words.append(", that fits this JSON Schema:\n").append(json::serialize(*wish.schema));
    add_system_text(std::move(words), call.body);
    add_note(call.notes, "told=json");
    return;
  }
  generation.emplace("responseMimeType", "application/json");
  if (!wish.schema) return;
  const SchemaTarget target = model.json_schema ? SchemaTarget::json_schema : SchemaTarget::openapi;
  ConvertedSchema converted = convert_schema(*wish.schema, target, call.body.storage());
  if (converted.target == SchemaTarget::json_schema) {
    generation.emplace("responseJsonSchema", std::move(converted.schema));
  } else if (!converted.schema.empty()) {
    generation.emplace("responseSchema", std::move(converted.schema));
  }
}

}  // namespace

void write_generation(GenerationWish wish, const TranslationConfig& config, GenerateCall& call) {
  json::object generation(call.body.storage());
  write_max_tokens(wish, config, call, generation);
  write_sampling(wish, call, generation);
  write_format(wish, call, generation);
  // A model that makes pictures answers in words only unless it is asked for both.
  if (call.choice.model.image_output) {
    generation["responseModalities"] = json::array({"TEXT", "IMAGE"}, call.body.storage());
  }
  json::object thinking = thinking_config(call.choice, wish.thinking, call.body.storage());
  if (!thinking.empty()) generation.emplace("thinkingConfig", std::move(thinking));
  if (!generation.empty()) call.body.emplace("generationConfig", std::move(generation));
}

void write_safety(std::string_view threshold, json::object& body) {
  if (threshold == "default") return;
  json::array& settings = body["safetySettings"].emplace_array();
  for (const char* category :
       {"HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT",
        "HARM_CATEGORY_DANGEROUS_CONTENT"}) {
    settings.emplace_back(json::object({{"category", category}, {"threshold", threshold}}));
  }
}

void add_system_text(json::string text, json::object& body) {
  json::value& instruction = body["systemInstruction"];
  if (!instruction.is_object()) instruction.emplace_object()["parts"].emplace_array();
  json::array& parts = instruction.get_object()["parts"].get_array();
  parts.emplace_back(json::object(body.storage())).get_object().emplace("text", std::move(text));
}

}  // namespace castor::gemini
