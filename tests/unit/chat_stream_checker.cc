#include "chat_stream_checker.h"

#include <set>

#include "stream_rules.h"

namespace castor {
namespace {

void demand_members(const json::object& object, const std::set<std::string>& allowed) {
  for (const auto& [key, value] : object) {
    demand(allowed.count(std::string(key)) == 1, "member " + std::string(key));
  }
}

void demand_counts(const json::object& usage) {
  demand(count_in(usage, "prompt_tokens") + count_in(usage, "completion_tokens") ==
             count_in(usage, "total_tokens"),
         "the sum of the usage");
}

class Checker {
 public:
  explicit Checker(ChatStream& stream) : stream_(stream) {}

  void event(std::string_view event) {
    demand(!ended_, "something after the end");
    if (event == ": ping") {
      demand(!stream_.completion.empty(), "a ping before the first chunk");
      ++stream_.pings;
      return;
    }
    demand(event.starts_with("data: ") && event.find('\n') == event.npos, "not one data line");
    event.remove_prefix(6);
    if (event == "[DONE]") {
      demand(!reason_.empty(), "[DONE] without a finish_reason");
      demand(!promises_usage_ || stream_.completion.contains("usage"), "[DONE] without usage");
      ended_ = true;
      return;
    }
    const json::value parsed = json::parse(event);
    demand(parsed.is_object(), "data that is no object");
    if (const json::value* error = parsed.get_object().if_contains("error")) {
      demand(error->is_object(), "an error that is no object");
      string_in(error->get_object(), "message");
      string_in(error->get_object(), "type");
      stream_.error = *error;
      ended_ = true;
      return;
    }
    chunk(parsed.get_object());
  }

  void end() {
    demand(ended_, "the stream just stops");
    if (!stream_.error.is_null()) return;
    for (json::value& call : calls_) {
      json::object& object = call.as_object();
      object.erase("index");
      const std::string type = string_in(object, "type");
      demand(type == "function" || type == "custom", "type of a call");
      if (type == "function") demand_object(string_in(object.at(type).as_object(), "arguments"));
    }
    if (!calls_.empty()) message_["tool_calls"] = std::move(calls_);
    if (message_.contains("function_call")) {
      demand_object(string_in(message_["function_call"].as_object(), "arguments"));
    }
    const bool says_nothing = message_.at("content").as_string().empty();
    if (says_nothing && (reason_ == "tool_calls" || reason_ == "function_call" ||
                         message_.contains("tool_calls") || !message_.at("refusal").is_null())) {
      message_["content"] = nullptr;
    }
    stream_.completion["choices"] = json::array{json::object{{"index", 0},
                                                             {"message", std::move(message_)},
                                                             {"logprobs", nullptr},
                                                             {"finish_reason", reason_}}};
  }

 private:
  void chunk(const json::object& chunk) {
    demand_members(chunk, {"id", "object", "created", "model", "choices", "usage"});
    demand(string_in(chunk, "object") == "chat.completion.chunk", "object of a chunk");
    const bool is_first = stream_.completion.empty();
    for (const char* member : {"id", "created", "model"}) {
      if (is_first) stream_.completion[member] = chunk.at(member);
      demand(stream_.completion.at(member) == chunk.at(member), "chunks of several replies");
    }
    if (is_first) promises_usage_ = chunk.contains("usage");
    demand(chunk.contains("usage") == promises_usage_, "usage in some chunks only");
    const json::array& choices = chunk.at("choices").as_array();
    if (choices.empty()) {
      demand(!reason_.empty(), "usage before the end");
      demand(!stream_.completion.contains("usage"), "usage twice");
      demand_counts(chunk.at("usage").as_object());
      stream_.completion["usage"] = chunk.at("usage");
      return;
    }
    demand(!promises_usage_ || chunk.at("usage").is_null(), "usage beside a choice");
    demand(choices.size() == 1 && choices[0].at("index") == 0, "the choice");
    demand(choices[0].at("logprobs").is_null(), "logprobs");
    demand(reason_.empty(), "a choice after the finish_reason");
    const json::object& delta = choices[0].at("delta").as_object();
    if (is_first) {
      demand(delta == json::object{{"role", "assistant"}, {"content", ""}}, "the first delta");
      message_ = {{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}};
    } else {
      read_delta(delta);
    }
    if (const json::value& reason = choices[0].at("finish_reason"); !reason.is_null()) {
      finish(std::string(reason.as_string()), delta);
    }
  }

