#pragma once

#include "domain/data.h"
#include "domain/error.h"
#include "domain/generate_call.h"
#include "fuzz.h"
#include "gemini/repair.h"
#include "gemini/token_count.h"
#include "json/field.h"

namespace castor {

// A client's request is refused in words, or becomes one that every repair can be applied to.
inline void fuzz_request(std::string_view bytes,
                         GenerateCall (*read)(json::value& request, const ReadContext& context)) {
  static const ModelMap models(data::models, "2026-11-20", {}, "gemini-3.8-flash", false);
  const auto stored = [](std::string_view) { return StoredSignature{"gemini-4", "c2lnbmVk"}; };
  json::monotonic_resource arena;
  auto document = parsed(bytes, &arena);
  if (!document || !document->is_object()) return;
  try {
    GenerateCall call = read(*document, {models, {}, stored, &arena});
    require(gemini::estimate_tokens(call.body) >= 0);
    for (const auto repair : {Repair::dummy_signatures, Repair::bare_schemas, Repair::no_thinking,
                              Repair::strict_turns}) {
      gemini::apply(repair, call.body, call.choice.model);
      require(parsed(json::serialize(call.body)).has_value());
    }
  } catch (const ApiError&) {
  } catch (const json::FieldError&) {
  }
}

}  // namespace castor
