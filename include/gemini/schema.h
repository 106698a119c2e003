#pragma once

#include "json/json.h"

namespace castor::gemini {

// Which of Gemini's two schema fields a schema is for (protocol-mapping A.6).
enum class SchemaTarget {
  json_schema,  // parametersJsonSchema, responseJsonSchema: JSON Schema, most keywords honoured
  openapi,      // parameters, responseSchema: the OpenAPI subset; anything else is a 400
};

// What became of a schema, and which field it is for.
struct ConvertedSchema {
  json::object schema;   // empty for the OpenAPI subset: there is nothing to say, leave it out
  SchemaTarget target;   // the one that was asked for, if that has the words; else json_schema
  bool wrapped = false;  // a tool's root that was no object: args arrive as {"value": …}
};

// Any JSON Schema (drafts 4 to 2020-12, and what tools really send) as one that Gemini accepts, by
// the rules of protocol-mapping D.9. Total: every input gives a schema; terminates on cycles and on
// depth bombs; what cannot be said is dropped or told in `description`. Converting the result
// again for the same target changes nothing. It lives in `storage`.
//
// The OpenAPI subset has no objects whose members are not named. What has one stays JSON Schema
// (docs/decisions/2026-11-20-open-objects-stay-json-schema.md).
ConvertedSchema convert_schema(const json::value& schema, SchemaTarget target,
                               json::storage_ptr storage = {});

// The same of a tool's input, whose root must be an object.
ConvertedSchema convert_tool_schema(const json::value& schema, SchemaTarget target,
                                    json::storage_ptr storage = {});

}  // namespace castor::gemini
