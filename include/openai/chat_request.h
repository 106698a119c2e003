#pragma once

#include "domain/generate_call.h"
#include "json/json.h"

namespace castor::openai {

// A Chat Completions request as a Gemini generateContent request.
//
//   Chat Completions                    Gemini
//   ----------------                    ------
//   model                               by ModelMap; echoed as the client wrote it
//   messages                            systemInstruction, contents (chat_messages.h)
//   tools, tool_choice, functions …     tools, toolConfig (chat_tools.h)
//   max_completion_tokens, max_tokens   maxOutputTokens, not above the limit (U11)
//   temperature, top_p, seed,           the same, for models that take them
//     presence_, frequency_penalty
//   reasoning_effort                    thinkingLevel, and thoughts as reasoning_content
//   response_format                     responseMimeType and responseJsonSchema
//   service_tier                        serviceTier, of flex and priority
//   google, extra_body.google           google_extras.h
//   stop                                nothing: enforced on the answer, as many as there are
//   stream, stream_options              nothing: upstream always streams
//   prompt_cache_key                    nothing: `conversation`
//   safety_identifier, user             nothing: `user`
//   n above 1; modalities audio; audio  refused: unsupported_value
//   logprobs, top_logprobs, logit_bias, noted
//     verbosity, prediction
//   all else                            nothing
//
// `request` is consumed: texts and media are moved out of it. Throws FieldError for what is missing
// or of a wrong type, ApiError for a model nobody knows and for what cannot be served.
GenerateCall read_chat_request(json::value& request, const ReadContext& context);

}  // namespace castor::openai
