#include "util/scrub.h"

#include <algorithm>

#include "util/text.h"

namespace castor {
namespace {

// Shorter ones are words: "AQ.html". Real keys have 39 and more characters.
constexpr std::size_t kShortestKey = 20;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A character of a key, or of a key as it is written in a URL.
bool is_key_character(char c) {
  return is_alphanumeric(c) || std::string_view("_-.~%+/").find(c) != std::string_view::npos;
}

std::size_t key_length(std::string_view text) {
  return std::find_if_not(text.begin(), text.end(), is_key_character) - text.begin();
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         contains_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// The length of a label after which a key comes, with its separator: `api_key:`, `"apiKey": "`,
// `key=`. 0: none.
std::size_t label_length(std::string_view text) {
  std::size_t length = 0;
  bool spelled_out = false;
  for (std::string_view name : {"api_key", "api-key", "api key", "apikey", "key"}) {
    if (!starts_ignoring_case(text, name)) continue;
    length = name.size();
    spelled_out = name != "key";
    break;
  }
  if (length == 0) return 0;
  const auto skip = [&](std::string_view characters) {
    if (length < text.size() && characters.find(text[length]) != std::string_view::npos) ++length;
  };
  if (spelled_out) skip("'\"");
  // "key:" alone is too common a word.
  if (length == text.size() || !(text[length] == '=' || (spelled_out && text[length] == ':'))) {
    return 0;
  }
  ++length;
  skip(" ");
  skip("'\"");
  return length;
}

// The length of a key that shows by its own form. 0: none.
std::size_t bare_key_length(std::string_view text, char before) {
  const bool googles = text.starts_with("AIza");
  const bool studios = text.starts_with("AQ.") && !is_alphanumeric(before);
  if (!googles && !studios) return 0;
  const std::size_t length = key_length(text);
  return length >= kShortestKey ? length : 0;
}

}  // namespace

std::string scrub_keys(std::string_view text) {
  std::string scrubbed;
  scrubbed.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const std::size_t label = label_length(rest);
    const std::size_t key =
        label ? key_length(rest.substr(label)) : bare_key_length(rest, i == 0 ? ' ' : text[i - 1]);
    if (key == 0) {
      scrubbed += text[i++];
      continue;
    }
    scrubbed.append(rest.substr(0, label)).append("***");
    i += label + key;
  }
  return scrubbed;
}

}  // namespace castor
