#include "gemini/path.h"

#include <algorithm>

#include "domain/notes.h"
#include "http/uri.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

// Those of Google's that stay; "$httpHeaders" and its like are not for strangers.
constexpr std::string_view kForwarded[] = {
    "alt",         "fields",     "pageSize",    "pageToken", "page_size",       "page_token",
    "prettyPrint", "updateMask", "update_mask", "upload_id", "upload_protocol", "uploadType"};
constexpr std::string_view kCredentials[] = {"key", "access_token", "oauth_token"};

template <std::size_t N>
bool is_in(const std::string_view (&names)[N], std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

NamedMethod split_method(std::string_view rest) {
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return {rest, {}};
  return {rest.substr(0, colon), rest.substr(colon + 1)};
}

std::string_view version_of(std::string_view path) {
  std::string_view version = "v1beta";
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "models" || segment == "cachedContents" || segment == "files") break;
    if (segment == "v1" || segment == "v1beta" || segment == "v1alpha") version = segment;
    path.remove_prefix(segment.size());
  }
  return version;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 && !name.starts_with('.') &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

std::string forwarded_query(std::string_view query, std::vector<std::string>& notes) {
  std::string forwarded;
  for (const std::string_view pair : split(query, '&')) {
    const std::string name = http::percent_decode(pair.substr(0, pair.find('=')));
    if (pair.empty() || is_in(kCredentials, name)) continue;
    if (!is_in(kForwarded, name) || !is_printable(pair)) {
      add_note(notes, "dropped=query");
      continue;
    }
    forwarded.append(forwarded.empty() ? "?" : "&").append(pair);
  }
  return forwarded;
}

}  // namespace castor::gemini
