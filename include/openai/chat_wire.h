#pragma once

#include <string>
#include <string_view>

#include "domain/reply.h"
#include "json/json.h"

// A reply's particulars in the words of Chat Completions, for ChatStreamWriter and
// ChatCompletionBuilder (protocol-mapping C.2, D.11).
namespace castor::openai {

// What a reply has called; an answer in `function_call` has room for one.
enum class Called { nothing, tools, old_function };

// Gemini says STOP when the model called a function, OpenAI's clients look for a call only where
// finish_reason says so.
std::string_view finish_reason(const Finish& finish, Called called);

// Why a reply was refused, for `refusal`: "SAFETY: …"; empty for other ends.
std::string refusal(const Finish& finish);

// A call is told in two steps: who is called, with empty arguments, and what with. `what_with` is
// the text of the arguments, of a custom tool its input.
json::object tool_call(const FunctionCall& call);
json::object old_function_call(const FunctionCall& call);
std::string what_with(const FunctionCall& call);
// The object that a call's text is a member of, and the name of that member.
struct Place {
  std::string_view object;  // "function"
  std::string_view member;  // "arguments"
};
Place place_of(ToolKind kind);

// {"google":{"thought_signature":…}}, as in Google's own layer for OpenAI's clients.
json::object extra_content(std::string_view signature);

// The pages an answer rests on. Gemini does not say which words rest on which: all `characters` do.
json::array annotations(const Grounding& grounding, std::size_t characters);

// The number of characters that begin in a piece of UTF-8 text.
std::size_t count_characters(std::string_view text);

}  // namespace castor::openai
