// A Messages request is refused in words, or becomes a request that every repair can be applied to.
#include "anthropic/count_tokens.h"
#include "anthropic/request.h"
#include "domain/data.h"
#include "fuzz.h"
#include "gemini/repair.h"
#include "gemini/token_count.h"
#include "json/field.h"

void castor::fuzz(std::string_view bytes) {
  static const ModelMap models(data::models, "2026-11-20", {}, "gemini-3.8-flash", false);
  const auto stored = [](std::string_view) { return StoredSignature{"gemini-4", "c2lnbmVk"}; };
  for (const auto read : {anthropic::read, anthropic::read_count_tokens}) {
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
}
