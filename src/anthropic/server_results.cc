#include "anthropic/server_results.h"

#include "util/text.h"

namespace castor::anthropic {
namespace {

constexpr std::size_t kLongestQuery = 200;
constexpr std::size_t kLongestResult = 2048;

// Collects what people can read in a result, whichever of the dozen kinds of block it is.
class Digest {
 public:
  const std::string& text() const { return text_; }

  void add(const json::value& value) {
    if (text_.size() >= kLongestResult) return;
    if (const auto* words = value.if_string()) return add_line(*words);
    if (const auto* list = value.if_array()) {
      for (const json::value& element : *list) add(element);
      return;
    }
    const auto* object = value.if_object();
    if (!object) return;
    add_link(*object);
    for (const char* member : {"error_code", "tool_name", "stdout", "stderr", "text"}) {
      add_line(json::find_string(*object, member));
    }
    if (json::find_string(*object, "type") == "text") add_line(json::find_string(*object, "data"));
    for (const char* member : {"content", "source", "tool_references"}) {
      if (const json::value* inner = object->if_contains(member)) add(*inner);
    }
  }

 private:
  void add_link(const json::object& object) {
    const std::string_view url = json::find_string(object, "url");
    const std::string_view title = json::find_string(object, "title");
    std::string line(title);
    if (!title.empty() && !url.empty()) line += " — ";
    add_line(line.append(url));
  }

  void add_line(std::string_view line) {
    line = trim(line);
    if (line.empty() || text_.size() >= kLongestResult) return;
    if (!text_.empty()) text_ += '\n';
    text_.append(cut_utf8(line, kLongestResult - text_.size()));
  }

  std::string text_;
};

}  // namespace

std::string describe_server_tool(std::string_view name, const json::value& input) {
  std::string text("[");
  text.append(name);
  if (const auto* object = input.if_object()) {
    for (const auto& [key, member] : *object) {
      if (!member.is_string()) continue;
      text.append(" \"").append(cut_utf8(member.get_string(), kLongestQuery)).append("\"");
      break;
    }
  }
  return text.append("]");
}

std::string describe_server_result(std::string_view call, const json::value& content) {
  Digest digest;
  digest.add(content);
  return std::string(call).append(" ").append(digest.text().empty() ? "no result" : digest.text());
}

}  // namespace castor::anthropic
