#include "openai/responses_input.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "domain/notes.h"
#include "openai/call_input.h"
#include "openai/content.h"
#include "openai/hosted_calls.h"
#include "openai/responses_wire.h"
#include "util/text.h"

namespace castor::openai {
namespace {

using gemini::Part;
using gemini::Role;

class Reader {
 public:
  explicit Reader(const ResponsesInputContext& context) : context_(context) {}

  void read(const json::Field& input) {
    if (input.is_string()) {
      gemini::turn_of(Role::user, result_.turns)
          .parts.emplace_back(gemini::Text{input.take_string()});
      return;
    }
    if (!input.is_array()) input.fail("expected a string or an array of items");
    for (std::size_t i = 0; i < input.size(); ++i) read_item(input.at(i));
  }

  ResponsesInput take() { return std::move(result_); }

 private:
  using Read = void (Reader::*)(const json::Field& item);

  void read_item(const json::Field& item) {
    const json::Field type_field = item["type"];
    const json::Field role = item["role"];
    const std::string type(type_field.string_or(role.empty() ? "item_reference" : "message"));
    static constexpr struct {
      std::string_view type;
      Read read;
    } kItems[] = {
        {"message", &Reader::read_message},
        {"reasoning", &Reader::read_reasoning},
        {"function_call", &Reader::read_function_call},
        {"function_call_output", &Reader::read_output},
        {"custom_tool_call", &Reader::read_custom_call},
        {"custom_tool_call_output", &Reader::read_output},
        {"tool_search_call", &Reader::read_tool_search_call},
        {"tool_search_output", &Reader::read_tool_search_output},
        {"additional_tools", &Reader::read_additional_tools},
        {"local_shell_call", &Reader::read_local_shell_call},
        {"local_shell_call_output", &Reader::read_local_shell_output},
        {"shell_call", &Reader::read_shell_call},
        {"shell_call_output", &Reader::read_shell_output},
        {"apply_patch_call", &Reader::read_patch_call},
        {"apply_patch_call_output", &Reader::read_patch_output},
        {"image_generation_call", &Reader::read_image_call},
        {"web_search_call", &Reader::read_hosted_call},
        {"file_search_call", &Reader::read_hosted_call},
        {"code_interpreter_call", &Reader::read_hosted_call},
        {"mcp_call", &Reader::read_hosted_call},
        {"compaction", &Reader::read_compaction},
        {"compaction_summary", &Reader::read_compaction},
        {"compaction_trigger", &Reader::read_compaction_trigger},
        {"configuration_update", &Reader::read_configuration_update},
        {"item_reference", &Reader::read_reference},
    };
    for (const auto& known : kItems) {
      if (known.type == type) return (this->*known.read)(item);
    }
    static constexpr std::string_view kNoted[] = {
        "computer_call", "computer_call_output",  "mcp_list_tools", "mcp_approval_request",
        "program",       "mcp_approval_response", "program_output"};
    const auto noted = std::find(std::begin(kNoted), std::end(kNoted), type);
    if (noted != std::end(kNoted)) return drop(*noted);
    type_field.fail("\"" + std::string(cut_utf8(type, 64)) +
                    "\" is not an item this gateway knows");
  }

  void read_message(const json::Field& item) {
    const json::Field role_field = item["role"];
    const json::Field content = item["content"];
    const std::string_view role = role_field.string();
    if (role == "system" || role == "developer") return read_instructions(content);
    if (role != "user" && role != "assistant") {
      role_field.fail("must be user, assistant, system or developer");
    }
    add(role == "user" ? Role::user : Role::model,
        read_content(content, {.media = context_.media, .notes = context_.notes}));
  }

  // Before all else they join the system text; later they must not change it, for the prefix cache.
  void read_instructions(const json::Field& content) {
    for (json::string& text : read_texts(content)) {
      if (text.empty()) continue;
      if (result_.turns.empty()) {
        result_.system.push_back(std::move(text));
      } else {
        add(Role::user, gemini::Text{gemini::as_reminder(std::move(text))});
      }
    }
  }

  void read_reasoning(const json::Field& item) {
    const json::Field carrier = item["encrypted_content"];
    if (carrier.is_string()) add(Role::model, gemini::Carried{std::string(carrier.string())});
  }

