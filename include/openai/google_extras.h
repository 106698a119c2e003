#pragma once

#include "gemini/prompt.h"
#include "json/field.h"

namespace castor::openai {

// What users of Google's own OpenAI layer say to Gemini (protocol-mapping A.14): `google`, or
// `google` of `extra_body` where a client sends that as it stands.
//
//   google                       Gemini
//   ------                       ------
//   thinking_config              thinkingConfig, in place of reasoning_effort; of its own words
//                                thinking_level, thinking_budget and include_thoughts
//   cached_content               cachedContent
//   safety_settings              safetySettings, in place of the operator's
//
// Either spelling, thinking_config or thinkingConfig, is read. Throws FieldError.
void read_google_extras(const json::Field& root, gemini::Prompt& prompt);

}  // namespace castor::openai
