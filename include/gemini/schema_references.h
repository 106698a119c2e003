#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "json/json.h"

namespace castor::gemini {

// What `$ref` means inside one schema document. Nothing is ever fetched.
class SchemaReferences {
 public:
  // `root` must outlive this.
  explicit SchemaReferences(const json::value& root) : root_(root) {}

  // The schema that a reference names: by JSON pointer ("#/$defs/Node"), by `$anchor` ("#node") or
  // by the `$id` of a part of the document as it is written there. nullptr: not in this document.
  const json::value* find(std::string_view reference);

 private:
  void index(const json::value& schema);

  const json::value& root_;
  bool indexed_ = false;
  std::unordered_map<std::string, const json::value*> named_;  // "#anchor" and "$id"
};

}  // namespace castor::gemini
