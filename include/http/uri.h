#pragma once

#include <string>
#include <string_view>

namespace castor::http {

// "%41%2f" -> "A/"; a '%' without two digits stands for itself, a byte that is not UTF-8 for
// U+FFFD.
std::string percent_decode(std::string_view text);

// The other way round, for a value in a query.
std::string percent_encode(std::string_view text);

// A path as routes are written: without query, decoded once, "//" collapsed.
std::string normalize_path(std::string_view raw_uri);

// The decoded value of a parameter of "a=1&b=2"; empty when absent.
std::string query_parameter(std::string_view query, std::string_view name);

}  // namespace castor::http
