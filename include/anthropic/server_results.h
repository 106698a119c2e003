#pragma once

#include <string>
#include <string_view>

#include "json/json.h"

namespace castor::anthropic {

// What a tool that Anthropic ran was asked and found, as text for a model that cannot read its
// blocks: `[web_search "weather"] Forecast — https://…`. At most 2 KB; what is encrypted is left
// out.
std::string describe_server_tool(std::string_view name, const json::value& input);
std::string describe_server_result(std::string_view call, const json::value& content);

}  // namespace castor::anthropic
