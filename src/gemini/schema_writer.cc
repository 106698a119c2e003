#include "gemini/schema_writer.h"

#include <algorithm>
#include <bit>
#include <deque>

#include "util/seen_strings.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

// Gemini refuses schemas that are too deep, without saying where that begins.
constexpr int kMaxDepth = 32;

constexpr std::size_t kMaxNote = 200;  // bytes of a pattern, or of values, told in a description

// The names that `properties` has, each once.
class PropertyNames {
 public:
  PropertyNames(const json::object& properties, const json::storage_ptr& storage)
      : properties_(properties), names_(storage) {}

  void add(std::string_view name) {
    if (properties_.contains(name) && seen_.insert(name)) names_.emplace_back(name);
  }

  void add(const json::value& names) {
    for (const json::value& name : names.get_array()) {
      if (name.is_string()) add(std::string_view(name.get_string()));
    }
  }

  void move_to(json::object& out, Keyword keyword) {
    if (!names_.empty()) out.emplace(name_of(keyword), std::move(names_));
  }

 private:
  const json::object& properties_;
  json::array names_;
  SeenStrings seen_;
};

// Does it say nothing but its title and description?
bool unconstrained(const json::object& schema) {
  return std::ranges::all_of(schema, [](const json::key_value_pair& member) {
    return member.key() == name_of(Keyword::title) || member.key() == name_of(Keyword::description);
  });
}

bool allows_null(const json::object& schema) {
  const json::value* const type = schema.if_contains("type");
  return type && (type->is_array() || json::find_string(schema, "type") == name_of(kNull));
}

// A value in a note, as much of it as a note may have.
std::string excerpt(const json::value& value) {
  if (!value.is_structured()) return std::string(cut_utf8(plain_text(value), kMaxNote));
  char buffer[kMaxNote + 1];
  json::serializer serializer;
  serializer.reset(&value);
  return std::string(cut_utf8(serializer.read(buffer), kMaxNote));
}

// {"required": true} inside a property: draft 3, and servers that do not know better.
bool says_it_is_required(const json::value& property) {
  const json::value* const required = json::find(property, name_of(Keyword::required));
  return required && required->is_bool() && required->get_bool();
}

// The schema of the properties that `properties` does not name; nullptr: anything. Gemini has no
// patternProperties: of a single pattern its schema holds for them all, of several none does. Only
// the `false` beside them must not stay, or nothing could be passed.
const json::value* other_properties(const SchemaNode& node) {
  const json::value* const others = node[Keyword::additional_properties];
  const json::value* const patterns = node[Keyword::pattern_properties];
  if (!others || *others != false || !patterns || patterns->get_object().empty()) return others;
  const json::object& by_pattern = patterns->get_object();
  return by_pattern.size() == 1 ? &by_pattern.begin()->value() : nullptr;
}

}  // namespace

SchemaWriter::SchemaWriter(SchemaTarget target, SchemaReader& reader, json::storage_ptr storage)
    : openapi_(target == SchemaTarget::openapi), reader_(reader), storage_(std::move(storage)) {}

json::object SchemaWriter::write(const SchemaNode& node, int depth) {
  if (depth > kMaxDepth) return of_type(kObject);
  if (node.impossible) return of_type(kNull);
  const SchemaReader::Scope scope(reader_, node);
  const Allowed allowed = this->allowed(node);
  json::object out(storage_);
  write_type(node, allowed, out);
  write_texts(node, allowed, out);
  if (allowed.split) {
    write_split(node, allowed, out, depth);
  } else {
    write_members(node, allowed, allowed.types, out, depth);
    if (!node.branches.empty()) write_branches(node, allowed, out, depth);
  }
  if (openapi_) write_openapi_only(node, allowed, out);
  return out;
}

json::object SchemaWriter::of_type(Types type) const {
  json::object schema(storage_);
  schema.emplace("type", type_name(type));
  return schema;
}

