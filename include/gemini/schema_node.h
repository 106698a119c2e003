#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gemini/schema_references.h"
#include "json/json.h"

namespace castor::gemini {

// The keywords that a converted schema depends on, in the order of their names.
enum class Keyword : std::uint8_t {
  dynamic_ref,
  recursive_ref,
  ref,
  additional_items,
  additional_properties,
  all_of,
  any_of,
  constant,
  default_value,
  description,
  enumeration,
  example,
  exclusive_maximum,
  exclusive_minimum,
  format,
  items,
  max_items,
  max_length,
  max_properties,
  maximum,
  min_items,
  min_length,
  min_properties,
  minimum,
  multiple_of,
  nullable,
  one_of,
  pattern,
  pattern_properties,
  prefix_items,
  properties,
  property_ordering,
  required,
  title,
  type,
};
inline constexpr std::size_t kKeywordCount = static_cast<std::size_t>(Keyword::type) + 1;

// As it is written: "additionalProperties".
std::string_view name_of(Keyword keyword);

// A schema as one place says it, with what `$ref` and `allOf` add to it. Points into the document:
// nothing is copied. Every value has the shape its keyword demands; garbage was left out.
struct SchemaNode {
  // The first value of each keyword; nullptr: absent.
  std::array<const json::value*, kKeywordCount> first{};
  // Further ones of the keywords that add up, which several parts of an `allOf` may have.
  std::vector<std::pair<Keyword, const json::value*>> further;
  // Of anyOf or oneOf: none, or at least two.
  std::vector<SchemaNode> branches;
  // What $ref led to, on the way here.
  std::vector<const json::value*> followed;
  bool impossible = false;  // nothing matches: the schema `false`

  const json::value* operator[](Keyword keyword) const {
    return first[static_cast<std::size_t>(keyword)];
  }
  const json::value*& operator[](Keyword keyword) {
    return first[static_cast<std::size_t>(keyword)];
  }

  // Calls `visit` with each value of a keyword that adds up.
  template <typename Visit>
  void each(Keyword keyword, Visit visit) const {
    if (const json::value* const value = (*this)[keyword]) visit(*value);
    for (const auto& [key, value] : further) {
      if (key == keyword) visit(*value);
    }
  }
};

// Reads the schemas of one document. Bounded whatever the document: references that lead back are
// cut, and all that references repeat is paid from one budget. What cannot be read any more is
// {"type": "object"}.
class SchemaReader {
 public:
  // `root` must outlive this and all nodes. `null_branches`: does the target have null as a type
  // among others? If not, a choice that includes null is a nullable choice without it.
  SchemaReader(const json::value& root, bool null_branches);

  SchemaNode read(const json::value& schema);

  // An object whose properties are the members of `map`.
  SchemaNode read_bare_properties(const json::value& map);

  // While a node's children are read, its references lead back.
  class Scope {
   public:
    Scope(SchemaReader& reader, const SchemaNode& node) : reader_(reader), node_(node) {
      reader_.enter(node_);
    }
    ~Scope() { reader_.leave(node_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    SchemaReader& reader_;
    const SchemaNode& node_;
  };

 private:
  struct Visit {
    int reading = 0;    // which read() followed it; 0: an earlier one, whose node is entered
    bool open = false;  // gather() of the target has not returned
  };

  SchemaNode gather(const json::value& schema, int reading);
  SchemaNode follow(std::string_view reference, int reading);
  void settle_choices(SchemaNode& node);
  SchemaNode any_object();
  const json::value& make_up(json::value value);
  bool behind_reference() const;
  bool spend(std::size_t units);  // false: nothing is left, now and forever
  void enter(const SchemaNode& node);
  void leave(const SchemaNode& node);

  const bool null_branches_;
  SchemaReferences references_;
  std::unordered_map<const json::value*, Visit> active_;  // the targets that lead here
  const json::value object_ = "object";
  std::deque<json::value> made_up_;  // stable addresses, as in the document
  std::size_t budget_;
  int readings_ = 0;
  int nesting_ = 0;
};

}  // namespace castor::gemini
