#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gemini/schema_node.h"
#include "json/json.h"

namespace castor::gemini {

// JSON's types, as bits of a set.
using Types = unsigned;
inline constexpr Types kString = 1, kNumber = 2, kInteger = 4, kBoolean = 8, kArray = 16,
                       kObject = 32, kNull = 64;
inline constexpr Types kEachType[] = {kString, kNumber, kInteger, kBoolean, kArray, kObject, kNull};

// "string": of exactly one type.
std::string_view name_of(Types type);

// The values that enum and const leave, in the order of the first list; empty: not restricted.
// Lists that contradict those before them are ignored.
using AllowedValues = std::vector<const json::value*>;
AllowedValues allowed_values(const SchemaNode& node);

// The type of a value; an integral double is an integer.
Types type_of(const json::value& value);

// The types a schema allows: those it declares, less those that none of its values has; where it
// declares none, those that its values or keywords imply. Empty: not restricted. Never both number
// and integer.
Types possible_types(const SchemaNode& node, const AllowedValues& values);

// A number, also one that is written as a string: "5". nullopt for all else, and for infinity.
std::optional<json::value> as_number(const json::value& value);

// The same, where only 0, 1, 2, … make sense.
std::optional<std::int64_t> as_count(const json::value& value);

// Compares numbers.
bool less(const json::value& a, const json::value& b);

// The smallest integer above a number, and the largest below.
json::value integer_above(const json::value& number);
json::value integer_below(const json::value& number);

// A value as a person would write it: strings as they are, 1.5 instead of JSON's 1.5E0.
std::string plain_text(const json::value& value);

}  // namespace castor::gemini