json::object SchemaWriter::with_type(json::object schema) const {
  if (!openapi_ || schema.contains("type") || schema.contains("anyOf")) return schema;
  json::object typed = of_type(kString);
  for (json::key_value_pair& member : schema) {
    typed.emplace(member.key(), std::move(member.value()));
  }
  return typed;
}

SchemaWriter::Allowed SchemaWriter::allowed(const SchemaNode& node) const {
  Allowed allowed;
  allowed.values = allowed_values(node);
  const Types types = possible_types(node, allowed.values);
  allowed.types = types & ~kNull;
  allowed.null = types & kNull;
  // An enum of OpenAPI's is of strings ("only allowed for STRING type").
  constexpr Types kListed = kString | kNumber | kInteger;
  const auto listed = [](const json::value* value) { return (type_of(*value) & kListed) != 0; };
  if (openapi_ && allowed.types & kListed && std::ranges::any_of(allowed.values, listed)) {
    allowed.types = kString;
  }
  allowed.split = std::popcount(allowed.types) > 1;
  if (allowed.split && !node.branches.empty()) {  // one anyOf only, and the branches say more
    allowed.types = 0;
    allowed.split = false;
  }
  return allowed;
}

// Can an enum of this type have the value? One of strings lists numbers, too, by their digits,
// unless these have a branch of their own.
bool SchemaWriter::can_list(const json::value& value, Types type, bool split) const {
  const Types own = type_of(value);
  const bool number = own & (kNumber | kInteger);
  if (type != kString) return number && !openapi_ && (own == type || type == kNumber);
  return own == kString || (openapi_ && own == kBoolean) || (number && !split);
}

