// Every JSON is a schema that can be converted, and what was converted stays as it is.
#include "fuzz.h"
#include "gemini/schema.h"

void castor::fuzz(std::string_view bytes) {
  const auto schema = parsed(bytes);
  if (!schema) return;
  for (const auto target : {gemini::SchemaTarget::json_schema, gemini::SchemaTarget::openapi}) {
    const json::object once = gemini::convert_schema(*schema, target);
    require(json::serialize(gemini::convert_schema(once, target)) == json::serialize(once));
    gemini::convert_tool_schema(*schema, target);
  }
}
