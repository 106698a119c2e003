#include "openai/responses_wire.h"

#include <algorithm>
#include <charconv>

#include "openai/call_input.h"
#include "util/text.h"

namespace castor::openai {
namespace {

constexpr std::string_view kResponsePrefix = "resp_";
constexpr std::string_view kCompactionPrefix = "gwc1.";

// Strings of an array, or one of them that stands alone.
json::array strings_of(const json::object& args, std::string_view member) {
  json::array strings;
  const json::value* found = args.if_contains(member);
  if (found && found->is_string()) strings.push_back(*found);
  if (found && found->is_array()) {
    for (const json::value& element : found->get_array()) {
      if (element.is_string()) {
        strings.push_back(element);
      } else {
        strings.emplace_back(json::serialize(element));
      }
    }
  }
  return strings;
}

json::value number_or_null(const json::object& args, std::string_view member) {
  const json::value* found = args.if_contains(member);
  return found && found->is_number() ? json::value(json::find_integer(args, member))
                                     : json::value(nullptr);
}

json::object local_shell_action(const json::object& args) {
  json::array command = strings_of(args, "command");
  // A line that is no list of arguments needs somebody to read it.
  if (const json::value* line = args.if_contains("command"); line && line->is_string()) {
    command = {"bash", "-lc", *line};
  }
  json::object action{{"type", "exec"}, {"command", std::move(command)}, {"env", json::object()}};
  if (const auto timeout = number_or_null(args, "timeout_ms"); !timeout.is_null()) {
    action["timeout_ms"] = timeout;
  }
  if (const auto directory = json::find_string(args, "workdir"); !directory.empty()) {
    action["working_directory"] = directory;
  }
  return action;
}

json::object shell_action(const json::object& args) {
  return {{"commands", strings_of(args, "commands")},
          {"timeout_ms", number_or_null(args, "timeout_ms")},
          {"max_output_length", number_or_null(args, "max_output_length")}};
}

json::object patch_operation(const json::object& args) {
  const std::string_view type = json::find_string(args, "type");
  json::object operation{{"type", type.empty() ? "update_file" : type},
                         {"path", json::find_string(args, "path")}};
  if (type != "delete_file") operation["diff"] = json::find_string(args, "diff");
  return operation;
}

json::object named_call(const char* type, const FunctionCall& call, std::string_view id) {
  json::object item{{"type", type},
                    {"id", id},
                    {"call_id", call.client_id},
                    {"status", "completed"},
                    {"name", call.name}};
  if (!call.toolset.empty()) item["namespace"] = call.toolset;
  return item;
}

json::object built_in_call(const char* type, const FunctionCall& call, std::string_view id) {
  return {{"type", type}, {"id", id}, {"call_id", call.client_id}, {"status", "completed"}};
}

// As characters, which is how OpenAI counts.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::string item_id(std::string_view prefix, std::string_view response_id, std::size_t index) {
  if (response_id.starts_with(kResponsePrefix)) response_id.remove_prefix(kResponsePrefix.size());
  return std::string(prefix).append("_").append(response_id).append("_") + std::to_string(index);
}

std::optional<ItemPlace> parse_item_id(std::string_view id) {
  const std::size_t first = id.find('_');
  const std::size_t last = id.rfind('_');
  if (first == id.npos || last <= first + 1) return std::nullopt;
  ItemPlace place;
  const char* end = id.data() + id.size();
  const auto [read, error] = std::from_chars(id.data() + last + 1, end, place.index);
  if (error != std::errc() || read != end) return std::nullopt;
  place.response_id.append(kResponsePrefix).append(id.substr(first + 1, last - first - 1));
  return place;
}

json::object message_item(std::string_view id) {
  return {{"type", "message"},
          {"id", id},
          {"status", "in_progress"},
          {"role", "assistant"},
          {"content", json::array()}};
}

json::object text_part() {
  return {{"type", "output_text"},
          {"text", ""},
          {"annotations", json::array()},
          {"logprobs", json::array()}};
}

json::object reasoning_item(std::string_view id) {
  return {{"type", "reasoning"}, {"id", id}, {"summary", json::array()}};
}

json::object summary_part() { return {{"type", "summary_text"}, {"text", ""}}; }

json::object call_item(const FunctionCall& call, std::size_t index, const ReplyIdentity& identity) {
  const auto id = [&](std::string_view prefix) { return item_id(prefix, identity.id, index); };
  json::object item;
  switch (call.kind) {
    case ToolKind::function:
    case ToolKind::old_function:  // of Chat Completions
      item = named_call("function_call", call, id("fc"));
      item["arguments"] = json::serialize(call.args);
      return item;
    case ToolKind::custom:
      item = named_call("custom_tool_call", call, id("ctc"));
      item["input"] = custom_input(call.args);
      return item;
    case ToolKind::tool_search:
      item = built_in_call("tool_search_call", call, id("tsc"));
      item["execution"] = "client";
      item["arguments"] = call.args;
      return item;
    case ToolKind::local_shell:
      item = built_in_call("local_shell_call", call, id("lsh"));
      item["action"] = local_shell_action(call.args);
      return item;
    case ToolKind::shell:
      item = built_in_call("shell_call", call, id("sh"));
      item["action"] = shell_action(call.args);
      item["environment"] = nullptr;
      return item;
    case ToolKind::apply_patch:
      item = built_in_call("apply_patch_call", call, id("apc"));
      item["operation"] = patch_operation(call.args);
      return item;
  }
  return item;
}

json::object begun(const json::object& item) {
  json::object bare = item;
  bare["status"] = "in_progress";
  if (json::value* arguments = bare.if_contains("arguments")) {
    *arguments = arguments->is_string() ? json::value("") : json::value(json::object());
  }
  if (json::value* input = bare.if_contains("input")) *input = "";
  if (json::value* action = bare.if_contains("action")) {
    for (const char* list : {"command", "commands"}) {
      if (json::value* found = action->as_object().if_contains(list)) *found = json::array();
    }
  }
  if (json::value* operation = bare.if_contains("operation")) {
    if (json::value* diff = operation->as_object().if_contains("diff")) *diff = "";
  }
  return bare;
}

json::object search_item(std::string_view id, const Grounding& grounding) {
  json::array sources;
  for (const Source& source : grounding.sources) {
    sources.push_back({{"type", "url"}, {"url", source.url}});
  }
  json::object action{{"type", "search"}};
  if (!grounding.queries.empty()) {
    action["query"] = grounding.queries.front();
    action["queries"] = json::array(grounding.queries.begin(), grounding.queries.end());
  }
  action["sources"] = std::move(sources);
  return {{"type", "web_search_call"},
          {"id", id},
          {"status", "completed"},
          {"action", std::move(action)}};
}

json::object citation(const Source& source, std::string_view text) {
  return {{"type", "url_citation"},
          {"start_index", 0},
          {"end_index", length(text)},
          {"url", source.url},
          {"title", source.title}};
}

json::object image_item(std::string_view id, std::string_view mime_type, std::string_view base64) {
  return {{"type", "image_generation_call"},
          {"id", id},
          {"status", "completed"},
          {"result", base64},
          {"output_format", mime_type.substr(mime_type.find('/') + 1)}};
}

json::object compaction_item(std::string_view id, std::string_view summary) {
  return {{"type", "compaction"},
          {"id", id},
          {"encrypted_content", std::string(kCompactionPrefix).append(base64url(summary))}};
}

std::optional<std::string> parse_compaction(std::string_view encrypted_content) {
  if (!encrypted_content.starts_with(kCompactionPrefix)) return std::nullopt;
  const auto summary = decode_base64(encrypted_content.substr(kCompactionPrefix.size()));
  if (!summary) return std::nullopt;
  return valid_utf8(*summary);
}

json::value incomplete_details(const Finish& finish) {
  switch (finish.reason) {
    case FinishReason::max_tokens:
      return {{"reason", "max_output_tokens"}};
    case FinishReason::refused:
      return {{"reason", "content_filter"}};
    case FinishReason::stop:
    case FinishReason::stop_sequence:
    case FinishReason::malformed:
    case FinishReason::other:
      break;
  }
  return nullptr;
}

json::object response_error(const ApiError& error) {
  std::string message = error.what();
  const char* code = "server_error";
  switch (error.kind) {
    case ErrorKind::context_too_long:
      code = "context_length_exceeded";
      break;
    case ErrorKind::quota_exhausted:
      code = "insufficient_quota";
      break;
    case ErrorKind::rate_limited:
      code = "rate_limit_exceeded";
      if (error.retry_after) {
        message.append(" Please try again in ").append(std::to_string(*error.retry_after)) += "s.";
      }
      break;
    case ErrorKind::bad_request:
    case ErrorKind::too_large:
      code = "invalid_prompt";
      break;
    default:
      break;
  }
  return {{"code", code}, {"message", message}};
}

}  // namespace castor::openai
