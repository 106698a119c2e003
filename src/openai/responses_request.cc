#include "openai/responses_request.h"

#include "domain/error.h"
#include "domain/notes.h"
#include "gemini/prompt.h"
#include "json/append.h"
#include "json/field.h"
#include "openai/kept_replies.h"
#include "openai/request_fields.h"
#include "openai/responses_echo.h"
#include "openai/responses_input.h"
#include "openai/responses_tools.h"
#include "openai/tools.h"

namespace castor::openai {
namespace {

constexpr std::string_view kEncryptedReasoning = "reasoning.encrypted_content";

constexpr std::string_view kCompactionRequest =
    "Write a summary of this conversation that takes its place: whoever goes on with the work gets "
    "nothing else. Say what the user wants and has said about how, what was done and found, what "
    "is "
    "decided, the state things are in now (files, commands, errors, by their exact names), and "
    "what "
    "remains to be done. Output only the summary.";

// What would change the meaning of an answer if it were ignored.
void refuse_what_cannot_be_served(const json::Field& root) {
  const json::Field background = root["background"];
  const json::Field conversation = root["conversation"];
  const json::Field prompt = root["prompt"];
  if (background.boolean_or(false)) {
    throw unsupported_value(background, "responses are not made in the background here");
  }
  if (!conversation.empty()) {
    throw unsupported_value(conversation, "conversations are not kept here; send them as input");
  }
  if (!prompt.empty()) throw unsupported_value(prompt, "prompt templates are not kept here");
}

void note_what_is_missing(const json::Field& root, GenerateCall& call) {
  for (const char* member : {"max_tool_calls", "context_management", "moderation"}) {
    const json::Field field = root[member];
    if (!field.empty()) add_note(call.notes, std::string("dropped=").append(member));
  }
  const json::Field logprobs = root["top_logprobs"];
  const json::Field truncation = root["truncation"];
  if (logprobs.integer_or(0) > 0) add_note(call.notes, "dropped=top_logprobs");
  if (truncation.string_or("disabled") != "disabled") add_note(call.notes, "dropped=truncation");
  if (call.choice.by_default) add_note(call.notes, "model=default");
}

void read_include(const json::Field& include, const TranslationConfig& config, GenerateCall& call) {
  for (std::size_t i = 0; i < include.size(); ++i) {
    if (include.at(i).string() == kEncryptedReasoning) {
      call.encrypted_reasoning = true;
    } else {
      add_note(call.notes, "dropped=include");
    }
  }
  call.carry_signatures = call.encrypted_reasoning && config.carry_text_signatures;
}

// D.5: whoever says how to reason, and does not say not to, sees the summaries.
gemini::ThinkingWish read_reasoning(const json::Field& reasoning, const json::Field& update,
                                    GenerateCall& call) {
  gemini::ThinkingWish wish;
  if (reasoning.empty() && update.empty()) return wish;
  const json::Field own_effort = reasoning["effort"];
  const json::Field summary = reasoning["summary"];
  const json::Field old_summary = reasoning["generate_summary"];
  const json::Field& effort = update.empty() ? own_effort : update;
  read_effort(effort, wish, call.notes);
  wish.include_thoughts = !wish.off && !(effort.empty() && summary.empty() && old_summary.empty());
  call.show_thoughts = wish.include_thoughts;
  return wish;
}

gemini::GenerationWish read_generation(const json::Field& root, std::string effort_update,
                                       GenerateCall& call) {
  const json::Field max_tokens = root["max_output_tokens"];
  const json::Field temperature = root["temperature"];
  const json::Field top_p = root["top_p"];
  const json::Field reasoning = root["reasoning"];
  const json::Field text = root["text"];
  const json::Field format = text["format"];
  json::value updated;
  if (!effort_update.empty()) updated = json::string(effort_update);

  gemini::GenerationWish wish;
  wish.max_tokens = max_tokens.optional_integer();
  if (wish.max_tokens && *wish.max_tokens < 1) max_tokens.fail("must be at least 1");
  wish.temperature = temperature.optional_number();
  wish.top_p = top_p.optional_number();
  wish.thinking = read_reasoning(reasoning, json::Field(updated), call);
  read_format(format, wish);
  return wish;
}

// What the request adds to its conversation, before it is consumed.
void keep_input(const json::Field& root, GenerateCall& call) {
  const json::Field previous = root["previous_response_id"];
  const json::Field input = root["input"];
  KeptReply& keep = call.keep.emplace();
  keep.previous = previous.string_or("");
  if (input.is_array()) {
    json::append_value(keep.input, root.members().at("input"));
  } else if (input.is_string()) {
    keep.input = json::serialize(
        json::array{{{"type", "message"}, {"role", "user"}, {"content", input.string()}}});
  } else {
    keep.input = "[]";
  }
}

void ask_for_summary(gemini::Prompt& prompt, const ReadContext& context, GenerateCall& call) {
  call.compacts = true;
  call.show_thoughts = false;
  call.single_call = false;
  prompt.functions.clear();
  prompt.server_tools.clear();
  prompt.tool_choice = {};
  prompt.generation.json = false;
  prompt.generation.schema.reset();
  prompt.generation.thinking.include_thoughts = false;
  gemini::turn_of(gemini::Role::user, prompt.turns)
      .parts.emplace_back(gemini::Text{json::string(kCompactionRequest, context.storage)});
}

}  // namespace

GenerateCall read_responses(json::value& request, const ReadContext& context) {
  const json::Field root(request);
  const json::Field model = root["model"];
  const json::Field stream = root["stream"];
  const json::Field store = root["store"];
  const json::Field include = root["include"];
  const json::Field instructions = root["instructions"];
  const json::Field input = root["input"];
  const json::Field previous = root["previous_response_id"];
  const json::Field tool_fields = root["tools"];
  const json::Field tool_choice = root["tool_choice"];
  const json::Field parallel = root["parallel_tool_calls"];
  const json::Field service_tier = root["service_tier"];
  refuse_what_cannot_be_served(root);
  if (input.empty() && previous.empty() && instructions.empty()) input.fail("is required");

  GenerateCall call{.body = json::object(context.storage)};
  call.requested_model = model.string();
  call.choice = read_model(model, context);
  call.stream = stream.boolean_or(false);
  call.single_call = !parallel.boolean_or(true);
  read_identity(root, call);
  read_include(include, context.config, call);
  note_what_is_missing(root, call);
  const bool stores = store.boolean_or(context.replies != nullptr);
  call.echo = responses_echo(root, stores);
  if (stores && context.replies) keep_input(root, call);
  if (stores && !context.replies) add_note(call.notes, "dropped=store");

  ResponsesTools tools(context.config, call);
  for (std::size_t i = 0; i < tool_fields.size(); ++i) tools.add(tool_fields.at(i));
  gemini::MediaReader media(context.config.max_inline_bytes, context.storage);
  KeptReplies kept(context);
  ResponsesInput read = read_responses_input(kept.conversation_before(previous), input,
                                             {.kept = kept,
                                              .model = call.choice.model,
                                              .media = media,
                                              .tools = tools,
                                              .notes = call.notes,
                                              .storage = context.storage});

  gemini::Prompt prompt;
  if (!instructions.string_or("").empty()) prompt.system.push_back(instructions.take_string());
  for (json::string& text : read.system) prompt.system.push_back(std::move(text));
  for (json::string& text : tools.take_descriptions()) prompt.system.push_back(std::move(text));
  prompt.turns = std::move(read.turns);
  prompt.functions = tools.take_functions();
  prompt.server_tools = tools.server_tools();
  prompt.tool_choice = read_tool_choice(tool_choice, prompt.functions, call);
  prompt.generation = read_generation(root, std::move(read.effort), call);
  prompt.service_tier = read_service_tier(service_tier);
  if (read.compacts) ask_for_summary(prompt, context, call);
  gemini::write_body(std::move(prompt), context, call);
  return call;
}

}  // namespace castor::openai
