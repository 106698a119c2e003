#include "openai/chat_request.h"

#include "domain/notes.h"
#include "domain/stop_sequences.h"
#include "gemini/media.h"
#include "gemini/prompt.h"
#include "json/field.h"
#include "openai/chat_messages.h"
#include "openai/chat_tools.h"
#include "openai/google_extras.h"
#include "openai/request_fields.h"

namespace castor::openai {
namespace {

// What would change the answer's form, and cannot be had.
void refuse_what_cannot_be_served(const json::Field& root) {
  const json::Field count = root["n"];
  const json::Field audio = root["audio"];
  const json::Field modalities = root["modalities"];
  if (count.integer_or(1) < 1) count.fail("must be at least 1");
  if (count.integer_or(1) > 1) throw unsupported_value(count, "only one choice can be had");
  for (std::size_t i = 0; i < modalities.size(); ++i) {
    const json::Field modality = modalities.at(i);
    if (modality.string() != "text") throw unsupported_value(modality, "only text can be had");
  }
  if (!audio.empty()) throw unsupported_value(audio, "replies have no sound");
}

bool says_something(const json::Field& field) {
  if (field.is_boolean()) return field.boolean();
  if (field.is_object()) return !field.members().empty();
  return !field.empty();
}

void note_what_is_missing(const json::Field& root, GenerateCall& call) {
  for (const char* name :
       {"logprobs", "top_logprobs", "logit_bias", "verbosity", "prediction", "moderation"}) {
    const json::Field field = root[name];
    if (says_something(field)) add_note(call.notes, std::string("dropped=") + name);
  }
  if (call.choice.by_default) add_note(call.notes, "model=default");
}

std::vector<std::string> read_stop(const json::Field& stop) {
  if (stop.is_string() && !stop.string().empty()) return {std::string(stop.string())};
  return read_stop_sequences(stop);
}

std::optional<std::int64_t> read_max_tokens(const json::Field& root) {
  const json::Field completion = root["max_completion_tokens"];
  const json::Field old = root["max_tokens"];
  const json::Field& limit = completion.empty() ? old : completion;
  const auto tokens = limit.optional_integer();
  if (tokens && *tokens < 1) limit.fail("must be at least 1");
  return tokens;
}

gemini::GenerationWish read_generation(const json::Field& root, GenerateCall& call) {
  const json::Field temperature = root["temperature"];
  const json::Field top_p = root["top_p"];
  const json::Field seed = root["seed"];
  const json::Field presence = root["presence_penalty"];
  const json::Field frequency = root["frequency_penalty"];
  const json::Field format = root["response_format"];
  const json::Field effort = root["reasoning_effort"];

  gemini::GenerationWish wish;
  wish.max_tokens = read_max_tokens(root);
  wish.temperature = temperature.optional_number();
  wish.top_p = top_p.optional_number();
  wish.seed = seed.optional_integer();
  wish.presence_penalty = presence.optional_number();
  wish.frequency_penalty = frequency.optional_number();
  read_format(format, wish);
  read_effort(effort, wish.thinking, call.notes);
  wish.thinking.include_thoughts = wish.thinking.level.has_value();
  return wish;
}

}  // namespace

GenerateCall read_chat_request(json::value& request, const ReadContext& context) {
  const json::Field root(request);
  const json::Field model = root["model"];
  const json::Field messages = root["messages"];
  const json::Field stream = root["stream"];
  const json::Field stream_options = root["stream_options"];
  const json::Field include_usage = stream_options["include_usage"];
  const json::Field stop = root["stop"];
  const json::Field service_tier = root["service_tier"];
  refuse_what_cannot_be_served(root);

  GenerateCall call{.body = json::object(context.storage)};  // assigned later, it would be a copy
  call.requested_model = model.string();
  call.choice = read_model(model, context);
  call.stream = stream.boolean_or(false);
  call.include_usage = include_usage.boolean_or(false);
  call.stop_sequences = read_stop(stop);
  read_identity(root, call);
  note_what_is_missing(root, call);

  gemini::MediaReader media(context.config.max_inline_bytes, context.storage);
  ChatMessages read =
      read_chat_messages(messages, {.media = media, .notes = call.notes}, context.storage);
  gemini::Prompt prompt;
  prompt.system = std::move(read.system);
  prompt.turns = std::move(read.turns);
  read_chat_tools(root, context.config, prompt, call);
  prompt.generation = read_generation(root, call);
  prompt.service_tier = read_service_tier(service_tier);
  read_google_extras(root, prompt);
  call.show_thoughts = prompt.generation.thinking.include_thoughts;
  call.carry_signatures = context.config.carry_text_signatures;
  gemini::write_body(std::move(prompt), context, call);
  return call;
}

}  // namespace castor::openai
