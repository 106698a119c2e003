#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/reply.h"
#include "domain/reply_identity.h"
#include "json/json.h"

// A reply's particulars in the words of the Responses API (protocol-mapping C.4, D.11), for
// ResponseBuilder and ResponsesStreamWriter.
namespace castor::openai {

// The id of the item at `index` of a response: "msg_" and what follows "resp_" in the response's,
// then "_3". So a reference to an item says where to look for it.
std::string item_id(std::string_view prefix, std::string_view response_id, std::size_t index);

// Where the item is that item_id() named.
struct ItemPlace {
  std::string response_id;
  std::size_t index = 0;
};
std::optional<ItemPlace> parse_item_id(std::string_view id);

json::object message_item(std::string_view id);  // without content
json::object text_part();
json::object reasoning_item(std::string_view id);  // without summary
json::object summary_part();

// A function call in the form in which its tool was declared: function_call, custom_tool_call,
// tool_search_call, local_shell_call, shell_call or apply_patch_call. Arguments that do not fit
// the built-in tools are bent until they do.
json::object call_item(const FunctionCall& call, std::size_t index, const ReplyIdentity& identity);

// The same item before its arguments have come.
json::object begun(const json::object& item);

// What Google Search was asked and found.
json::object search_item(std::string_view id, const Grounding& grounding);
// The source as an annotation of a text: of all of it, since nobody says which part.
json::object citation(const Source& source, std::string_view text);

json::object image_item(std::string_view id, std::string_view mime_type, std::string_view base64);

// A summary of the conversation that only this gateway can read back (parse_compaction).
json::object compaction_item(std::string_view id, std::string_view summary);
// nullopt: the string is another vendor's.
std::optional<std::string> parse_compaction(std::string_view encrypted_content);

// {"reason"} of a response that is not complete; null for one that is.
json::value incomplete_details(const Finish& finish);

// {"code","message"} of a response that failed. Codex tells the codes apart: it ends the turn, or
// waits for as long as the message of rate_limit_exceeded says ("try again in 7s").
json::object response_error(const ApiError& error);

}  // namespace castor::openai
