#pragma once

#include <string>
#include <string_view>

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"

// A reply's particulars in Anthropic's words, for StreamWriter and MessageBuilder
// (protocol-mapping B.3, D.11).
namespace castor::anthropic {

// The Message object, with empty content and without usage.
json::object message(const ReplyIdentity& identity);

// Gemini says STOP when the model called a function. tool_use only if a block of it was written:
// clients wait for ever for a tool that nobody named.
std::string_view stop_reason(const Finish& finish, bool wrote_tool_use);
// Why a reply was refused; null for other ends.
json::value stop_details(const Finish& finish);
// The sequence that was hit, or null.
json::value stop_sequence(const Finish& finish);

// `searches` is the number of web searches; with none the member is left out.
json::object usage(const Usage& usage, const ReplyIdentity& identity, std::size_t searches = 0);

json::object text_block();
json::object thinking_block();
json::object tool_use_block(const FunctionCall& call);

// A web search as a pair of blocks; the input of the first is separate, as streams give it.
json::object search_block(const ReplyIdentity& identity);
json::object search_input(const Grounding& grounding);
json::object search_result_block(const ReplyIdentity& identity, const Grounding& grounding);

// What clients bring thought signatures back in: the signature of a thinking block, for a call or
// for want of one; a citation of the text block that is signed, in its encrypted_index.
std::string call_carrier(std::string_view signature, const ReplyIdentity& identity);
std::string empty_carrier();
json::object signature_citation(std::string_view signature, const ReplyIdentity& identity);

}  // namespace castor::anthropic
