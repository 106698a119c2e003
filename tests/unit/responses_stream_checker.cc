#include "responses_stream_checker.h"

#include <algorithm>
#include <set>

#include "stream_rules.h"

namespace castor {
namespace {

class Checker {
 public:
  explicit Checker(ResponsesStream& stream) : stream_(stream) {}

  void ping() {
    demand(opened_ && stream_.terminal.empty(), "a ping outside of the response");
    ++stream_.pings;
  }

  void event(const std::string& name, const json::object& data) {
    demand(stream_.terminal.empty(), "event " + name + " after the end");
    demand(string_in(data, "type") == name, "type is not the event's name " + name);
    demand(count_in(data, "sequence_number") == next_++, "sequence_number of " + name);
    if (next_ == 1) {
      demand(name == "response.created", name + " instead of response.created");
      begin(object_in(data, "response"));
    } else if (next_ == 2) {
      demand(name == "response.in_progress", name + " instead of response.in_progress");
      begin(object_in(data, "response"));
      opened_ = true;
    } else if (name == "response.completed" || name == "response.incomplete" ||
               name == "response.failed") {
      end(name, object_in(data, "response"));
    } else if (name == "response.output_item.added") {
      demand(!open_, "an item inside another");
      demand(count_in(data, "output_index") == index(), "output_index of " + name);
      add(object_in(data, "item"));
    } else {
      demand(open_, name + " outside of an item");
      demand(count_in(data, "output_index") == index(), "output_index of " + name);
      if (name == "response.output_item.done") return done(object_in(data, "item"));
      demand(string_in(data, "item_id") == id_, "item_id of " + name);
      grow(name, data);
    }
  }

  void end() const { demand(!stream_.terminal.empty(), "the stream just stops"); }

 private:
  std::int64_t index() const { return static_cast<std::int64_t>(stream_.items.size()); }

  void begin(const json::object& response) {
    demand(string_in(response, "object") == "response", "object");
    demand(!string_in(response, "id").empty() && !string_in(response, "model").empty(),
           "id, model");
    count_in(response, "created_at");
    demand(string_in(response, "status") == "in_progress", "status at the beginning");
    demand(array_in(response, "output").empty(), "output at the beginning");
    demand(response.at("error").is_null() && response.at("incomplete_details").is_null(),
           "a beginning with an end");
    response_id_ = string_in(response, "id");
  }

  void add(const json::object& item) {
    type_ = string_in(item, "type");
    id_ = string_in(item, "id");
    demand(!id_.empty() && id_.size() <= 64 && ids_.insert(id_).second, "id of an item: " + id_);
    static const std::set<std::string> kTypes{"message",          "reasoning",
                                              "function_call",    "custom_tool_call",
                                              "tool_search_call", "local_shell_call",
                                              "shell_call",       "apply_patch_call",
                                              "web_search_call",  "image_generation_call",
                                              "compaction"};
    demand(kTypes.contains(type_), "type of an item: " + type_);
    if (type_ != "reasoning" && type_ != "compaction") {
      demand(string_in(item, "status") == "in_progress", "status of a new item");
    }
    if (item.contains("call_id")) {
      const std::string call_id = string_in(item, "call_id");
      demand(!call_id.empty() && call_id.size() <= 64 && calls_.insert(call_id).second,
             "call_id " + call_id);
    } else {
      demand(!type_.ends_with("_call") || type_ == "web_search_call" ||
                 type_ == "image_generation_call",
             "a call without call_id");
    }
    if (type_ == "message") {
      demand(string_in(item, "role") == "assistant", "role");
      demand(array_in(item, "content").empty(), "content of a new message");
    }
    if (type_ == "reasoning") demand(array_in(item, "summary").empty(), "a new summary");
    if (type_ == "function_call") demand(string_in(item, "arguments").empty(), "new arguments");
    if (type_ == "custom_tool_call") demand(string_in(item, "input").empty(), "new input");
    open_ = true;
    text_.clear();
    annotations_.clear();
    part_ = Part::none;
    arguments_done_ = false;
  }

  void grow(const std::string& name, const json::object& data) {
    if (type_ == "message") return grow_part(name, data, "response.content_part", "output_text");
    if (type_ == "reasoning") {
      return grow_part(name, data, "response.reasoning_summary_part", "reasoning_summary_text");
    }
    if (type_ == "function_call") {
      return grow_arguments(name, data, "response.function_call_arguments", "arguments");
    }
    if (type_ == "custom_tool_call") {
      return grow_arguments(name, data, "response.custom_tool_call_input", "input");
    }
    demand(type_ == "web_search_call" || type_ == "image_generation_call",
           name + " in an item of type " + type_);
    demand(name.starts_with("response." + type_ + "."), name + " of " + type_);
  }

  void grow_part(const std::string& name, const json::object& data, const std::string& part,
                 const std::string& text) {
    const char* index = type_ == "message" ? "content_index" : "summary_index";
    demand(count_in(data, index) == 0, std::string(index) + " of " + name);
    if (name == part + ".added") {
      demand(part_ == Part::none, "a second part");
      demand(string_in(object_in(data, "part"), "text").empty(), "a new part with text");
      part_ = Part::open;
    } else if (name == "response." + text + ".delta") {
      demand(part_ == Part::open, name + " outside of a part");
      const std::string delta = string_in(data, "delta");
      demand(!delta.empty(), "an empty delta");
      text_ += delta;
    } else if (name == "response.output_text.annotation.added") {
      demand(part_ == Part::open, name + " outside of a part");
      demand(count_in(data, "annotation_index") == static_cast<std::int64_t>(annotations_.size()),
             "annotation_index");
      annotations_.push_back(object_in(data, "annotation"));
    } else if (name == "response." + text + ".done") {
      demand(part_ == Part::open && string_in(data, "text") == text_, "text of " + name);
      part_ = Part::told;
    } else if (name == part + ".done") {
      const json::object& whole = object_in(data, "part");
      demand(part_ == Part::told && string_in(whole, "text") == text_, "text of " + name);
      if (type_ == "message") demand(whole.at("annotations") == annotations_, "annotations");
      part_ = Part::done;
    } else {
      throw Violation(name + " in an item of type " + type_);
    }
  }

