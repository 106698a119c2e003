#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace castor {

std::string_view trim(std::string_view text);                                // ASCII white space
std::vector<std::string_view> split(std::string_view text, char separator);  // pieces untrimmed
std::string to_lower(std::string_view text);                                 // ASCII
bool contains_ignoring_case(std::string_view text, std::string_view part);   // ASCII

// Does `text` match `pattern`, in which '*' stands for any characters? Linear, no backtracking
// bombs.
bool matches(std::string_view pattern, std::string_view text);

// The whole of `text` as a decimal number; nullopt for anything else.
std::optional<std::int64_t> parse_integer(std::string_view text);

// At most `limit` bytes of UTF-8 text, cut between characters.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

// The same text with U+FFFD in place of each byte that is not UTF-8: what the bytes of a path or a
// header become before they are shown or kept.
std::string valid_utf8(std::string_view text);

// The same text as valid UTF-8 on one line, without what a terminal would obey: a space for each
// end of a line, "\x1b" for any other control character.
std::string printable(std::string_view text);

// Base64 (RFC 4648, standard alphabet with padding; base64url without). Decoding accepts either
// alphabet, and missing padding; nullopt for anything else.
std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);
std::optional<std::string> decode_base64(std::string_view text);
// Would decode_base64 accept it? Copies nothing.
bool is_base64(std::string_view text);

std::string hex(std::string_view bytes);  // lower case

// The first half of "data:image/png;base64,AAAA" and of its kind. Views into `url`.
struct DataUrl {
  std::string_view mime_type;
  std::string_view base64;
};
std::optional<DataUrl> parse_data_url(std::string_view url);

}  // namespace castor
