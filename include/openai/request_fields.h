#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "domain/generate_call.h"
#include "domain/model_map.h"
#include "gemini/generation.h"
#include "json/field.h"

// The fields that requests of both APIs have and mean the same by.
namespace castor::openai {

// What an object says besides its type. Chat Completions nests that under the name of the type,
// {"type":"function","function":{"name":…}}; Responses does not. Either form is read in both.
// `object` and `type` must outlive the result.
json::Field particulars(const json::Field& object, std::string_view type);

// 400 with the code unsupported_value: a legal value that this gateway cannot serve.
ApiError unsupported_value(const json::Field& field, std::string_view problem);

// 404 with the code model_not_found.
ApiError unknown_model(std::string_view name);

// `model`, of those that write messages. Throws ApiError not_found with the code model_not_found.
ModelChoice read_model(const json::Field& model, const ReadContext& context);

// `safety_identifier`, `user` and `prompt_cache_key`: who asks, and what keeps a conversation on
// one key.
void read_identity(const json::Field& root, GenerateCall& call);

// `reasoning_effort`, or `effort` of `reasoning`: none to max. An unknown word is noted.
void read_effort(const json::Field& effort, gemini::ThinkingWish& wish,
                 std::vector<std::string>& notes);

// `response_format`, or `format` of `text`: text, json_object, json_schema.
void read_format(const json::Field& format, gemini::GenerationWish& wish);

// `service_tier` as Gemini's serviceTier; empty: say nothing.
std::string_view read_service_tier(const json::Field& tier);

}  // namespace castor::openai
