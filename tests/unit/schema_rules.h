#pragma once

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "gemini/schema.h"

namespace castor::gemini {

// What Gemini accepts as a schema, written down from its documentation (protocol-mapping A.6) and
// not from our converter. Answers with the first fault, or with an empty string.
class SchemaRules {
 public:
  explicit SchemaRules(SchemaTarget target) : json_(target == SchemaTarget::json_schema) {}

  std::string fault(const json::object& schema) const { return fault(schema, "$", 0); }

 private:
  using Names = std::initializer_list<std::string_view>;

  static bool among(std::string_view name, Names names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  bool allowed(std::string_view keyword) const {
    if (among(keyword,
              {"type", "format", "title", "description", "enum", "items", "minItems", "maxItems",
               "properties", "required", "minimum", "maximum", "anyOf", "propertyOrdering"})) {
      return true;
    }
    return json_ ? among(keyword, {"prefixItems", "additionalProperties"})
                 : among(keyword, {"nullable", "minProperties", "maxProperties", "minLength",
                                   "maxLength", "pattern", "default", "example"});
  }

  bool is_type(const json::value& type) const {
    if (!type.is_string()) return false;
    const std::string_view name = type.get_string();
    return json_
               ? among(name, {"string", "number", "integer", "boolean", "array", "object", "null"})
               : among(name, {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"});
  }

  std::string fault(const json::object& schema, const std::string& path, int depth) const {
    if (depth > 33) return path + " is too deep";
    for (const auto& member : schema) {
      if (!allowed(member.key())) return path + " has " + std::string(member.key());
    }
    for (const auto& check :
         {&SchemaRules::types, &SchemaRules::scalars, &SchemaRules::values, &SchemaRules::names}) {
      if (const std::string found = (this->*check)(schema); !found.empty()) return path + found;
    }
    if (!json_ && !schema.empty() && !schema.contains("type") && !schema.contains("anyOf")) {
      return path + " has no type";
    }
    if (!json_ && depth > 0 && schema.empty()) return path + " is empty";
    const json::object* const properties = json::find_object(schema, "properties");
    if (!json_ && json::find_string(schema, "type") == "OBJECT" &&
        (!properties || properties->empty())) {
      return path + " has no properties";
    }
    return children(schema, path, depth);
  }

  std::string types(const json::object& schema) const {
    const json::value* const type = schema.if_contains("type");
    if (!type) return {};
    if (const json::array* const list = type->if_array()) {
      if (!json_ || list->size() != 2 || !is_type(list->at(0)) || list->at(0) == "null" ||
          list->at(1) != "null") {
        return ".type is a list";
      }
    } else if (!is_type(*type)) {
      return ".type is none";
    }
    const bool array = *type == "array" || *type == "ARRAY";
    return array && !schema.contains("items") ? ".items is missing" : "";
  }

  std::string scalars(const json::object& schema) const {
    for (const auto& [keyword, value] : schema) {
      if (among(keyword, {"minimum", "maximum"}) && !value.is_number()) return ": bound";
      if (among(keyword, {"minItems", "maxItems", "minLength", "maxLength", "minProperties",
                          "maxProperties"}) &&
          (!value.is_int64() || value.get_int64() < 0)) {
        return ": count";
      }
      if (among(keyword, {"title", "description", "format", "pattern"}) && !value.is_string()) {
        return ": text";
      }
      if (keyword == "nullable" && !value.is_bool()) return ".nullable";
      if (!json_ && keyword == "format" &&
          !among(std::string_view(value.get_string()),
                 {"enum", "date-time", "int32", "int64", "float", "double"})) {
        return ".format";
      }
    }
    return {};
  }

  std::string values(const json::object& schema) const {
    const json::value* const values = schema.if_contains("enum");
    if (!values) return {};
    if (!values->is_array() || values->get_array().empty()) return ".enum is empty";
    for (const json::value& value : values->get_array()) {
      if (!value.is_string() && !(json_ && value.is_number())) return ".enum has no string";
      if (value == "") return ".enum has an empty string";
      if (values->get_array().size() < 1000 && std::ranges::count(values->get_array(), value) > 1) {
        return ".enum has a value twice";
      }
    }
    return json_ || schema.at("type") == "STRING" ? "" : ".enum of no STRING";
  }

  std::string names(const json::object& schema) const {
    for (const char* const keyword : {"required", "propertyOrdering"}) {
      const json::value* const names = schema.if_contains(keyword);
      if (!names) continue;
      const json::object* const properties = json::find_object(schema, "properties");
      if (!names->is_array() || names->get_array().empty()) return ": no names";
      std::set<std::string_view> seen;
      for (const json::value& name : names->get_array()) {
        if (!name.is_string() || !properties || !properties->contains(name.get_string())) {
          return ": a name is no property";
        }
        if (!seen.insert(name.get_string()).second) return ": a name twice";
      }
    }
    return {};
  }

  std::string children(const json::object& schema, const std::string& path, int depth) const {
    for (const auto& [keyword, value] : schema) {
      const std::string here = path + "." + std::string(keyword);
      std::string found;
      if (keyword == "properties") {
        if (!value.is_object()) return here + " is no object";
        for (const auto& [name, property] : value.get_object()) {
          found = child(property, here + "." + std::string(name), depth);
          if (!found.empty()) return found;
        }
      } else if (keyword == "anyOf" || keyword == "prefixItems") {
        if (!value.is_array() || value.get_array().size() < (keyword == "anyOf" ? 2u : 1u)) {
          return here + " is too short";
        }
        for (const json::value& element : value.get_array()) {
          if (!(found = child(element, here, depth)).empty()) return found;
        }
      } else if (keyword == "items" || (keyword == "additionalProperties" && !value.is_bool())) {
        if (!(found = child(value, here, depth)).empty()) return found;
      }
    }
    return {};
  }

  std::string child(const json::value& schema, const std::string& path, int depth) const {
    return schema.is_object() ? fault(schema.get_object(), path, depth + 1)
                              : path + " is no object";
  }

  const bool json_;
};

}  // namespace castor::gemini
