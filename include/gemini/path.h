#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace castor::gemini {

// The paths of the native API.

// What stands behind "models/" or "files/": "gemini-4-argon:countTokens".
struct NamedMethod {
  std::string_view name;
  std::string_view method;  // empty: none
};
NamedMethod split_method(std::string_view rest);

// "v1beta" of "/v1beta/models/…"; the last one where a base URL has brought others, and v1beta
// where there is none.
std::string_view version_of(std::string_view path);

// May it stand in a path as it is? Names of models and ids of files and cached contents.
bool is_plain_name(std::string_view name);

// "?alt=sse" of "key=…&alt=sse": what the upstream may be asked, never a credential nor what would
// change its headers; empty: nothing. Notes whether other parameters were dropped.
std::string forwarded_query(std::string_view query, std::vector<std::string>& notes);

}  // namespace castor::gemini
