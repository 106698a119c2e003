#pragma once

#include <string>
#include <string_view>

#include "json/json.h"

namespace castor::json {

// Append JSON to a text that is being built piece by piece, as the events of a stream are: without
// a value or a string in between. `text` is UTF-8.
void append_string(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t number);
void append_value(std::string& out, const value& value);
void append_array(std::string& out, const array& array);
void append_object(std::string& out, const object& object);

}  // namespace castor::json