json::string SchemaWriter::type_name(Types type) const {
  json::string name(name_of(type), storage_);
  if (openapi_) {
    for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

// For the branches that come from no schema: as deep as those that do.
json::object SchemaWriter::leaf(Types type, int depth) const {
  return of_type(depth > kMaxDepth ? kObject : type);
}

// "minLength: 1, pattern: ^a": what the target has no keyword for.
std::string SchemaWriter::notes(const SchemaNode& node, const Allowed& allowed) const {
  std::string notes;
  const auto note = [&](std::string_view name, std::string_view text) {
    if (!notes.empty()) notes += ", ";
    notes.append(name).append(": ").append(text);
  };
  for (const Keyword keyword :
       {Keyword::min_length, Keyword::max_length, Keyword::pattern, Keyword::multiple_of}) {
    const json::value* const value = node[keyword];
    if (!value || (openapi_ && keyword != Keyword::multiple_of)) continue;
    const std::string text = plain_text(*value);
    if (text.size() <= kMaxNote) note(name_of(keyword), text);
  }

  std::string unlisted;
  std::size_t count = 0;
  for (const json::value* const value : allowed.values) {
    const bool listed = std::ranges::any_of(kEachType, [&](Types type) {
      return allowed.types & type && can_list(*value, type, allowed.split);
    });
    if (listed || value->is_null() || unlisted.size() >= kMaxNote) continue;
    if (count++ > 0) unlisted += ", ";
    unlisted += excerpt(*value);
  }
  if (count > 0) note(count == 1 ? "value" : "one of", unlisted);
  return notes;
}

json::object SchemaWriter::write_child(const json::value& schema, int depth) {
  if (depth > kMaxDepth) return of_type(kObject);
  return with_type(write(reader_.read(schema), depth));
}

void SchemaWriter::write_type(const SchemaNode& node, const Allowed& allowed,
                              json::object& out) const {
  if (allowed.split) return;
  if (!allowed.types) {
    if (allowed.null && node.branches.empty()) out.emplace("type", type_name(kNull));
  } else if (allowed.null && !openapi_) {
    out.emplace("type", json::array({type_name(allowed.types), type_name(kNull)}, storage_));
  } else {
    out.emplace("type", type_name(allowed.types));
  }
}

void SchemaWriter::write_texts(const SchemaNode& node, const Allowed& allowed,
                               json::object& out) const {
  if (const json::value* const title = node[Keyword::title]) out.emplace("title", *title);
  json::string text(storage_);
  const json::value* const first = node[Keyword::description];
  node.each(Keyword::description, [&](const json::value& description) {
    if (&description != first && description == *first) return;
    if (!text.empty()) text += ' ';
    text += description.get_string();
  });
  if (const std::string more = notes(node, allowed); !more.empty()) {
    if (!text.empty()) text += ' ';
    text.append("(").append(more).append(")");
  }
  if (!text.empty()) out.emplace("description", std::move(text));
}

void SchemaWriter::write_split(const SchemaNode& node, const Allowed& allowed, json::object& out,
                               int depth) {
  json::array branches(storage_);
  for (const Types type : kEachType) {
    if (!(allowed.types & type)) continue;
    json::object branch = leaf(type, depth + 1);
    if (depth < kMaxDepth) write_members(node, allowed, type, branch, depth + 1);
    branches.push_back(std::move(branch));
  }
  if (allowed.null && !openapi_) branches.push_back(leaf(kNull, depth + 1));
  out.emplace("anyOf", std::move(branches));
}

void SchemaWriter::write_branches(const SchemaNode& node, const Allowed& allowed, json::object& out,
                                  int depth) {
  json::array branches(storage_);
  branches.reserve(node.branches.size() + 1);
  std::size_t free = 0;
  bool null = false;
  for (const SchemaNode& branch : node.branches) {
    json::object schema = write(branch, depth + 1);
    if (unconstrained(schema)) ++free;
    null = null || allows_null(schema);
    branches.push_back(with_type(std::move(schema)));
  }
  // A branch that allows everything makes the choice void: {"anyOf": [{"required": ["a"]}, …]}
  // without its lists. Where nothing else gives a type, the other branches still are a hint.
  if (free == branches.size() || (free > 0 && allowed.types)) return;
  if (allowed.null && !allowed.types && !null && !openapi_) {
    branches.push_back(leaf(kNull, depth + 1));
  }
  out.emplace("anyOf", std::move(branches));
}

void SchemaWriter::write_openapi_only(const SchemaNode& node, const Allowed& allowed,
                                      json::object& out) const {
  if (allowed.null && (allowed.types || out.contains("anyOf"))) out.emplace("nullable", true);
  for (const Keyword keyword : {Keyword::default_value, Keyword::example}) {
    const json::value* const value = node[keyword];  // ignored by Gemini: not worth a deep copy
    if (value && !value->is_structured()) out.emplace(name_of(keyword), *value);
  }
}

// The keywords that say something of values of this type.
void SchemaWriter::write_members(const SchemaNode& node, const Allowed& allowed, Types type,
                                 json::object& out, int depth) {
  if (type & (kString | kNumber | kInteger)) {
    write_format(node, type, out);
    write_values(allowed, type, out);
  }
  if (type == kString && openapi_) write_string(node, out);
  if (type & (kNumber | kInteger)) write_number(node, type, out);
  if (type == kArray) write_array(node, out, depth);
  if (type == kObject) write_object(node, out, depth);
}

void SchemaWriter::write_string(const SchemaNode& node, json::object& out) const {
  write_count(node, Keyword::min_length, out);
  write_count(node, Keyword::max_length, out);
  if (const json::value* const pattern = node[Keyword::pattern]) {
    out.emplace(name_of(Keyword::pattern), *pattern);
  }
}

// Gemini has no exclusive bounds. Where a schema has both, the inclusive one counts.
void SchemaWriter::write_number(const SchemaNode& node, Types type, json::object& out) const {
  const auto write_bound = [&](Keyword inclusive, Keyword exclusive, auto next) {
    if (const json::value* const bound = node[inclusive]) {
      out.emplace(name_of(inclusive), *as_number(*bound));
    } else if (const json::value* const edge = node[exclusive]) {
      const json::value number = *as_number(*edge);
      out.emplace(name_of(inclusive), type == kInteger ? next(number) : number);
    }
  };
  write_bound(Keyword::minimum, Keyword::exclusive_minimum, integer_above);
  write_bound(Keyword::maximum, Keyword::exclusive_maximum, integer_below);
}

void SchemaWriter::write_array(const SchemaNode& node, json::object& out, int depth) {
  const json::value* items = node[Keyword::items];
  const json::value* tuple = node[Keyword::prefix_items];
  if (items && items->is_array()) {  // a tuple, before draft 2020-12
    tuple = items;
    items = node[Keyword::additional_items];
  }
  if (items && items->is_bool()) items = nullptr;  // `false` only ends a tuple
  if (tuple && openapi_) {
    if (!items) items = &tuple->get_array().front();
    tuple = nullptr;
  }
  if (tuple) {
    json::array prefix(storage_);
    prefix.reserve(tuple->get_array().size());
    for (const json::value& item : tuple->get_array()) {
      prefix.push_back(write_child(item, depth + 1));
    }
    out.emplace("prefixItems", std::move(prefix));
  }
  out.emplace("items",
              items ? write_child(*items, depth + 1) : with_type(write(SchemaNode(), depth + 1)));
  write_count(node, Keyword::min_items, out);
  write_count(node, Keyword::max_items, out);
}

void SchemaWriter::write_object(const SchemaNode& node, json::object& out, int depth) {
  json::object properties(storage_);
  std::vector<std::string_view> lifted;
  node.each(Keyword::properties, [&](const json::value& map) {
    if (!map.is_object()) return;
    properties.reserve(properties.size() + map.get_object().size());
    for (const json::key_value_pair& property : map.get_object()) {
      if (properties.contains(property.key())) continue;  // of two the first counts
      properties.emplace(property.key(), write_child(property.value(), depth + 1));
      if (says_it_is_required(property.value())) lifted.push_back(property.key());
    }
  });

  PropertyNames required(properties, storage_);
  node.each(Keyword::required, [&](const json::value& names) { required.add(names); });
  for (const std::string_view name : lifted) required.add(name);
  PropertyNames ordering(properties, storage_);
  if (const json::value* const names = node[Keyword::property_ordering]) ordering.add(*names);

  const bool told = openapi_ ? !properties.empty() : node[Keyword::properties] != nullptr;
  if (told) out.emplace(name_of(Keyword::properties), std::move(properties));
  required.move_to(out, Keyword::required);
  ordering.move_to(out, Keyword::property_ordering);
  if (openapi_) {
    write_count(node, Keyword::min_properties, out);
    write_count(node, Keyword::max_properties, out);
  } else if (const json::value* const others = other_properties(node)) {
    out.emplace(name_of(Keyword::additional_properties),
                others->is_bool() ? *others : json::value(write_child(*others, depth + 1)));
  }
}

void SchemaWriter::write_values(const Allowed& allowed, Types type, json::object& out) const {
  if (allowed.values.empty()) return;
  json::array values(storage_);
  values.reserve(allowed.values.size());
  SeenStrings strings, numbers;
  std::deque<std::string> texts;
  for (const json::value* const value : allowed.values) {
    if (!can_list(*value, type, allowed.split)) continue;
    if (const json::string* const string = value->if_string()) {
      if (!string->empty() && strings.insert(*string)) values.push_back(*value);  // "" is a 400
    } else if (const std::string& text = texts.emplace_back(plain_text(*value)); type == kString) {
      if (strings.insert(text)) values.emplace_back(text);
    } else if (numbers.insert(text)) {
      values.push_back(*value);
    }
  }
  if (!values.empty()) out.emplace("enum", std::move(values));
}

void SchemaWriter::write_format(const SchemaNode& node, Types type, json::object& out) const {
  const json::value* const format = node[Keyword::format];
  if (!format) return;
  const std::string_view name = format->get_string();
  const bool known =
      type == kString ? name == "enum" || name == "date-time"
                      : name == "int32" || name == "int64" || name == "float" || name == "double";
  if (known || !openapi_) out.emplace(name_of(Keyword::format), *format);
}

void SchemaWriter::write_count(const SchemaNode& node, Keyword keyword, json::object& out) const {
  if (const json::value* const value = node[keyword]) {
    if (const auto count = as_count(*value)) out.emplace(name_of(keyword), *count);
  }
}

}  // namespace castor::gemini
