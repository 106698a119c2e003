#include "pretty_json.h"

namespace castor {

std::string pretty_json(const json::value& value, const std::string& indent) {
  const std::string inner = indent + "  ";
  std::string text;
  if (const json::object* object = value.if_object(); object && !object->empty()) {
    for (const auto& [key, member] : *object) {
      text += (text.empty() ? "{\n" : ",\n") + inner + json::serialize(key) + ": " +
              pretty_json(member, inner);
    }
    return text + "\n" + indent + "}";
  }
  if (const json::array* array = value.if_array(); array && !array->empty()) {
    for (const json::value& element : *array) {
      text += (text.empty() ? "[\n" : ",\n") + inner + pretty_json(element, inner);
    }
    return text + "\n" + indent + "]";
  }
  return json::serialize(value);
}

}  // namespace castor
