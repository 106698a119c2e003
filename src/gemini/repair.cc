#include "gemini/repair.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "gemini/call_links.h"
#include "gemini/strict_turns.h"

namespace castor::gemini {
namespace {

json::object* member_object(json::object& object, std::string_view name) {
  json::value* const member = object.if_contains(name);
  return member ? member->if_object() : nullptr;
}

json::array* member_array(json::object& object, std::string_view name) {
  json::value* const member = object.if_contains(name);
  return member ? member->if_array() : nullptr;
}

bool erase(json::object& object, std::string_view name) {
  const auto member = object.find(name);
  if (member == object.end()) return false;
  object.stable_erase(member);
  return true;
}

// Nothing Gemini would read: no text, call, media, … It was there for its signature.
bool says_nothing(const json::value& part) {
  const json::object* const members = part.if_object();
  return members && std::ranges::all_of(*members, [](const json::key_value_pair& member) {
           return member.key() == "thought" || (member.key() == "text" && member.value() == "");
         });
}

bool is_empty(const json::value& content) {
  const json::value* const parts = json::find(content, "parts");
  return parts && parts->is_array() && parts->get_array().empty();
}

// Calls `visit` with each element of an array that is an object.
template <typename Visit>
void each_object(json::array* array, Visit visit) {
  if (!array) return;
  for (json::value& element : *array) {
    if (json::object* const object = element.if_object()) visit(*object);
  }
}

template <typename Condition>
void erase_elements(json::array& array, Condition condition) {
  array.erase(std::remove_if(array.begin(), array.end(), condition), array.end());
}

void dummy_signatures(json::object& body, const Model& model) {
  json::array* const contents = member_array(body, "contents");
  if (!contents) return;
  each_object(contents, [&](json::object& content) {
    json::array* const parts = member_array(content, "parts");
    if (!parts) return;
    bool due = model.signatures && json::find_string(content, "role") == "model";
    each_object(parts, [&](json::object& part) {
      erase(part, "thoughtSignature");
      if (!due || !part.contains("functionCall")) return;
      part.emplace("thoughtSignature", kDummySignature);
      due = false;
    });
    erase_elements(*parts, says_nothing);
  });
  erase_elements(*contents, is_empty);
}

void bare_schema(json::object& schema);

void bare_schema(json::object* schema) {
  if (schema) bare_schema(*schema);
}

// The first branch of a choice that is not null: whatever fits it fits the choice.
void take_first_choice(json::object& schema) {
  if (schema.contains("type")) return;
  json::value choices(schema.storage());
  if (json::value* const found = schema.if_contains("anyOf")) choices = std::move(*found);
  erase(schema, "anyOf");
  if (!choices.is_array()) return;
  for (json::value& choice : choices.get_array()) {
    if (!choice.is_object()) continue;
    const std::string_view type = json::find_string(choice.get_object(), "type");
    if (type == "null" || type == "NULL") continue;
    for (json::key_value_pair& member : choice.get_object()) {
      schema.emplace(member.key(), std::move(member.value()));
    }
    return take_first_choice(schema);  // of a choice in a choice
  }
}

void bare_schema(json::object& schema) {
  static constexpr std::string_view kBare[] = {"type",  "properties", "required",
                                               "items", "enum",       "description"};
  take_first_choice(schema);
  json::object bare(schema.storage());
  for (json::key_value_pair& member : schema) {
    if (std::ranges::find(kBare, std::string_view(member.key())) != std::end(kBare)) {
      bare.emplace(member.key(), std::move(member.value()));
    }
  }
  schema = std::move(bare);
  bare_schema(member_object(schema, "items"));
  if (json::object* const properties = member_object(schema, "properties")) {
    for (json::key_value_pair& property : *properties) bare_schema(property.value().if_object());
  }
}

void bare_schemas(json::object& body) {
  each_object(member_array(body, "tools"), [](json::object& tool) {
    each_object(member_array(tool, "functionDeclarations"), [](json::object& function) {
      for (const char* const field :
           {"parameters", "parametersJsonSchema", "response", "responseJsonSchema"}) {
        bare_schema(member_object(function, field));
      }
    });
  });
  json::object* const config = member_object(body, "generationConfig");
  if (!config) return;
  bare_schema(member_object(*config, "responseSchema"));
  bare_schema(member_object(*config, "responseJsonSchema"));
}

void no_thinking(json::object& body) {
  if (json::object* const config = member_object(body, "generationConfig")) {
    erase(*config, "thinkingConfig");
  }
}

void order_turns(json::object& body, const Model& model) {
  json::array contents(body.storage());
  if (json::array* const found = member_array(body, "contents")) contents = std::move(*found);
  body["contents"] = strict_turns(std::move(contents), model);
}

void free_calls(json::object& body) {
  json::object* const config = member_object(body, "toolConfig");
  json::object* const calling = config ? member_object(*config, "functionCallingConfig") : nullptr;
  if (!calling || json::find_string(*calling, "mode") != "VALIDATED") return;
  if (config->contains("includeServerSideToolInvocations")) return;
  (*calling)["mode"] = "AUTO";
  erase(*calling, "allowedFunctionNames");  // AUTO knows no such list
}

}  // namespace

void apply(Repair repair, json::object& body, const Model& model) {
  switch (repair) {
    case Repair::none:
      return;
    case Repair::dummy_signatures:
      return dummy_signatures(body, model);
    case Repair::bare_schemas:
      return bare_schemas(body);
    case Repair::no_thinking:
      return no_thinking(body);
    case Repair::strict_turns:
      return order_turns(body, model);
    case Repair::free_calls:
      return free_calls(body);
  }
}

}  // namespace castor::gemini
