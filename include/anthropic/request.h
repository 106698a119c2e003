#pragma once

#include "domain/generate_call.h"
#include "json/json.h"

namespace castor::anthropic {

// An Anthropic Messages request as a Gemini generateContent request.
//
//   Anthropic                           Gemini
//   ---------                           ------
//   model                               by ModelMap; echoed as the client wrote it
//   system, messages                    systemInstruction, contents (messages.h)
//   tools, tool_choice                  tools, toolConfig (tools.h)
//   max_tokens                          maxOutputTokens, not above the limit (U11); 0: no request
//   thinking enabled                    thinkingConfig from budget_tokens
//     adaptive                          thinkingConfig from the effort
//     disabled, between_tools           as little as the model can
//     display omitted                   no includeThoughts
//   output_config.effort                thinkingLevel; a system message's outranks it
//   output_config.format,               responseMimeType and responseJsonSchema
//     output_format
//   temperature, top_p, top_k           the same, for models that take them
//   stop_sequences                      nothing: enforced on the answer, which names the one hit
//   stream                              nothing: upstream always streams
//   metadata.user_id                    nothing: `user`, and its session `conversation`
//   thread                              refused: the client would lose its history
//   mcp_servers, container              noted
//   all else                            nothing
//
// `request` is consumed: texts and media are moved out of it. Throws FieldError for what is missing
// or of a wrong type, ApiError for a model nobody knows and for what cannot be served.
GenerateCall read(json::value& request, const ReadContext& context);

}  // namespace castor::anthropic
