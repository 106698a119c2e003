#pragma once

#include <string>

#include "json/field.h"

namespace castor::openai {

// What a tool that OpenAI ran was asked, and found, as text for a model that cannot read its item:
// `[web_search "weather"]`. At most 2 KB.
std::string describe_hosted_call(const json::Field& item);

// `output` of shell_call_output: what each command wrote, and how it ended.
std::string describe_shell_output(const json::Field& output);

}  // namespace castor::openai