  void read_delta(const json::object& delta) {
    demand(delta.size() <= 1, "several things in a delta");
    for (const auto& [key, value] : delta) {
      if (key == "content" || key == "reasoning_content" || key == "refusal") {
        append(message_, key, std::string(value.as_string()));
      } else if (key == "tool_calls") {
        for (const json::value& call : value.as_array()) read_call(call.as_object());
      } else if (key == "function_call") {
        read_function_call(value.as_object());
      } else if (key == "annotations" || key == "extra_content") {
        demand(!message_.contains(key), "twice " + std::string(key));
        message_[key] = value;
      } else {
        throw Violation("member of a delta: " + std::string(key));
      }
    }
  }

  void read_call(const json::object& delta) {
    demand_members(delta, {"index", "id", "type", "function", "custom", "extra_content"});
    const auto index = static_cast<std::size_t>(delta.at("index").as_int64());
    if (index == calls_.size()) {
      const std::string id = string_in(delta, "id");
      demand(!id.empty() && id.size() <= 64, "id of a call");
      demand(ids_.insert(id).second, "the id of another call: " + id);
      const json::object& tool = delta.at(string_in(delta, "type")).as_object();
      demand(!string_in(tool, "name").empty(), "a call without a name");
      calls_.push_back(delta);
      return;
    }
    demand(index + 1 == calls_.size(), "index of a call");
    json::object& call = calls_.back().as_object();
    const std::string type = string_in(call, "type");
    demand(delta.size() == 2, "a continued call that begins again");
    const char* member = type == "custom" ? "input" : "arguments";
    append(call.at(type).as_object(), member, string_in(delta.at(type).as_object(), member));
  }

  void read_function_call(const json::object& delta) {
    if (!message_.contains("function_call")) {
      demand(!string_in(delta, "name").empty(), "a call without a name");
      message_["function_call"] = delta;
      return;
    }
    append(message_["function_call"].as_object(), "arguments", string_in(delta, "arguments"));
  }

  void finish(const std::string& reason, const json::object& delta) {
    demand(delta.empty(), "the last delta is empty");
    static const std::set<std::string> kReasons{"stop", "length", "tool_calls", "content_filter",
                                                "function_call"};
    demand(kReasons.count(reason) == 1, "finish_reason " + reason);
    demand(reason != "tool_calls" || !calls_.empty(), "tool_calls without a call");
    demand(reason != "stop" || calls_.empty(), "stop in spite of a call");
    reason_ = reason;
  }

  static void append(json::object& object, std::string_view member, const std::string& text) {
    demand(!text.empty() && text.size() <= (2 << 20), "the size of a delta");
    json::value& value = object[member];
    if (!value.is_string()) value.emplace_string();
    value.get_string().append(text);
  }

  static void demand_object(const std::string& text) {
    demand(json::parse(std::string_view(text)).is_object(), "arguments that are no object");
  }

  ChatStream& stream_;
  json::object message_;
  json::array calls_;
  std::set<std::string> ids_;
  std::string reason_;
  bool promises_usage_ = false;
  bool ended_ = false;
};

}  // namespace

ChatStream read_chat_stream(std::string_view bytes) {
  ChatStream stream;
  Checker checker(stream);
  std::size_t number = 0;
  try {
    while (!bytes.empty()) {
      ++number;
      const std::size_t end = bytes.find("\n\n");
      demand(end != bytes.npos, "an event without its end");
      checker.event(bytes.substr(0, end));
      bytes.remove_prefix(end + 2);
    }
    checker.end();
  } catch (const std::exception& error) {
    stream.problem = "event " + std::to_string(number) + ": " + error.what();
  }
  return stream;
}

}  // namespace castor
