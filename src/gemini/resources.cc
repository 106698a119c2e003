#include "gemini/resources.h"

#include <algorithm>

#include "gemini/native_request.h"

namespace castor::gemini {
namespace {

constexpr std::size_t kMostResources = 256;

void add(std::string name, std::vector<std::string>& names) {
  if (name.empty() || names.size() == kMostResources) return;
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

// `parts` of a content, or of a functionResponse in one.
void add_files(const json::object& holder, std::vector<std::string>& names) {
  const json::array* parts = json::find_array(holder, "parts");
  if (!parts) return;
  for (const json::value& part : *parts) {
    const json::object* object = part.if_object();
    if (!object) continue;
    if (const json::object* file = json::find_object(*object, "fileData")) {
      add(file_of(json::find_string(*file, "fileUri")), names);
    } else if (const json::object* result = json::find_object(*object, "functionResponse")) {
      add_files(*result, names);
    }
  }
}

}  // namespace

std::vector<std::string> resources_of(const json::object& body) {
  std::vector<std::string> names;
  add(std::string(json::find_string(body, "cachedContent")), names);
  if (const json::array* contents = json::find_array(body, "contents")) {
    for (const json::value& content : *contents) {
      if (content.is_object()) add_files(content.get_object(), names);
    }
  }
  return names;
}

}  // namespace castor::gemini
