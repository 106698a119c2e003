#include "anthropic_stream_checker.h"

#include <algorithm>
#include <set>

#include "stream_rules.h"

namespace castor {
namespace {

void demand_counts(const json::object& usage, std::initializer_list<std::string_view> members) {
  for (const std::string_view member : members) count_in(usage, member);
}

class Checker {
 public:
  explicit Checker(AnthropicStream& stream) : stream_(stream) {}

  void event(const std::string& name, const json::object& data) {
    demand(!ended_, "event " + name + " after the end");
    demand(string_in(data, "type") == name, "type is not the event's name " + name);
    if (name == "error") {
      const json::object& error = object_in(data, "error");
      string_in(error, "type");
      string_in(error, "message");
      stream_.error = data;
      ended_ = true;
    } else if (name == "message_start") {
      start(object_in(data, "message"));
    } else {
      demand(started_, name + " before message_start");
      if (name == "ping") {
        ++stream_.pings;
      } else if (name == "message_stop") {
        demand(stopping_, "message_stop without message_delta");
        ended_ = true;
      } else if (name == "message_delta") {
        message_delta(data);
      } else {
        demand(!stopping_, name + " after message_delta");
        block_event(name, data);
      }
    }
  }

  void end() const { demand(ended_, "the stream just stops"); }

 private:
  void start(const json::object& message) {
    demand(!started_, "a second message_start");
    started_ = true;
    for (const char* member : {"id", "model"}) {
      demand(!string_in(message, member).empty(), "empty " + std::string(member));
    }
    demand(string_in(message, "type") == "message", "type of the message");
    demand(string_in(message, "role") == "assistant", "role of the message");
    demand(message.at("content") == json::array(), "content of message_start");
    demand(message.at("stop_reason").is_null() && message.at("stop_sequence").is_null(),
           "message_start with a stop");
    demand_counts(object_in(message, "usage"), {"input_tokens", "output_tokens"});
    stream_.message = message;
  }

  void block_event(const std::string& name, const json::object& data) {
    const json::value* index = data.if_contains("index");
    demand(index && index->is_int64(), name + " without index");
    demand(index->get_int64() == static_cast<std::int64_t>(content().size()) - (open_ ? 1 : 0),
           "index of " + name);
    if (name == "content_block_start") {
      demand(!open_, "a block inside another");
      block_start(object_in(data, "content_block"));
    } else if (name == "content_block_delta") {
      demand(open_, "a delta outside of a block");
      block_delta(object_in(data, "delta"));
    } else if (name == "content_block_stop") {
      demand(open_, "a stop outside of a block");
      block_stop();
    } else {
      throw Violation("unknown event " + name);
    }
  }

  void block_start(const json::object& block) {
    type_ = string_in(block, "type");
    open_ = true;
    signed_ = false;
    input_.clear();
    if (type_ == "text") {
      demand(string_in(block, "text").empty(), "text in its block's start");
    } else if (type_ == "thinking") {
      demand(string_in(block, "thinking").empty() && string_in(block, "signature").empty(),
             "thinking in its block's start");
    } else if (type_ == "tool_use" || type_ == "server_tool_use") {
      const std::string id = string_in(block, "id");
      demand(!id.empty() && id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"
                                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == id.npos,
             "tool id '" + id + "'");
      demand(ids_.insert(id).second, "tool id twice: " + id);
      demand(!string_in(block, "name").empty(), "a tool without a name");
      demand(block.at("input") == json::object(), "input in its block's start");
      called_ = called_ || type_ == "tool_use";
    } else if (type_ == "web_search_tool_result") {
      demand(!content().empty() && content().back().at("type") == "server_tool_use" &&
                 content().back().at("id") == block.at("tool_use_id"),
             "a result that does not follow its search");
      for (const json::value& result : block.at("content").as_array()) {
        for (const char* member : {"url", "title", "encrypted_content"}) {
          string_in(result.as_object(), member);
        }
      }
    } else {
      throw Violation("block type " + type_);
    }
    content().push_back(block);
  }

  void block_delta(const json::object& delta) {
    const std::string type = string_in(delta, "type");
    demand(!signed_, "a delta after the signature");
    if (type == "text_delta" && type_ == "text") {
      append("text", string_in(delta, "text"));
    } else if (type == "thinking_delta" && type_ == "thinking") {
      append("thinking", string_in(delta, "thinking"));
    } else if (type == "signature_delta" && type_ == "thinking") {
      append("signature", string_in(delta, "signature"));
      signed_ = true;
    } else if (type == "citations_delta" && type_ == "text") {
      const json::object& citation = object_in(delta, "citation");
      demand(string_in(citation, "type") == "web_search_result_location", "type of the citation");
      for (const char* member : {"cited_text", "url", "title", "encrypted_index"}) {
        string_in(citation, member);
      }
      json::value& citations = content().back().as_object()["citations"];
      if (citations.is_null()) citations = json::array();
      citations.as_array().push_back(citation);
    } else if (type == "input_json_delta" && type_.ends_with("tool_use")) {
      const std::string piece = string_in(delta, "partial_json");
      demand(piece.size() <= 8192, "a delta of input that is too long");
      input_ += piece;
    } else {
      throw Violation(type + " in a block of " + type_);
    }
  }

  void block_stop() {
    if (type_ == "thinking") demand(signed_, "a thinking block without signature");
    if (type_ == "text") demand(!content().back().at("text").as_string().empty(), "empty text");
    if (type_.ends_with("tool_use")) {
      const json::value input = json::parse(std::string_view(input_));
      demand(input.is_object(), "input that is no object");
      content().back().as_object()["input"] = input;
    }
    open_ = false;
  }

  void message_delta(const json::object& data) {
    demand(!open_, "message_delta inside a block");
    demand(!stopping_, "a second message_delta");
    stopping_ = true;
    const json::object& delta = object_in(data, "delta");
    const std::string reason = string_in(delta, "stop_reason");
    static const std::set<std::string> kReasons{"end_turn", "max_tokens", "stop_sequence",
                                                "tool_use", "refusal"};
    demand(kReasons.count(reason) == 1, "stop_reason " + reason);
    demand(reason != "tool_use" || called_, "tool_use without a tool");
    demand((reason == "stop_sequence") == delta.at("stop_sequence").is_string(), "stop_sequence");
    const json::object& usage = object_in(data, "usage");
    demand_counts(usage, {"input_tokens", "output_tokens", "cache_read_input_tokens"});
    for (const auto& [key, value] : delta) stream_.message[key] = value;
    json::object& total = stream_.message["usage"].as_object();
    for (const auto& [key, value] : usage) total[key] = value;
  }

  json::array& content() { return stream_.message["content"].as_array(); }

  void append(std::string_view member, const std::string& text) {
    demand(!text.empty(), "an empty delta");
    content().back().as_object()[member].as_string().append(text);
  }

  AnthropicStream& stream_;
  bool started_ = false, stopping_ = false, ended_ = false;
  bool open_ = false, signed_ = false, called_ = false;
  std::string type_, input_;
  std::set<std::string> ids_;
};

}  // namespace

AnthropicStream read_anthropic_stream(std::string_view bytes) {
  AnthropicStream stream;
  Checker checker(stream);
  std::size_t number = 0;
  try {
    while (!bytes.empty()) {
      ++number;
      const std::size_t end = bytes.find("\n\n");
      demand(end != bytes.npos, "an event without its end");
      const std::string_view event = bytes.substr(0, end);
      bytes.remove_prefix(end + 2);
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
