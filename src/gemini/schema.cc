#include "gemini/schema.h"

#include <algorithm>

#include "gemini/schema_node.h"
#include "gemini/schema_values.h"
#include "gemini/schema_writer.h"

namespace castor::gemini {
namespace {

// Larger schemas lose the descriptions below kDescribedDepth; what a tool is for is said above.
constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr int kDescribedDepth = 3;

// About what serialize() would give. Escapes are not counted.
std::size_t text_size(const json::value& value) {
  constexpr std::size_t kAround = 3;  // quotes and comma, brackets and comma
  constexpr std::size_t kScalar = 6;  // true, false, null, most numbers
  std::size_t size = kAround;
  if (const json::object* const members = value.if_object()) {
    for (const auto& member : *members) {
      size += member.key().size() + kAround + text_size(member.value());
    }
    return size;
  }
  if (const json::array* const elements = value.if_array()) {
    for (const json::value& element : *elements) size += text_size(element);
    return size;
  }
  return value.is_string() ? size + value.get_string().size() : kScalar;
}

// Of a converted schema.
void strip_descriptions(json::object& schema, int depth) {
  const auto strip = [&](json::value& child) {
    if (json::object* const object = child.if_object()) strip_descriptions(*object, depth + 1);
  };
  if (depth > kDescribedDepth) {
    if (const auto found = schema.find("description"); found != schema.end()) {
      schema.stable_erase(found);
    }
  }
  for (json::key_value_pair& member : schema) {
    const std::string_view keyword = member.key();
    if (keyword == "items" || keyword == "additionalProperties") {
      strip(member.value());
    } else if (keyword == "properties") {
      for (json::key_value_pair& property : member.value().get_object()) strip(property.value());
    } else if (keyword == "anyOf" || keyword == "prefixItems") {
      for (json::value& element : member.value().get_array()) strip(element);
    }
  }
}

json::object guard_size(json::object schema) {
  json::value value(std::move(schema));
  if (text_size(value) > kMaxBytes) strip_descriptions(value.get_object(), 0);
  return std::move(value.get_object());
}

// What only a schema has, in the place of a property's.
bool looks_like_schema(const json::value& value) {
  const json::object* const members = value.if_object();
  if (!members) return false;
  const json::value* const type = members->if_contains("type");
  if (type && (type->is_string() || type->is_array())) return true;
  return !json::find_string(*members, "$ref").empty() || json::find_array(*members, "enum") ||
         json::find_array(*members, "anyOf") || json::find_array(*members, "oneOf");
}

// Some MCP servers give the map of the properties instead of a schema: {"city": {"type":
// "string"}}.
bool is_bare_property_map(const json::value& schema) {
  static constexpr std::string_view kSchemasOfASchema[] = {"items",
                                                           "additionalItems",
                                                           "additionalProperties",
                                                           "contains",
                                                           "contentSchema",
                                                           "else",
                                                           "if",
                                                           "not",
                                                           "propertyNames",
                                                           "then",
                                                           "unevaluatedItems",
                                                           "unevaluatedProperties"};
  const json::object* const members = schema.if_object();
  if (!members) return false;
  bool has_property = false;
  for (const json::key_value_pair& member : *members) {
    const std::string_view name = member.key();
    if (!looks_like_schema(member.value())) return false;
    if (name.starts_with("$") || name.starts_with("x-")) return false;
    if (std::ranges::find(kSchemasOfASchema, name) == std::end(kSchemasOfASchema)) {
      has_property = true;
    }
  }
  return has_property;
}

// Is there an object, in a schema of the OpenAPI subset, whose members are not named? "properties:
// should be non-empty for OBJECT type".
bool has_open_object(const json::object& schema) {
  const auto of = [](const json::value& child) { return has_open_object(child.get_object()); };
  const json::object* const properties = json::find_object(schema, "properties");
  if (!properties && json::find_string(schema, "type") == "OBJECT") return true;
  if (properties && std::ranges::any_of(*properties, [&](const json::key_value_pair& property) {
        return of(property.value());
      })) {
    return true;
  }
  const json::value* const items = schema.if_contains("items");
  const json::array* const choices = json::find_array(schema, "anyOf");
  return (items && of(*items)) || (choices && std::ranges::any_of(*choices, of));
}

// Does it say so? To say nothing about other members is no wish for them.
bool takes_unnamed_members(const SchemaNode& node) {
  const json::value* const others = node[Keyword::additional_properties];
  return (others && *others != false) || node[Keyword::pattern_properties];
}

class Converter {
 public:
  Converter(const json::value& root, SchemaTarget target, json::storage_ptr storage)
      : root_(root),
        openapi_(target == SchemaTarget::openapi),
        storage_(storage),
        reader_(root, !openapi_),
        writer_(target, reader_, storage) {}