  void read_function_call(const json::Field& item) {
    const json::Field arguments = item["arguments"];
    json::value args = arguments.is_object()
                           ? arguments.take()
                           : parse_arguments(arguments.take_string(), context_.storage);
    add_call(item, name_of(item), std::move(args));
  }

  void read_custom_call(const json::Field& item) {
    const json::Field input = item["input"];
    add_call(item, name_of(item), input_arguments(input.take_string(), context_.storage));
  }

  // One that OpenAI's servers ran has no result of the client's.
  void read_tool_search_call(const json::Field& item) {
    const json::Field arguments = item["arguments"];
    if (!ran_on_client(item)) return drop("tool_search_call");
    json::value args = arguments.is_string()
                           ? parse_arguments(arguments.take_string(), context_.storage)
                           : arguments.take();
    add_call(item, std::string(kToolSearch), std::move(args));
  }

  void read_tool_search_output(const json::Field& item) {
    const json::Field tools = item["tools"];
    std::string names;
    for (std::size_t i = 0; i < tools.size(); ++i) {
      const json::Field tool = tools.at(i);
      const json::Field type = tool["type"];
      const json::Field name = tool["name"];
      names.append(names.empty() ? "" : ", ").append(name.string_or(type.string_or("")));
      context_.tools.add(tool);
    }
    if (!ran_on_client(item)) return;
    std::string told = std::to_string(tools.size()) + " tools loaded";
    if (!names.empty()) told.append(": ").append(names);
    gemini::Result result{.call_id = id_of(item)};
    result.output = string(told);
    add(Role::user, std::move(result));
  }

  void read_additional_tools(const json::Field& item) {
    const json::Field tools = item["tools"];
    for (std::size_t i = 0; i < tools.size(); ++i) context_.tools.add(tools.at(i));
  }

  void read_local_shell_call(const json::Field& item) {
    const json::Field action = item["action"];
    const json::Field command = action["command"];
    const json::Field directory = action["working_directory"];
    const json::Field timeout = action["timeout_ms"];
    const json::Field id = item["id"];
    json::object args(context_.storage);
    args.emplace("command", command.take());
    if (!directory.empty()) args.emplace("workdir", directory.take());
    if (!timeout.empty()) args.emplace("timeout_ms", timeout.take());
    if (!id.empty()) local_shell_calls_.emplace(id.string(), id_of(item));
    add_call(item, std::string(kLocalShell), std::move(args));
  }

  // Named by the id of its call's item, by OpenAI's documents; by the call_id in practice.
  void read_local_shell_output(const json::Field& item) {
    const json::Field output = item["output"];
    gemini::Result result{.call_id = id_of(item)};
    const auto call = local_shell_calls_.find(result.call_id);
    if (call != local_shell_calls_.end()) result.call_id = call->second;
    result.output = output.take_string();
    add(Role::user, std::move(result));
  }

  void read_shell_call(const json::Field& item) {
    const json::Field action = item["action"];
    const json::Field commands = action["commands"];
    const json::Field timeout = action["timeout_ms"];
    json::object args(context_.storage);
    args.emplace("commands", commands.take());
    if (!timeout.empty()) args.emplace("timeout_ms", timeout.take());
    add_call(item, std::string(kShell), std::move(args));
  }

  void read_shell_output(const json::Field& item) {
    const json::Field output = item["output"];
    gemini::Result result{.call_id = id_of(item)};
    result.output = string(describe_shell_output(output));
    add(Role::user, std::move(result));
  }

  void read_patch_call(const json::Field& item) {
    const json::Field operation = item["operation"];
    operation.members();  // complains
    add_call(item, std::string(kApplyPatch), operation.take());
  }

  void read_patch_output(const json::Field& item) {
    const json::Field status = item["status"];
    const json::Field output = item["output"];
    gemini::Result result{.call_id = id_of(item)};
    result.failed = status.string_or("") == "failed";
    result.output = output.empty() ? string(status.string_or("completed")) : output.take_string();
    add(Role::user, std::move(result));
  }

