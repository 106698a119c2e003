#pragma once

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"

// Usage in OpenAI's words: input includes what was cached, output the thoughts
// (protocol-mapping D.11). What the upstream never counted is told as an estimate: clients that add
// nothing up never compact their conversation.
namespace castor::openai {

// prompt_tokens, completion_tokens, total_tokens …
json::object chat_usage(const Usage& usage, const ReplyIdentity& identity);

// input_tokens, output_tokens, total_tokens …
json::object responses_usage(const Usage& usage, const ReplyIdentity& identity);

}  // namespace castor::openai
