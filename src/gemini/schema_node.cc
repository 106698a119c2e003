#include "gemini/schema_node.h"

#include <algorithm>
#include <optional>

#include "gemini/schema_values.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

constexpr std::array<std::string_view, kKeywordCount> kNames = {
    "$dynamicRef",
    "$recursiveRef",
    "$ref",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyOrdering",
    "required",
    "title",
    "type",
};
static_assert(std::ranges::is_sorted(kNames));

// A choice inside an allOf inside a reference inside … without a property or an item between them.
constexpr int kMaxNesting = 64;

// What references may repeat, in units of a schema, a list's element or 64 bytes of text. What is
// not behind a reference is free: it is no longer than the client's request. Schemas of real tools
// cost below a thousand, and Gemini refuses "too many states" long before this.
constexpr std::size_t kReferenceBudget = 20'000;
constexpr std::size_t kTextUnit = 64;

constexpr std::size_t kMaxHint = 200;  // bytes of a reference that are told in a description

std::optional<Keyword> keyword(std::string_view name) {
  const auto found = std::ranges::lower_bound(kNames, name);
  if (found == kNames.end() || *found != name) return std::nullopt;
  return static_cast<Keyword>(found - kNames.begin());
}

bool is_schema(const json::value& value) { return value.is_object() || value.is_bool(); }

bool is_list(const json::value& value) { return value.is_array() && !value.get_array().empty(); }

bool well_formed(Keyword keyword, const json::value& value) {
  using enum Keyword;
  switch (keyword) {
    case dynamic_ref:
    case recursive_ref:
    case ref:
    case description:
    case format:
    case pattern:
    case title:
      return value.is_string();
    case all_of:
    case any_of:
    case one_of:
    case enumeration:
    case prefix_items:
    case property_ordering:
    case required:
      return is_list(value);
    case exclusive_maximum:  // in draft 4 a boolean beside maximum, which then counts as it is
    case exclusive_minimum:
    case max_items:
    case max_length:
    case max_properties:
    case maximum:
    case min_items:
    case min_length:
    case min_properties:
    case minimum:
    case multiple_of:
      return as_number(value).has_value();
    case items:
      return is_schema(value) || is_list(value);
    case additional_items:
    case additional_properties:
      return is_schema(value);
    case nullable:
      return value.is_bool();
    case pattern_properties:
      return value.is_object();
    case type:
      return value.is_string() || is_list(value);
    case constant:
    case default_value:
    case example:
    case properties:  // PHP writes no properties as []: an object all the same
      return true;
  }
  return false;
}

// What the parts of an allOf say is all true; members beside a $ref prevail over what it leads to.
enum class Addition { all_of, referenced };

bool adds_up(Keyword keyword, Addition addition) {
  switch (keyword) {
    case Keyword::properties:
    case Keyword::required:
      return true;
    case Keyword::constant:
    case Keyword::description:
    case Keyword::enumeration:
      return addition == Addition::all_of;
    default:
      return false;
  }
}

// Of two bounds that which allows less; of all else the first.
const json::value* stricter(Keyword keyword, const json::value* first, const json::value* second) {
  switch (keyword) {
    case Keyword::exclusive_minimum:
    case Keyword::min_items:
    case Keyword::min_length:
    case Keyword::min_properties:
    case Keyword::minimum:
      return less(*as_number(*first), *as_number(*second)) ? second : first;
    case Keyword::exclusive_maximum:
    case Keyword::max_items:
    case Keyword::max_length:
    case Keyword::max_properties:
    case Keyword::maximum:
      return less(*as_number(*second), *as_number(*first)) ? second : first;
    default:
      return first;
  }
}

void add(SchemaNode& node, SchemaNode more, Addition addition) {
  const auto had = node.first;
  for (std::size_t i = 0; i < kKeywordCount; ++i) {
    const Keyword keyword = static_cast<Keyword>(i);
    if (!more.first[i]) continue;
    if (!node.first[i]) {
      node.first[i] = more.first[i];
    } else if (adds_up(keyword, addition)) {
      node.further.emplace_back(keyword, more.first[i]);
    } else if (addition == Addition::all_of) {
      node.first[i] = stricter(keyword, node.first[i], more.first[i]);
    }
  }
  for (const auto& [keyword, value] : more.further) {
    if (!had[static_cast<std::size_t>(keyword)] || adds_up(keyword, addition)) {
      node.further.emplace_back(keyword, value);
    }
  }
  if (node.branches.empty()) node.branches = std::move(more.branches);
  node.followed.insert(node.followed.end(), more.followed.begin(), more.followed.end());
  node.impossible = node.impossible || more.impossible;
}

// "Node" of "#/$defs/Node"; "#" is the whole schema.
std::string_view last_step(std::string_view reference) {
  reference = reference.substr(reference.find_last_of("/#") + 1);
  return reference.empty() ? "the whole" : reference;
}

json::string hint(std::string_view word, std::string_view reference) {
  json::string text(word);
  return text.append(cut_utf8(reference, kMaxHint));
}

std::size_t weight(const json::value& value) {
  std::size_t units = 1;
  if (const json::string* const text = value.if_string()) units += text->size() / kTextUnit;
  if (const json::array* const elements = value.if_array()) {
    for (const json::value& element : *elements) units += weight(element);
  }
  if (const json::object* const members = value.if_object()) {
    for (const auto& member : *members) {
      units += weight(member.value()) + member.key().size() / kTextUnit;
    }
  }
  return units;
}

