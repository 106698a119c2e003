#pragma once

#include <string>

#include "json/field.h"

namespace castor::openai {

// What a response repeats of its request, as members of a JSON object without the braces:
// `"instructions":null,"tools":[],…`. Each has OpenAI's default where the request says nothing, and
// where it says so much that it would be most of the answer. `stores`: what "store" says.
std::string responses_echo(const json::Field& request, bool stores);

}  // namespace castor::openai
