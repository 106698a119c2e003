#pragma once

#include <string>

#include "json/json.h"

// What a tool is called with: `arguments`, which are JSON in a string, or the `input` of a custom
// tool, which is any text.
namespace castor::openai {

// Arguments that a client brings back, as Gemini's args. "" is {}; what is no JSON is
// {"_raw": text}.
json::value parse_arguments(json::string text, const json::storage_ptr& storage);

// The input of a custom tool, whose function has the one parameter "input" (tools.h).
json::value input_arguments(json::string input, const json::storage_ptr& storage);

// The way back, byte for byte. A model that called its parameter otherwise is understood where it
// gave one text; anything else is passed on as JSON.
std::string custom_input(const json::object& arguments);

}  // namespace castor::openai