  void read_output(const json::Field& item) {
    const json::Field call_id = item["call_id"];
    const json::Field output = item["output"];
    gemini::Result result;
    if (call_id.empty()) {
      result.name = name_of(item);
      result.call_id = longest_waiting(result.name);
    } else {
      result.call_id = call_id.string();
      answered_.insert(result.call_id);
    }
    result.output = string("");
    gemini::set_output(read_content(output, {.media = context_.media, .notes = context_.notes}),
                       result);
    add(Role::user, std::move(result));
  }

  void read_image_call(const json::Field& item) {
    const json::Field result = item["result"];
    const json::Field format = item["output_format"];
    if (!context_.model.image_output || result.empty()) {
      if (!result.empty()) drop("image_generation_call.result");
      return read_hosted_call(item);
    }
    add(Role::model,
        context_.media.data(gemini::MediaKind::image,
                            std::string("image/").append(format.string_or("png")), result));
  }

  void read_hosted_call(const json::Field& item) {
    add(Role::model, gemini::Text{string(describe_hosted_call(item))});
  }

  void read_compaction(const json::Field& item) {
    const json::Field content = item["encrypted_content"];
    const auto summary = parse_compaction(content.string());
    if (!summary) return drop("compaction");
    add(Role::user, gemini::Text{string("[Summary of the conversation so far]\n" + *summary)});
  }

  void read_compaction_trigger(const json::Field&) { result_.compacts = true; }

  void read_configuration_update(const json::Field& item) {
    const json::Field reasoning = item["reasoning"];
    const json::Field effort = reasoning["effort"];
    const json::Field text = item["text"];
    if (!effort.empty()) result_.effort = effort.string();
    if (!text.empty()) drop("configuration_update.text");
  }

  void read_reference(const json::Field& item) {
    const json::Field id = item["id"];
    // The Vercel AI SDK refers to all that it got; reasoning says nothing that a call's id does
    // not.
    if (!context_.kept.any() && id.string().starts_with("rs_")) return drop("item_reference");
    // Fields do not own what they refer to.
    json::value& found = found_.emplace_back(context_.kept.item(id));
    read_item(json::Field(found));
  }

  std::string name_of(const json::Field& item) const {
    const json::Field name = item["name"];
    const json::Field toolset = item["namespace"];
    return declared_name(toolset.string_or(""), name.string_or(""));
  }

  // By which a call and its output belong together.
  std::string id_of(const json::Field& item) const {
    const json::Field call_id = item["call_id"];
    const json::Field id = item["id"];
    return std::string(call_id.empty() && !id.empty() ? id.string() : call_id.string());
  }

  bool ran_on_client(const json::Field& item) const {
    const json::Field execution = item["execution"];
    return execution.string_or("client") == "client";
  }

  void add_call(const json::Field& item, std::string name, json::value args) {
    std::string id = id_of(item);
    waiting_[name].push_back(id);
    add(Role::model,
        gemini::Call{.id = std::move(id), .name = std::move(name), .args = std::move(args)});
  }

  // The id of the first call by that name without an answer.
  std::string longest_waiting(const std::string& name) {
    std::deque<std::string>& ids = waiting_[name];
    while (!ids.empty() && !answered_.insert(ids.front()).second) ids.pop_front();
    return ids.empty() ? std::string() : ids.front();
  }

  void add(Role role, std::vector<Part> parts) {
    for (Part& part : parts) add(role, std::move(part));
  }
  void add(Role role, Part part) {
    gemini::turn_of(role, result_.turns).parts.push_back(std::move(part));
  }

  json::string string(std::string_view text) const { return json::string(text, context_.storage); }

  void drop(std::string_view what) {
    add_note(context_.notes, std::string("dropped=").append(what));
  }

  const ResponsesInputContext& context_;
  ResponsesInput result_;
  std::map<std::string, std::deque<std::string>> waiting_;  // ids of calls, by name
  std::set<std::string> answered_;                          // ids of calls
  std::map<std::string, std::string> local_shell_calls_;    // item id -> call id
  std::deque<json::value> found_;                           // referenced items
};

}  // namespace

ResponsesInput read_responses_input(json::array before, const json::Field& input,
                                    const ResponsesInputContext& context) {
  Reader reader(context);
  json::value earlier(std::move(before));
  reader.read(json::Field(earlier));
  if (!input.empty()) reader.read(input);
  return reader.take();
}

}  // namespace castor::openai
