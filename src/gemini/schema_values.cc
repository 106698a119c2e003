#include "gemini/schema_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <unordered_map>

#include "util/text.h"

namespace castor::gemini {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53: beyond, doubles skip integers

Types type_named(std::string_view name) {
  const std::string lowered = to_lower(name);  // Gemini's own schemas say "STRING"
  for (const Types type : kEachType) {
    if (lowered == name_of(type)) return type;
  }
  return 0;
}

// A number is an integer or not: the larger set stands for both.
Types simplified(Types types) { return types & kNumber ? types & ~kInteger : types; }

Types declared_types(const SchemaNode& node) {
  const json::value* const declared = node[Keyword::type];
  if (!declared) return 0;
  if (const json::string* const name = declared->if_string()) return type_named(*name);
  Types types = 0;
  for (const json::value& element : declared->get_array()) {
    if (const json::string* const name = element.if_string()) types |= type_named(*name);
  }
  return simplified(types);
}

Types type_of_format(std::string_view format) {
  if (format == "int32" || format == "int64") return kInteger;
  return format == "float" || format == "double" ? kNumber : kString;
}

Types implied_types(const SchemaNode& node, Types of_values) {
  using enum Keyword;
  const auto has = [&](std::initializer_list<Keyword> keywords) {
    return std::ranges::any_of(keywords, [&](Keyword keyword) { return node[keyword]; });
  };
  if (of_values) return simplified(of_values);
  if (has({properties, pattern_properties})) return kObject;
  if (has({items, prefix_items})) return kArray;
  if (!node.branches.empty()) return 0;  // they know better than what follows
  if (has({additional_properties, min_properties, max_properties})) return kObject;
  if (has({min_items, max_items})) return kArray;
  if (has({minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of})) return kNumber;
  if (has({pattern, min_length, max_length})) return kString;
  return node[format] ? type_of_format(node[format]->get_string()) : 0;
}

// The same for equal values, however they are written: 1 and 1.0.
std::string key_of(const json::value& value) {
  return value.is_number() ? plain_text(value) : json::serialize(value);
}

json::value integral(double number) {
  if (std::fabs(number) < kExactIntegers) return static_cast<std::int64_t>(number);
  return number;
}

}  // namespace

std::string_view name_of(Types type) {
  switch (type) {
    case kString:
      return "string";
    case kNumber:
      return "number";
    case kInteger:
      return "integer";
    case kBoolean:
      return "boolean";
    case kArray:
      return "array";
    case kObject:
      return "object";
    default:
      return "null";
  }
}

AllowedValues allowed_values(const SchemaNode& node) {
  std::vector<AllowedValues> lists;
  node.each(Keyword::enumeration, [&](const json::value& list) {
    AllowedValues& values = lists.emplace_back();
    for (const json::value& value : list.get_array()) values.push_back(&value);
  });
  node.each(Keyword::constant, [&](const json::value& value) { lists.push_back({&value}); });
  if (lists.empty()) return {};
  AllowedValues values = std::move(lists.front());
  if (lists.size() == 1) return values;

  // In how many lists each value was found: every list is read once, however many there are.
  std::unordered_map<std::string, std::size_t> found;
  for (const json::value* const value : values) found.emplace(key_of(*value), 0);
  std::size_t agreeing = 0;
  for (std::size_t i = 1; i < lists.size(); ++i) {
    bool any = false;
    for (const json::value* const value : lists[i]) {
      const auto entry = found.find(key_of(*value));
      if (entry == found.end() || entry->second != agreeing) continue;
      ++entry->second;
      any = true;
    }
    if (any) ++agreeing;
  }
  std::erase_if(values,
                [&](const json::value* value) { return found[key_of(*value)] != agreeing; });
  return values;
}

Types type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return kString;
    case json::kind::int64:
    case json::kind::uint64:
      return kInteger;
    case json::kind::double_:
      return value.get_double() == std::floor(value.get_double()) ? kInteger : kNumber;
    case json::kind::bool_:
      return kBoolean;
    case json::kind::array:
      return kArray;
    case json::kind::object:
      return kObject;
    case json::kind::null:
      break;
  }
  return kNull;
}

Types possible_types(const SchemaNode& node, const AllowedValues& values) {
  Types of_values = 0;
  for (const json::value* const value : values) of_values |= type_of(*value);
  const json::value* const nullable = node[Keyword::nullable];
  const Types null = nullable && nullable->get_bool() ? kNull : 0;

  const Types declared = declared_types(node);
  if (!declared) {
    const Types implied = implied_types(node, of_values);
    return implied || !node.branches.empty() ? implied | null : 0;
  }
  Types both = declared & of_values;
  if (declared & kNumber && of_values & kInteger) both |= kNumber;
  // Gemini's enum has no null: a null that is declared is meant.
  return (both ? both | (declared & kNull) : declared) | null;
}

std::optional<json::value> as_number(const json::value& value) {
  if (value.is_double() && !std::isfinite(value.get_double())) return std::nullopt;
  if (value.is_number()) return value;
  const json::string* const text = value.if_string();
  if (!text) return std::nullopt;
  if (const auto integer = parse_integer(*text)) return *integer;
  double number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<std::int64_t> as_count(const json::value& value) {
  std::optional<json::value> number = as_number(value);
  if (number && number->is_double() && type_of(*number) == kInteger) {
    number = integral(number->get_double());
  }
  if (!number || !number->is_int64() || number->get_int64() < 0) return std::nullopt;
  return number->get_int64();
}

bool less(const json::value& a, const json::value& b) {
  if (a.is_int64() && b.is_int64()) return a.get_int64() < b.get_int64();
  return a.to_number<double>() < b.to_number<double>();
}

json::value integer_above(const json::value& number) {
  if (number.is_double()) return integral(std::floor(number.get_double()) + 1);
  if (number.is_uint64() || number.get_int64() == std::numeric_limits<std::int64_t>::max()) {
    return number;  // there is no next one to write
  }
  return number.get_int64() + 1;
}

json::value integer_below(const json::value& number) {
  if (number.is_double()) return integral(std::ceil(number.get_double()) - 1);
  if (number.is_uint64()) return number.get_uint64() - 1;
  if (number.get_int64() == std::numeric_limits<std::int64_t>::min()) return number;
  return number.get_int64() - 1;
}

std::string plain_text(const json::value& value) {
  if (const json::string* const text = value.if_string()) return std::string(*text);
  if (!value.is_double()) return json::serialize(value);
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value.get_double()).ptr;
  return std::string(digits, end);
}

}  // namespace castor::gemini
