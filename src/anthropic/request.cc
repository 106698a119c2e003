#include "anthropic/request.h"

#include "anthropic/count_tokens.h"
#include "anthropic/messages.h"
#include "anthropic/tools.h"
#include "domain/error.h"
#include "domain/notes.h"
#include "domain/stop_sequences.h"
#include "gemini/media.h"
#include "gemini/prompt.h"
#include "gemini/token_count.h"
#include "json/field.h"

namespace castor::anthropic {
namespace {

ApiError refusal(ErrorKind kind, const std::string& message, std::string code, std::string param) {
  ApiError error(kind, message);
  error.code = std::move(code);
  error.param = std::move(param);
  return error;
}

// A thread's later turns carry no history, and we keep none. With this code the SDK sends the
// conversation in full instead (clients.md 2.3).
void refuse_thread(const json::Field& root) {
  const json::Field thread = root["thread"];
  if (thread.empty()) return;
  throw refusal(ErrorKind::bad_request, "thread: message threads are not supported",
                "thread_unsupported_request", "thread");
}

ModelChoice choose_model(const json::Field& model, const ReadContext& context) {
  const std::string name(model.string());
  auto choice = context.models.resolve(name, context.link);
  if (!choice) {
    throw refusal(ErrorKind::not_found, "model: " + name.substr(0, 128), "model_not_found",
                  "model");
  }
  if (choice->model.embeddings) model.fail("is a model for embeddings and writes no messages");
  return std::move(*choice);
}

// `thinking` and the effort, D.10. Tells the call what the reply will show.
gemini::ThinkingWish read_thinking(const json::Field& thinking, std::string_view effort,
                                   const TranslationConfig& config, GenerateCall& call) {
  gemini::ThinkingWish wish;
  if (!effort.empty()) {
    wish.level = thinking_level(effort == "max" ? "xhigh" : effort);
    if (!wish.level) add_note(call.notes, "dropped=output_config.effort");
  }
  if (thinking.empty()) return wish;
  const json::Field type = thinking["type"];
  const json::Field budget = thinking["budget_tokens"];
  const json::Field display = thinking["display"];
  const std::string_view mode = type.string();
  if (mode == "disabled" || mode == "between_tools") {
    wish.off = true;
    return wish;
  }
  if (mode == "enabled") {
    wish.budget = budget.integer();
  } else if (mode != "adaptive") {
    add_note(call.notes, "dropped=thinking.type");
    return wish;
  }
  wish.include_thoughts = display.string_or("summarized") != "omitted";
  call.show_thoughts = wish.include_thoughts;
  call.carry_signatures = config.carry_text_signatures;
  return wish;
}

void read_format(const json::Field& format, gemini::GenerationWish& wish) {
  if (format.empty()) return;
  const json::Field type = format["type"];
  const json::Field schema = format["schema"];
  if (type.string() != "json_schema") type.fail("must be json_schema");
  schema.members();  // complains
  wish.json = true;
  wish.schema = schema.take();
}

gemini::GenerationWish read_generation(const json::Field& root, std::string_view message_effort,
                                       const TranslationConfig& config, GenerateCall& call) {
  const json::Field thinking = root["thinking"];
  const json::Field output = root["output_config"];
  const json::Field effort = output["effort"];
  const json::Field format = output["format"];
  const json::Field old_format = root["output_format"];
  const json::Field temperature = root["temperature"];
  const json::Field top_p = root["top_p"];
  const json::Field top_k = root["top_k"];

  gemini::GenerationWish wish;
  wish.temperature = temperature.optional_number();
  wish.top_p = top_p.optional_number();
  wish.top_k = top_k.optional_integer();
  read_format(format.empty() ? old_format : format, wish);
  wish.thinking = read_thinking(
      thinking, message_effort.empty() ? effort.string_or("") : message_effort, config, call);
  return wish;
}

void read_max_tokens(const json::Field& max_tokens, gemini::GenerationWish& wish,
                     GenerateCall& call) {
  wish.max_tokens = max_tokens.integer();
  if (*wish.max_tokens < 0) max_tokens.fail("must not be negative");
  call.generates_nothing = *wish.max_tokens == 0;
}

// Claude Code names its session inside the user id: as JSON, earlier "user_…_session_UUID".
std::string session_of(std::string_view user_id) {
  constexpr std::string_view kMark = "_session_";
  if (const std::size_t at = user_id.rfind(kMark); at != std::string_view::npos) {
    return std::string(user_id.substr(at + kMark.size()));
  }
  if (!user_id.starts_with('{')) return {};
  try {
    const json::value parsed = json::parse(user_id);
    return std::string(json::find_string(parsed.get_object(), "session_id"));
  } catch (const json::ParseError&) {
    return {};  // any text is a legal user id
  }
}

void read_user(const json::Field& metadata, GenerateCall& call) {
  if (metadata.empty()) return;
  const json::Field user_id = metadata["user_id"];
  call.user = user_id.string_or("");
  call.conversation = session_of(call.user);
}

void note_what_is_missing(const json::Field& root, GenerateCall& call) {
  const json::Field servers = root["mcp_servers"];
  const json::Field container = root["container"];
  if (servers.size() > 0) add_note(call.notes, "dropped=mcp_servers");
  if (!container.empty()) add_note(call.notes, "dropped=container");
  if (call.choice.by_default) add_note(call.notes, "model=default");
}

enum class Purpose { generate, count };

GenerateCall read(json::value& request, const ReadContext& context, Purpose purpose) {
  const json::Field root(request);
  const json::Field model = root["model"];
  const json::Field stream = root["stream"];
  const json::Field max_tokens = root["max_tokens"];
  const json::Field tool_fields = root["tools"];
  const json::Field tool_choice = root["tool_choice"];
  const json::Field system = root["system"];
  const json::Field messages = root["messages"];
  const json::Field metadata = root["metadata"];
  const json::Field stop_sequences = root["stop_sequences"];
  refuse_thread(root);

  GenerateCall call{.body = json::object(context.storage)};  // assigned later, it would be a copy
  call.requested_model = model.string();
  call.choice = choose_model(model, context);
  call.stream = stream.boolean_or(false);
  read_user(metadata, call);
  call.stop_sequences = read_stop_sequences(stop_sequences);
  note_what_is_missing(root, call);

  Tools tools(context.config, call.notes);
  for (std::size_t i = 0; i < tool_fields.size(); ++i) tools.add(tool_fields.at(i));
  gemini::MediaReader media(context.config.max_inline_bytes, context.storage);
  Messages read = read_messages(system, messages,
                                {.config = context.config,
                                 .media = media,
                                 .tools = tools,
                                 .notes = call.notes,
                                 .storage = context.storage});

  gemini::Prompt prompt;
  prompt.system = std::move(read.system);
  prompt.turns = std::move(read.turns);
  prompt.functions = tools.take_functions();
  prompt.server_tools = tools.server_tools();
  prompt.tool_choice = read_tool_choice(tool_choice, prompt.functions, call);
  prompt.generation = read_generation(root, read.effort, context.config, call);
  if (purpose == Purpose::generate) read_max_tokens(max_tokens, prompt.generation, call);
  call.toolsets = tools.toolsets();
  gemini::write_body(std::move(prompt), context, call);
  return call;
}

}  // namespace

GenerateCall read(json::value& request, const ReadContext& context) {
  return read(request, context, Purpose::generate);
}

GenerateCall read_count_tokens(json::value& request, const ReadContext& context) {
  GenerateCall call = read(request, context, Purpose::count);
  call.body = gemini::count_tokens_body(std::move(call.body), call.choice.model.id);
  return call;
}

}  // namespace castor::anthropic
