#include "openai/hosted_calls.h"

#include "util/text.h"

namespace castor::openai {
namespace {

constexpr std::size_t kLongestQuery = 200;
constexpr std::size_t kLongestResult = 2048;

// The first that says what was asked for.
std::string_view asked(const json::object& item) {
  if (const json::object* action = json::find_object(item, "action")) {
    for (const char* member : {"query", "url", "pattern"}) {
      if (const auto text = json::find_string(*action, member); !text.empty()) return text;
    }
  }
  if (const json::array* queries = json::find_array(item, "queries")) {
    if (!queries->empty() && queries->front().is_string()) return queries->front().get_string();
  }
  return json::find_string(item, "name");
}

void add_lines(const json::value& value, std::string& text) {
  if (text.size() >= kLongestResult) return;
  if (const auto* words = value.if_string()) {
    const auto line = trim(std::string_view(*words));
    if (!line.empty()) text.append("\n").append(cut_utf8(line, kLongestResult - text.size()));
  } else if (const auto* list = value.if_array()) {
    for (const json::value& element : *list) add_lines(element, text);
  } else if (const auto* object = value.if_object()) {
    for (const char* member : {"filename", "text", "logs"}) {
      if (const json::value* found = object->if_contains(member)) add_lines(*found, text);
    }
  }
}

}  // namespace

std::string describe_hosted_call(const json::Field& item) {
  const json::object& members = item.members();
  std::string_view name = json::find_string(members, "type");
  if (name.ends_with("_call")) name.remove_suffix(5);
  std::string text("[");
  text.append(name);
  if (const auto query = asked(members); !query.empty()) {
    text.append(" \"").append(cut_utf8(query, kLongestQuery)).append("\"");
  }
  text.append("]");
  for (const char* member : {"code", "arguments", "output", "outputs", "results"}) {
    if (const json::value* found = members.if_contains(member)) add_lines(*found, text);
  }
  return text;
}

std::string describe_shell_output(const json::Field& output) {
  if (output.is_string()) return std::string(output.string());
  std::string text;
  for (std::size_t i = 0; i < output.size(); ++i) {
    const json::Field command = output.at(i);
    const json::Field written = command["stdout"];
    const json::Field complaints = command["stderr"];
    const json::Field outcome = command["outcome"];
    const json::Field type = outcome["type"];
    const json::Field status = outcome["exit_code"];
    const auto add = [&text](std::string_view lines) {
      text.append(lines);
      if (!text.empty() && !text.ends_with('\n')) text += '\n';
    };
    add(written.string_or(""));
    if (!complaints.string_or("").empty()) text.append("[stderr]\n");
    add(complaints.string_or(""));
    if (type.string_or("") == "timeout") {
      text.append("[timeout]\n");
    } else if (!status.empty()) {
      text.append("[exit status ").append(std::to_string(status.integer())).append("]\n");
    }
  }
  return text;
}

}  // namespace castor::openai
