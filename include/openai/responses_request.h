#pragma once

#include "domain/generate_call.h"
#include "json/json.h"

namespace castor::openai {

// A Responses request as a Gemini generateContent request.
//
//   Responses                           Gemini
//   ---------                           ------
//   model                               by ModelMap; echoed as the client wrote it
//   instructions, input                 systemInstruction, contents (responses_input.h)
//   previous_response_id                the conversation so far, where replies are kept
//   tools, tool_choice                  tools, toolConfig (responses_tools.h, tools.h)
//   parallel_tool_calls false           nothing: the first call of the answer is passed on
//   max_output_tokens                   maxOutputTokens, not above the limit
//   reasoning.effort                    thinkingConfig; that of a configuration_update outranks it
//     any effort or summary             includeThoughts
//   text.format                         responseMimeType and responseJsonSchema
//   temperature, top_p                  the same, for models that take them
//   service_tier                        serviceTier
//   include reasoning.encrypted_content nothing: reasoning items carry thought signatures
//   store                               nothing: the reply is kept, where replies are
//   user, safety_identifier             nothing: `user`
//   prompt_cache_key                    nothing: `conversation`
//   stream                              nothing: upstream always streams
//   background, conversation, prompt    refused
//   max_tool_calls, top_logprobs, other noted
//     include, truncation auto,
//     context_management
//   all else                            nothing
//
// With a compaction_trigger among the input no tool may be called, and the model is asked for a
// summary that takes the conversation's place.
//
// `request` is consumed. Throws FieldError for what is missing or of a wrong type, ApiError for a
// model nobody knows and for what cannot be served.
GenerateCall read_responses(json::value& request, const ReadContext& context);

}  // namespace castor::openai
