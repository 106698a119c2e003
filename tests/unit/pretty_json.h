#pragma once

#include <string>

#include "json/json.h"

namespace castor {

// JSON with one member a line, so that a difference is a line.
std::string pretty_json(const json::value& value, const std::string& indent = "");

}  // namespace castor
