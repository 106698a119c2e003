#pragma once

#include "json/json.h"

namespace castor::gemini {

// Which of Gemini's two schema fields a schema is for (protocol-mapping A.6).
enum class SchemaTarget {
  json_schema,  // parametersJsonSchema, responseJsonSchema: JSON Schema, most keywords honoured
  openapi,      // parameters, responseSchema: the OpenAPI subset; anything else is a 400
};

// Any JSON Schema (drafts 4 to 2020-12, and what tools really send) as one that Gemini accepts, by
// the rules of protocol-mapping D.9. Total: every input gives a schema; terminates on cycles and on
// depth bombs; what cannot be said is dropped or told in `description`. Idempotent. The result
// lives in `storage`.
json::object convert_schema(const json::value& schema, SchemaTarget target,
                            json::storage_ptr storage = {});

struct ToolSchema {
  json::object schema;   // an object schema; empty with the OpenAPI target: send no `parameters`
  bool wrapped = false;  // the root was no object: args arrive as {"value": …}
};

// The schema of a tool's input, whose root must be an object.
ToolSchema convert_tool_schema(const json::value& schema, SchemaTarget target,
                               json::storage_ptr storage = {});

}  // namespace castor::gemini