  ConvertedSchema schema() {
    json::object schema = writer_.write(reader_.read(root_), 0);
    if (openapi_ && !schema.contains("type") && !schema.contains("anyOf")) schema.clear();
    return finished(std::move(schema), false);
  }

  ConvertedSchema tool_schema() {
    SchemaNode root =
        is_bare_property_map(root_) ? reader_.read_bare_properties(root_) : reader_.read(root_);
    const Types types = possible_types(root, allowed_values(root));
    const bool is_object = !root.impossible && (types & ~kNull) == kObject;
    const bool says_nothing = !root.impossible && types == 0 && root.branches.empty();
    const bool wrapped = !is_object && !says_nothing;
    if (!wrapped && !root[Keyword::properties]) root[Keyword::properties] = &no_properties_;
    json::object schema = wrapped ? wrapper(root) : object_root(root);
    const bool takes_nothing =
        !schema.contains("properties") && !schema.contains("anyOf") && !takes_unnamed_members(root);
    if (openapi_ && takes_nothing) schema.clear();
    return finished(std::move(schema), wrapped);
  }

 private:
  ConvertedSchema finished(json::object schema, bool wrapped) const {
    return {.schema = guard_size(std::move(schema)),
            .target = openapi_ ? SchemaTarget::openapi : SchemaTarget::json_schema,
            .wrapped = wrapped};
  }

  json::object object_root(const SchemaNode& root) {
    json::object schema = writer_.write(root, 0);
    schema.insert_or_assign("type", writer_.of_type(kObject).at("type"));  // not "or null"
    if (const auto nullable = schema.find("nullable"); nullable != schema.end()) {
      schema.stable_erase(nullable);
    }
    return schema;
  }

  json::object wrapper(const SchemaNode& root) {
    json::object schema = writer_.of_type(kObject);
    schema["properties"].emplace_object().emplace("value",
                                                  writer_.with_type(writer_.write(root, 1)));
    schema["required"].emplace_array().emplace_back("value");
    return schema;
  }

  const json::value& root_;
  const json::value no_properties_ = json::object();
  const bool openapi_;
  const json::storage_ptr storage_;
  SchemaReader reader_;
  SchemaWriter writer_;
};

using Conversion = ConvertedSchema (Converter::*)();

ConvertedSchema convert(const json::value& schema, SchemaTarget target,
                        const json::storage_ptr& storage, Conversion conversion) {
  ConvertedSchema converted = (Converter(schema, target, storage).*conversion)();
  if (converted.target == SchemaTarget::json_schema || !has_open_object(converted.schema)) {
    return converted;
  }
  return (Converter(schema, SchemaTarget::json_schema, storage).*conversion)();
}

}  // namespace

ConvertedSchema convert_schema(const json::value& schema, SchemaTarget target,
                               json::storage_ptr storage) {
  return convert(schema, target, storage, &Converter::schema);
}

ConvertedSchema convert_tool_schema(const json::value& schema, SchemaTarget target,
                                    json::storage_ptr storage) {
  return convert(schema, target, storage, &Converter::tool_schema);
}

}  // namespace castor::gemini
