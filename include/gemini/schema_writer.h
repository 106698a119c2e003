#pragma once

#include <string>

#include "gemini/schema.h"
#include "gemini/schema_node.h"
#include "gemini/schema_values.h"
#include "json/json.h"

namespace castor::gemini {

// Writes schemas in the words of one target, children included.
class SchemaWriter {
 public:
  // `reader` must outlive this.
  SchemaWriter(SchemaTarget target, SchemaReader& reader, json::storage_ptr storage);

  // `depth` is that of the result; the root's is 0. Too deep ones become {"type": "object"}.
  json::object write(const SchemaNode& node, int depth);

  // {"type": …} in the target's spelling.
  json::object of_type(Types type) const;

  // OpenAPI demands a type of each schema but the root: "STRING" where there is none.
  json::object with_type(json::object schema) const;

 private:
  // What a schema allows, as far as the target can say it.
  struct Allowed {
    AllowedValues values;
    Types types = 0;     // without null; 0: not restricted
    bool null = false;   // null is a type, too
    bool split = false;  // several types: each becomes a branch
  };

  Allowed allowed(const SchemaNode& node) const;
  bool can_list(const json::value& value, Types type, bool split) const;
  json::string type_name(Types type) const;
  json::object leaf(Types type, int depth) const;
  std::string notes(const SchemaNode& node, const Allowed& allowed) const;

  json::object write_child(const json::value& schema, int depth);
  void write_type(const SchemaNode& node, const Allowed& allowed, json::object& out) const;
  void write_texts(const SchemaNode& node, const Allowed& allowed, json::object& out) const;
  void write_split(const SchemaNode& node, const Allowed& allowed, json::object& out, int depth);
  void write_branches(const SchemaNode& node, const Allowed& allowed, json::object& out, int depth);
  void write_openapi_only(const SchemaNode& node, const Allowed& allowed, json::object& out) const;

  void write_members(const SchemaNode& node, const Allowed& allowed, Types type, json::object& out,
                     int depth);
  void write_string(const SchemaNode& node, json::object& out) const;
  void write_number(const SchemaNode& node, Types type, json::object& out) const;
  void write_array(const SchemaNode& node, json::object& out, int depth);
  void write_object(const SchemaNode& node, json::object& out, int depth);
  void write_values(const Allowed& allowed, Types type, json::object& out) const;
  void write_format(const SchemaNode& node, Types type, json::object& out) const;
  void write_count(const SchemaNode& node, Keyword keyword, json::object& out) const;

  const bool openapi_;
  SchemaReader& reader_;
  const json::storage_ptr storage_;
};

}  // namespace castor::gemini
