#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "json/json.h"

// What the checkers of streams have in common.
namespace castor {

// A rule that a stream breaks; what() names it.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void demand(bool condition, const std::string& rule) {
  if (!condition) throw Violation(rule);
}

inline std::string string_in(const json::object& object, std::string_view member) {
  const json::value* found = object.if_contains(member);
  demand(found && found->is_string(), "no string " + std::string(member));
  return std::string(found->get_string());
}

inline const json::object& object_in(const json::object& object, std::string_view member) {
  const json::value* found = object.if_contains(member);
  demand(found && found->is_object(), "no object " + std::string(member));
  return found->get_object();
}

inline const json::array& array_in(const json::object& object, std::string_view member) {
  const json::value* found = object.if_contains(member);
  demand(found && found->is_array(), "no array " + std::string(member));
  return found->get_array();
}

// Of tokens, or of events.
inline std::int64_t count_in(const json::object& object, std::string_view member) {
  const json::value* found = object.if_contains(member);
  demand(found && found->is_int64() && found->get_int64() >= 0, "no count " + std::string(member));
  return found->get_int64();
}

}  // namespace castor
