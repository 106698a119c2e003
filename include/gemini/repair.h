#pragma once

#include "domain/key_policy.h"
#include "domain/model_map.h"
#include "json/json.h"

namespace castor::gemini {

// Changes a GenerateContentRequest that Gemini refused, for one more try (protocol-mapping F.2).
// Each repair gives something up that the first try had kept. The members are camelCase, as our
// readers write them; what has another shape than Gemini's is left alone. Idempotent.
//
//   dummy_signatures  the thought signatures: of each model content the first function call gets
//   the
//                     word that skips validation, if the model checks any; all others are removed
//   bare_schemas      of schemas of functions and of the response all but type, properties,
//                     required, items, enum and description; of a choice the first that is not null
//   no_thinking       generationConfig.thinkingConfig
//   strict_turns      the order of the contents, put right by strict_turns.h
//   free_calls        the mode VALIDATED, which holds the model to the schemas of functions; but
//                     beside tools that Google runs it is the only one there is
void apply(Repair repair, json::object& body, const Model& model);

}  // namespace castor::gemini
