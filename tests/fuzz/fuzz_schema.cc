// Every JSON is a schema that can be converted, and what was converted stays as it is.
#include "fuzz.h"
#include "gemini/schema.h"

void castor::fuzz(std::string_view bytes) {
  const auto schema = parsed(bytes);
  if (!schema) return;
  for (const auto target : {gemini::SchemaTarget::json_schema, gemini::SchemaTarget::openapi}) {
    const auto once = gemini::convert_schema(*schema, target);
    const auto twice = gemini::convert_schema(once.schema, once.target);
    require(json::serialize(twice.schema) == json::serialize(once.schema));
    gemini::convert_tool_schema(*schema, target);
  }
}
