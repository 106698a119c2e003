#pragma once

#include <cstdint>
#include <string_view>

#include "json/json.h"

namespace castor::gemini {

// The body of :countTokens for a GenerateContentRequest. It leaves out what that method refuses:
// generationConfig and safetySettings (U5).
json::object count_tokens_body(json::object body, std::string_view model);

// About how many tokens a GenerateContentRequest has, tools and history included (U4): a quarter of
// its bytes, and for media what they cost at the default resolution. Takes either body.
std::int64_t estimate_tokens(const json::object& body);

}  // namespace castor::gemini