// Without the schemas inside, which pay for themselves.
std::size_t weight(Keyword keyword, const json::value& value) {
  using enum Keyword;
  switch (keyword) {
    case additional_items:
    case additional_properties:
    case pattern_properties:
      return 0;
    case items:
    case prefix_items:
      return value.is_array() ? value.get_array().size() : 0;
    case properties: {
      std::size_t units = 0;
      if (!value.is_object()) return 0;
      for (const auto& member : value.get_object()) units += 1 + member.key().size() / kTextUnit;
      return units;
    }
    default:
      return weight(value);
  }
}

std::size_t weight(const SchemaNode& node) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < kKeywordCount; ++i) {
    if (node.first[i]) units += weight(static_cast<Keyword>(i), *node.first[i]);
  }
  for (const auto& [keyword, value] : node.further) units += weight(keyword, *value);
  return units;
}

}  // namespace

std::string_view name_of(Keyword keyword) { return kNames[static_cast<std::size_t>(keyword)]; }

SchemaReader::SchemaReader(const json::value& root, bool null_branches)
    : null_branches_(null_branches), references_(root), budget_(kReferenceBudget) {
  active_.emplace(&root, Visit());
}

SchemaNode SchemaReader::read(const json::value& schema) {
  SchemaNode node = gather(schema, ++readings_);
  settle_choices(node);
  const bool paid = !behind_reference() || spend(weight(node));
  leave(node);
  return paid ? std::move(node) : any_object();
}

SchemaNode SchemaReader::read_bare_properties(const json::value& map) {
  SchemaNode node = any_object();
  node[Keyword::properties] = &map;
  return node;
}

// One place of the document, with all that $ref and allOf bring there; its anyOf is still as found.
SchemaNode SchemaReader::gather(const json::value& schema, int reading) {
  if (nesting_ >= kMaxNesting || (behind_reference() && !spend(1))) return any_object();
  SchemaNode node;
  if (schema.is_bool()) node.impossible = !schema.get_bool();
  if (!schema.is_object()) return node;
  for (const json::key_value_pair& member : schema.get_object()) {
    const std::optional<Keyword> known = keyword(member.key());
    if (known && well_formed(*known, member.value())) node[*known] = &member.value();
  }

  ++nesting_;
  for (const Keyword reference : {Keyword::ref, Keyword::dynamic_ref, Keyword::recursive_ref}) {
    if (const json::value* const name = std::exchange(node[reference], nullptr)) {
      add(node, follow(name->get_string(), reading), Addition::referenced);
    }
  }
  if (const json::value* const parts = std::exchange(node[Keyword::all_of], nullptr)) {
    for (const json::value& part : parts->get_array()) {
      add(node, gather(part, reading), Addition::all_of);
    }
  }
  --nesting_;
  return node;
}

SchemaNode SchemaReader::follow(std::string_view reference, int reading) {
  const json::value* const target = references_.find(reference);
  if (!target) {
    SchemaNode node;
    node[Keyword::description] = &make_up(hint("see ", reference));
    return node;
  }
  const auto [visit, first] = active_.try_emplace(target, Visit{reading, true});
  if (!first) {
    // Another part of the same allOf brought it here, or this is inside of it.
    if (visit->second.reading == reading && !visit->second.open) return {};
    SchemaNode node = any_object();
    node[Keyword::description] = &make_up(hint("recursive: ", last_step(reference)));
    return node;
  }
  SchemaNode node = gather(*target, reading);
  active_[target].open = false;
  node.followed.push_back(target);
  return node;
}

// Reads anyOf or oneOf into `branches`. A choice of one is no choice and becomes part of the node.
void SchemaReader::settle_choices(SchemaNode& node) {
  const json::value* const any_of = std::exchange(node[Keyword::any_of], nullptr);
  const json::value* const one_of = std::exchange(node[Keyword::one_of], nullptr);
  const json::value* const choices = any_of ? any_of : one_of;
  if (!choices) return;

  std::vector<SchemaNode> branches;
  bool null = false;
  ++nesting_;
  for (const json::value& choice : choices->get_array()) {
    if (!is_schema(choice)) continue;
    SchemaNode branch = read(choice);
    if (branch.impossible) continue;
    if (!null_branches_ && branch.branches.empty() &&
        possible_types(branch, allowed_values(branch)) == kNull) {
      null = true;
    } else {
      branches.push_back(std::move(branch));
    }
  }
  --nesting_;

  const bool nothing_else = branches.empty();
  if (branches.size() == 1) {
    add(node, std::move(branches.front()), Addition::all_of);
  } else if (node.branches.empty()) {
    node.branches = std::move(branches);
  }
  if (null && nothing_else && !node[Keyword::type]) {
    node[Keyword::type] = &make_up("null");
  } else if (null) {
    node[Keyword::nullable] = &make_up(true);
  }
}

SchemaNode SchemaReader::any_object() {
  SchemaNode node;
  node[Keyword::type] = &object_;
  return node;
}

const json::value& SchemaReader::make_up(json::value value) {
  return made_up_.emplace_back(std::move(value));
}

// Only the root leads here.
bool SchemaReader::behind_reference() const { return active_.size() > 1; }

bool SchemaReader::spend(std::size_t units) {
  budget_ = units <= budget_ ? budget_ - units : 0;
  return budget_ > 0;
}

void SchemaReader::enter(const SchemaNode& node) {
  for (const json::value* const target : node.followed) active_.emplace(target, Visit());
}

void SchemaReader::leave(const SchemaNode& node) {
  for (const json::value* const target : node.followed) active_.erase(target);
}

}  // namespace castor::gemini
