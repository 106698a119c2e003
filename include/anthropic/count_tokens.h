#pragma once

#include "domain/generate_call.h"
#include "json/json.h"

namespace castor::anthropic {

// A count_tokens request, which is a Messages request without max_tokens (request.h). The result's
// body is what :countTokens takes; gemini::estimate_tokens(body) is the answer when that fails.
GenerateCall read_count_tokens(json::value& request, const ReadContext& context);

}  // namespace castor::anthropic
