#include "gemini/schema_references.h"

#include <charconv>

namespace castor::gemini {
namespace {

// A pointer in a URI fragment is percent-encoded: "#/$defs/50%25".
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// `fragment` without its '#'. nullptr unless it leads to a schema.
const json::value* follow(const json::value& document, std::string_view fragment) {
  json::error_code error;
  const json::value* const found = fragment.find('%') == std::string_view::npos
                                       ? document.find_pointer(fragment, error)
                                       : document.find_pointer(percent_decoded(fragment), error);
  return found && (found->is_object() || found->is_bool()) ? found : nullptr;
}

}  // namespace

const json::value* SchemaReferences::find(std::string_view reference) {
  if (reference == "#" || reference.starts_with("#/")) return follow(root_, reference.substr(1));
  if (!indexed_) index(root_);
  indexed_ = true;
  if (const auto exact = named_.find(std::string(reference)); exact != named_.end()) {
    return exact->second;
  }
  const std::size_t hash = reference.find('#');
  if (hash == 0 || hash == std::string_view::npos) return nullptr;
  const auto document = named_.find(std::string(reference.substr(0, hash)));
  if (document == named_.end()) return nullptr;
  const std::string_view fragment = reference.substr(hash);
  if (fragment.starts_with("#/")) return follow(*document->second, fragment.substr(1));
  const auto anchor = named_.find(std::string(fragment));
  return anchor == named_.end() ? nullptr : anchor->second;
}

void SchemaReferences::index(const json::value& schema) {
  if (const json::array* const elements = schema.if_array()) {
    for (const json::value& element : *elements) index(element);
  }
  const json::object* const members = schema.if_object();
  if (!members) return;
  for (const char* const keyword : {"$anchor", "$dynamicAnchor"}) {
    const std::string_view anchor = json::find_string(*members, keyword);
    if (!anchor.empty()) named_.try_emplace(std::string("#").append(anchor), &schema);
  }
  for (const char* const keyword : {"$id", "id"}) {  // "id": draft 4
    const std::string_view id = json::find_string(*members, keyword);
    const std::size_t end = id.ends_with('#') ? id.size() - 1 : id.size();
    if (end > 0) named_.try_emplace(std::string(id.substr(0, end)), &schema);
  }
  for (const json::key_value_pair& member : *members) index(member.value());
}

}  // namespace castor::gemini
