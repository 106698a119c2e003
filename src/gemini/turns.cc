#include "gemini/turns.h"

#include <algorithm>

#include "domain/notes.h"
#include "gemini/call_links.h"
#include "gemini/turn_repair.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

constexpr std::string_view kReminder = "<system-reminder>";
constexpr std::string_view kReminderEnd = "</system-reminder>";

// Writes parts as Gemini's JSON. Everything large is moved.
class PartWriter {
 public:
  explicit PartWriter(const ContentsContext& context) : context_(context) {}

  json::object operator()(Text& text) const {
    json::object part = object();
    part.emplace("text", std::move(text.text));
    sign(part, text.signature);
    return part;
  }

  json::object operator()(Media& media) const { return std::move(media.part); }

  json::object operator()(Call& call) const {
    json::object part = object();
    json::object& function_call = part["functionCall"].emplace_object();
    if (!call.id.empty()) function_call.emplace("id", call.id);
    const std::string& name = context_.names.to_gemini(call.name);
    function_call.emplace("name", name);
    function_call.emplace("args", arguments(std::move(call.args), name));
    sign(part, call.signature);
    return part;
  }

  json::object operator()(Result& result) const {
    json::object part = object();
    json::object& function_response = part["functionResponse"].emplace_object();
    if (!result.call_id.empty()) function_response.emplace("id", result.call_id);
    function_response.emplace("name", context_.names.to_gemini(result.name));
    function_response["response"].emplace_object().emplace(result.failed ? "error" : "output",
                                                           std::move(result.output));
    if (!result.media.empty()) {
      json::array& media = function_response["parts"].emplace_array();
      for (Media& item : result.media) media.emplace_back(std::move(item.part));
    }
    return part;
  }

  // bind_carried() has left none.
  json::object operator()(Carried&) const { return object(); }

 private:
  json::object object() const { return json::object(context_.storage); }

  static void sign(json::object& part, const Signature& signature) {
    if (!signature.empty()) part.emplace("thoughtSignature", signature.value);
  }

  // Gemini's args are always an object.
  json::object arguments(json::value args, const std::string& name) const {
    const auto& wrapped = context_.wrapped_tools;
    const bool wrap = std::find(wrapped.begin(), wrapped.end(), name) != wrapped.end();
    if (wrap && !is_still_wrapped(args)) {
      json::object wrapper = object();
      wrapper.emplace("value", std::move(args));
      return wrapper;
    }
    if (args.is_object()) return std::move(args.get_object());
    json::object wrapper = object();
    if (!args.is_null()) wrapper.emplace("input", std::move(args));
    return wrapper;
  }

  // ClientCalls gives clients the value of a wrapped tool's arguments if it is an object; any other
  // they get as it came.
  static bool is_still_wrapped(const json::value& args) {
    const auto* object = args.if_object();
    const json::value* value =
        object && object->size() == 1 ? json::find(*object, "value") : nullptr;
    return value && !value->is_object();
  }

  const ContentsContext& context_;
};

bool ends_with_calls(const std::vector<Turn>& turns) {
  if (turns.empty() || turns.back().role != Role::model) return false;
  const std::vector<Part>& parts = turns.back().parts;
  return std::any_of(parts.begin(), parts.end(),
                     [](const Part& part) { return std::holds_alternative<Call>(part); });
}

}  // namespace

void set_output(std::vector<Part> parts, Result& result) {
  bool first = true;
  for (Part& part : parts) {
    if (auto* media = std::get_if<Media>(&part)) {
      result.media.push_back(std::move(*media));
    } else if (auto* text = std::get_if<Text>(&part)) {
      if (first) {
        result.output = std::move(text->text);
      } else {
        result.output.append("\n").append(text->text);
      }
      first = false;
    }
  }
}

json::string as_reminder(json::string text) {
  if (trim(std::string_view(text.data(), text.size())).starts_with(kReminder)) return text;
  text.insert(0, std::string(kReminder) + "\n");
  text.append("\n").append(kReminderEnd);
  return text;
}

Turn& turn_of(Role role, std::vector<Turn>& turns) {
  if (turns.empty() || turns.back().role != role) turns.push_back(Turn{.role = role});
  return turns.back();
}

json::array contents(std::vector<Turn> turns, const ContentsContext& context) {
  const json::storage_ptr& storage = context.storage;
  turns = bind_carried(std::move(turns), context.model.family);
  turns = drop_empty_parts(std::move(turns));
  turns = split_results(std::move(turns));
  turns = merge_neighbours(std::move(turns));
  if (ends_with_calls(turns)) add_note(context.notes, "dropped=unanswered_calls");
  turns = drop_trailing_calls(std::move(turns));
  turns = pair_results(std::move(turns), storage);
  turns = hoist_result_media(std::move(turns), context.model, storage);
  turns = merge_neighbours(std::move(turns));
  turns = begin_with_user(std::move(turns), storage);
  turns = end_with_user(std::move(turns), context.model, storage);
  sign_calls(turns, context.model, context.signatures);
  assign_ids(turns, context.model);

  const PartWriter write_part(context);
  json::array contents(storage);
  contents.reserve(turns.size());
  for (Turn& turn : turns) {
    json::object& content = contents.emplace_back(json::object(storage)).get_object();
    content.emplace("role", turn.role == Role::user ? "user" : "model");
    json::array& parts = content["parts"].emplace_array();
    parts.reserve(turn.parts.size());
    for (Part& part : turn.parts) parts.emplace_back(std::visit(write_part, part));
  }
  return contents;
}

}  // namespace castor::gemini
