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

void write_sampling(const GenerationWish& wish, GenerateCall& call, json::object& generation) {
  const Model& model = call.choice.model;
  const auto write = [&](const auto& wished, bool accepted, const char* name, const char* client) {
    if (!wished) return;
    if (accepted) {
      generation.emplace(name, *wished);
    } else {
      add_note(call.notes, std::string("dropped=") + client);
    }
  };
  auto temperature = wish.temperature;
  if (temperature && model.sampling && (*temperature < 0 || *temperature > 2)) {
    add_note(call.notes, "clamped=temperature");
    temperature = std::clamp(*temperature, 0.0, 2.0);
  }
  // The range is half open: 2 itself is refused.
  const auto penalty = [](std::optional<double> wished) {
    if (wished) wished = std::clamp(*wished, -2.0, 1.999);
    return wished;
  };
  write(temperature, model.sampling, "temperature", "temperature");
  write(wish.top_p, model.sampling, "topP", "top_p");
  write(wish.top_k, model.sampling, "topK", "top_k");
  write(wish.seed, true, "seed", "seed");
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
  generation.emplace(model.json_schema ? "responseJsonSchema" : "responseSchema",
                     convert_schema(*wish.schema, target, call.body.storage()));
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
