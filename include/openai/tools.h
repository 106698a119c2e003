#pragma once

#include <string>
#include <vector>

#include "domain/generate_call.h"
#include "gemini/tools.h"
#include "json/field.h"

// The tools that both APIs have, and the choice among them. Chat Completions nests what Responses
// writes flat (request_fields.h); either is read.
namespace castor::openai {

// A tool of type function: name, description, parameters, strict.
gemini::FunctionTool read_function_tool(const json::Field& tool);

// A tool of type custom takes any text, which may have to obey a grammar: a function of one text,
// "input" (call_input.h). Gemini knows no grammars, and is told of it in the description. Calls
// come back as custom ones: the second form puts that into call.tool_kinds.
gemini::FunctionTool read_custom_tool(const json::Field& tool, std::vector<std::string>& notes);
gemini::FunctionTool read_custom_tool(const json::Field& tool, GenerateCall& call);

// `tool_choice`.
//
//   OpenAI                         Gemini
//   ------                         ------
//   auto, none, required           AUTO, NONE, ANY
//   a tool, by type and name       ANY, only that one
//   allowed_tools, required        ANY, only those
//     auto                         VALIDATED, only those; for models before Gemini 3 the others are
//                                  not declared
//
// A tool that is not declared cannot be demanded, and is noted. `functions` are the declared ones.
gemini::ToolChoice read_tool_choice(const json::Field& choice,
                                    std::vector<gemini::FunctionTool>& functions,
                                    GenerateCall& call);

}  // namespace castor::openai
