#pragma once

#include "domain/config.h"
#include "domain/generate_call.h"
#include "gemini/prompt.h"
#include "json/field.h"

namespace castor::openai {

// Everything about tools in a Chat Completions request.
//
//   Chat Completions                    Gemini
//   ----------------                    ------
//   tools function, custom              tools.h
//   functions, function_call            the same; a call comes back as function_call, and alone
//   tool_choice                         tools.h
//   parallel_tool_calls false           nothing: call.single_call
//   web_search_options, and models      googleSearch, if the operator wants it; else noted
//     named …-search-preview
//
// Fills the tools of `prompt`, and kinds and single_call of `call`, whose model is known. Throws
// FieldError.
void read_chat_tools(const json::Field& root, const TranslationConfig& config,
                     gemini::Prompt& prompt, GenerateCall& call);

}  // namespace castor::openai
