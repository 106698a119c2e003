#include "openai/request_fields.h"

#include "domain/notes.h"
#include "util/text.h"

namespace castor::openai {

json::Field particulars(const json::Field& object, std::string_view type) {
  const json::Field nested = object[type];
  return nested.is_object() ? nested : object;
}

ApiError unsupported_value(const json::Field& field, std::string_view problem) {
  ApiError error(ErrorKind::bad_request, field.path().append(": ").append(problem));
  error.code = "unsupported_value";
  error.param = field.path();
  return error;
}

ApiError unknown_model(std::string_view name) {
  ApiError error(ErrorKind::not_found,
                 "The model `" + std::string(cut_utf8(name, 128)) + "` does not exist");
  error.code = "model_not_found";
  error.param = "model";
  return error;
}

ModelChoice read_model(const json::Field& model, const ReadContext& context) {
  const std::string name(model.string());
  auto choice = context.models.resolve(name, context.link);
  if (!choice) throw unknown_model(name);
  if (choice->model.embeddings) model.fail("is a model for embeddings and writes no messages");
  return std::move(*choice);
}

void read_identity(const json::Field& root, GenerateCall& call) {
  const json::Field safety_identifier = root["safety_identifier"];
  const json::Field user = root["user"];
  const json::Field cache_key = root["prompt_cache_key"];
  call.user = safety_identifier.empty() ? user.string_or("") : safety_identifier.string();
  call.conversation = cache_key.string_or("");
}

void read_effort(const json::Field& effort, gemini::ThinkingWish& wish,
                 std::vector<std::string>& notes) {
  if (effort.empty()) return;
  const std::string_view word = effort.string();
  wish.off = word == "none";
  if (wish.off) return;
  wish.level = thinking_level(word == "max" ? "xhigh" : word);
  if (!wish.level) add_note(notes, "dropped=reasoning_effort");
}

void read_format(const json::Field& format, gemini::GenerationWish& wish) {
  if (format.empty()) return;
  const json::Field type = format["type"];
  if (type.string() == "text") return;
  wish.json = true;
  if (type.string() == "json_object") return;
  if (type.string() != "json_schema") type.fail("must be text, json_object or json_schema");
  const json::Field details = particulars(format, "json_schema");
  const json::Field schema = details["schema"];
  if (schema.empty()) return;  // optional in Chat Completions: any JSON
  schema.members();            // complains
  wish.schema = schema.take();
}

std::string_view read_service_tier(const json::Field& tier) {
  const std::string_view word = tier.string_or("");
  if (word == "flex") return "flex";
  if (word == "priority" || word == "fast") return "priority";
  return {};
}

}  // namespace castor::openai