  void grow_arguments(const std::string& name, const json::object& data, const std::string& event,
                      const char* member) {
    demand(!arguments_done_, name + " after all arguments");
    if (name == event + ".delta") {
      const std::string delta = string_in(data, "delta");
      demand(!delta.empty() && delta.size() <= 8192, "the length of a delta");
      text_ += delta;
    } else {
      demand(name == event + ".done", name + " in an item of type " + type_);
      demand(string_in(data, member) == text_, "text of " + name);
      arguments_done_ = true;
    }
  }

  void done(const json::object& item) {
    demand(string_in(item, "type") == type_ && string_in(item, "id") == id_, "another item done");
    if (type_ == "message") {
      demand(part_ == Part::done, "a message without a part that is done");
      demand(array_in(item, "content").size() == 1 &&
                 string_in(item.at("content").at(0).as_object(), "text") == text_,
             "content of a message");
      const std::string status = string_in(item, "status");
      demand(status == "completed" || status == "incomplete", "status of a message");
    } else if (type_ == "reasoning") {
      demand(part_ == Part::none || part_ == Part::done, "a summary that is not done");
      demand(array_in(item, "summary").size() == (part_ == Part::done ? 1 : 0), "summary");
      demand(part_ == Part::done || !string_in(item, "encrypted_content").empty(),
             "reasoning that says nothing");
    } else if (type_ == "compaction") {
      demand(!string_in(item, "encrypted_content").empty(), "an empty compaction");
    } else {
      demand(string_in(item, "status") == "completed", "status of an item that is done");
    }
    if (type_ == "function_call") {
      demand(arguments_done_ && string_in(item, "arguments") == text_, "arguments");
      demand(json::parse(std::string_view(text_)).is_object(), "arguments that are no object");
      demand(!string_in(item, "name").empty(), "a call without a name");
    }
    if (type_ == "custom_tool_call") {
      demand(arguments_done_ && string_in(item, "input") == text_, "input");
    }
    if (type_ == "tool_search_call") {
      demand(string_in(item, "execution") == "client", "execution");
      object_in(item, "arguments");
    }
    if (type_ == "local_shell_call") array_in(object_in(item, "action"), "command");
    if (type_ == "shell_call") array_in(object_in(item, "action"), "commands");
    if (type_ == "apply_patch_call") {
      const json::object& operation = object_in(item, "operation");
      const std::string kind = string_in(operation, "type");
      demand(kind == "create_file" || kind == "update_file" || kind == "delete_file", "operation");
      demand((kind == "delete_file") == !operation.contains("diff"), "diff of " + kind);
    }
    stream_.items.push_back(item);
    open_ = false;
  }

  void end(const std::string& name, const json::object& response) {
    demand(opened_, name + " before the beginning");
    const std::string status = string_in(response, "status");
    demand(name == "response." + status, "status " + status + " of " + name);
    demand(string_in(response, "id") == response_id_, "another id at the end");
    demand((status == "failed") == response.at("error").is_object(), "error of " + name);
    demand((status == "incomplete") == response.at("incomplete_details").is_object(),
           "incomplete_details of " + name);
    if (status == "failed") {
      string_in(object_in(response, "error"), "code");
      string_in(object_in(response, "error"), "message");
    } else {
      demand(!open_, name + " inside an item");
      demand(array_in(response, "output") == stream_.items, "output of " + name);
    }
    const json::object& usage = object_in(response, "usage");
    demand(count_in(usage, "input_tokens") + count_in(usage, "output_tokens") ==
               count_in(usage, "total_tokens"),
           "total_tokens");
    count_in(object_in(usage, "input_tokens_details"), "cached_tokens");
    count_in(object_in(usage, "output_tokens_details"), "reasoning_tokens");
    stream_.terminal = name;
    stream_.response = response;
  }

  enum class Part { none, open, told, done };

  ResponsesStream& stream_;
  std::int64_t next_ = 0;
  bool opened_ = false, open_ = false, arguments_done_ = false;
  Part part_ = Part::none;
  std::string response_id_, type_, id_, text_;
  json::array annotations_;
  std::set<std::string> ids_, calls_;
};

}  // namespace

ResponsesStream read_responses_stream(std::string_view bytes) {
  ResponsesStream stream;
  Checker checker(stream);
  std::size_t number = 0;
  try {
    while (!bytes.empty()) {
      ++number;
      const std::size_t end = bytes.find("\n\n");
      demand(end != bytes.npos, "an event without its end");
      const std::string_view event = bytes.substr(0, end);
      bytes.remove_prefix(end + 2);
      if (event.starts_with(':')) {
        checker.ping();
        continue;
      }
      const std::size_t line_end = event.find('\n');
      demand(event.starts_with("event: ") && line_end != event.npos, "no event line");
      const std::string_view data = event.substr(line_end + 1);
      demand(data.starts_with("data: ") && data.find('\n') == data.npos, "not one data line");
      const json::value parsed = json::parse(data.substr(6));
      demand(parsed.is_object(), "data that is no object");
      checker.event(std::string(event.substr(7, line_end - 7)), parsed.get_object());
    }
    checker.end();
  } catch (const std::exception& error) {
    stream.problem = "event " + std::to_string(number) + ": " + error.what();
  }
  return stream;
}

}  // namespace castor
