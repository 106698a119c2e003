#include "openai/chat_messages.h"

#include "domain/notes.h"
#include "openai/call_input.h"
#include "openai/request_fields.h"

namespace castor::openai {
namespace {

using gemini::Part;
using gemini::Role;

// Google's own place for a signature, beside the content or in a tool call.
gemini::Signature signature_of(const json::Field& holder) {
  const json::Field extra = holder["extra_content"];
  const json::Field google = extra["google"];
  const json::Field signature = google["thought_signature"];
  return {.value = std::string(signature.string_or("")), .family = {}};
}

class Reader {
 public:
  Reader(const ContentContext& context, const json::storage_ptr& storage)
      : context_(context), storage_(storage) {}

  ChatMessages read(const json::Field& messages) {
    if (!messages.is_array() || messages.size() == 0)
      messages.fail("expected at least one message");
    for (std::size_t i = 0; i < messages.size(); ++i) read_message(messages.at(i));
    return std::move(result_);
  }

 private:
  void read_message(const json::Field& message) {
    const json::Field role_field = message["role"];
    const std::string_view role = role_field.string();
    if (role == "system" || role == "developer") return read_instruction(message);
    if (role == "user") return read_user(message);
    if (role == "assistant") return read_assistant(message);
    if (role == "tool") return read_tool(message);
    if (role == "function") return read_function(message);
    role_field.fail("must be developer, system, user, assistant, tool or function");
  }

  // The first ones join `system`; for the prefix cache the later ones do not.
  void read_instruction(const json::Field& message) {
    const json::Field content = message["content"];
    for (json::string& text : read_texts(content)) {
      if (text.empty()) continue;  // Gemini refuses parts without text
      if (!answered_) {
        result_.system.push_back(std::move(text));
      } else {
        add(Role::user, gemini::Text{gemini::as_reminder(std::move(text))});
      }
    }
  }

  void read_user(const json::Field& message) {
    const json::Field content = message["content"];
    if (content.empty()) content.fail("is required: expected a string or an array of parts");
    for (Part& part : read_content(content, context_)) add(Role::user, std::move(part));
  }

  void read_assistant(const json::Field& message) {
    const json::Field content = message["content"];
    const json::Field refusal = message["refusal"];
    const json::Field audio = message["audio"];
    const json::Field calls = message["tool_calls"];
    const json::Field old_call = message["function_call"];
    answered_ = true;
    gemini::turn_of(Role::model, result_.turns);
    std::vector<Part> parts = read_content(content, context_);
    if (!refusal.empty()) parts.emplace_back(gemini::Text{refusal.take_string()});
    if (!audio.empty()) add_note(context_.notes, "dropped=messages.audio");
    if (old_call.empty()) sign_text(signature_of(message), parts);
    for (Part& part : parts) add(Role::model, std::move(part));
    read_carriers(message);
    for (std::size_t i = 0; i < calls.size(); ++i) read_tool_call(calls.at(i));
    if (!old_call.empty()) read_function_call(old_call, signature_of(message));
  }

  // A message has one signature for all of its text: that of the last.
  void sign_text(gemini::Signature signature, std::vector<Part>& parts) {
    if (signature.empty()) return;
    gemini::Text* text = parts.empty() ? nullptr : std::get_if<gemini::Text>(&parts.back());
    if (!text) {
      parts.emplace_back(gemini::Text{.text = json::string(storage_)});
      text = &std::get<gemini::Text>(parts.back());
    }
    text->signature = std::move(signature);
  }

  // Some clients keep what a Responses item or a thinking block carried.
  void read_carriers(const json::Field& message) {
    const json::Field details = message["reasoning_details"];
    if (!details.is_array()) return;
    for (std::size_t i = 0; i < details.size(); ++i) {
      const json::Field detail = details.at(i);
      if (!detail.is_object()) continue;
      for (const std::string_view member : {"data", "signature"}) {
        const json::Field carrier = detail[member];
        if (carrier.is_string()) add(Role::model, gemini::Carried{std::string(carrier.string())});
      }
    }
  }

  void read_tool_call(const json::Field& call) {
    const json::Field id = call["id"];
    const json::Field type = call["type"];
    const std::string_view kind = type.string_or("function");
    if (kind != "function" && kind != "custom") type.fail("must be function or custom");
    const json::Field tool = call[kind];
    const json::Field name = tool["name"];
    const json::Field arguments = tool["arguments"];
    const json::Field input = tool["input"];
    add(Role::model,
        gemini::Call{.id = std::string(id.string()),
                     .name = std::string(name.string()),
                     .args = kind == "custom" ? input_arguments(input.take_string(), storage_)
                                              : arguments_of(arguments),
                     .signature = signature_of(call)});
  }

  void read_function_call(const json::Field& call, gemini::Signature signature) {
    const json::Field name = call["name"];
    const json::Field arguments = call["arguments"];
    ++old_calls_;
    add(Role::model, gemini::Call{.id = old_call_id(),
                                  .name = std::string(name.string()),
                                  .args = arguments_of(arguments),
                                  .signature = std::move(signature)});
  }

  json::value arguments_of(const json::Field& arguments) {
    // Some clients keep them as the object that they are.
    if (arguments.empty() || arguments.is_object()) return arguments.take();
    return parse_arguments(arguments.take_string(), storage_);
  }

  void read_tool(const json::Field& message) {
    const json::Field id = message["tool_call_id"];
    const json::Field name = message["name"];
    add_result(message, {.call_id = std::string(id.string()),
                         .name = std::string(name.string_or("")),
                         .output = json::string(storage_)});
  }

  void read_function(const json::Field& message) {
    const json::Field name = message["name"];
    add_result(message, {.call_id = old_call_id(),
                         .name = std::string(name.string()),
                         .output = json::string(storage_)});
  }

  void add_result(const json::Field& message, gemini::Result result) {
    const json::Field content = message["content"];
    gemini::set_output(read_content(content, context_), result);
    add(Role::user, std::move(result));
  }

  std::string old_call_id() const { return "call_legacy_" + std::to_string(old_calls_); }

  void add(Role role, Part part) {
    gemini::turn_of(role, result_.turns).parts.push_back(std::move(part));
  }

  const ContentContext& context_;
  const json::storage_ptr& storage_;
  ChatMessages result_;
  bool answered_ = false;  // an assistant message has been read
  int old_calls_ = 0;
};

}  // namespace

ChatMessages read_chat_messages(const json::Field& messages, const ContentContext& context,
                                const json::storage_ptr& storage) {
  return Reader(context, storage).read(messages);
}

}  // namespace castor::openai
