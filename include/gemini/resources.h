#pragma once

#include <string>
#include <vector>

#include "json/json.h"

namespace castor::gemini {

// The files and cached contents that a GenerateContentRequest names, "files/abc",
// "cachedContents/abc", each once and at most 256: Google shows them to one key's project only.
// The members are camelCase, as our readers write them.
std::vector<std::string> resources_of(const json::object& body);

}  // namespace castor::gemini
