#include "json/append.h"

#include <charconv>
#include <cstring>
#include <utility>

namespace castor::json {
namespace {

// The length of the beginning of `text` in which nothing must be escaped. Looks at eight bytes at a
// time: nearly all of a large request is text.
std::size_t plain_length(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighBits = 0x8080808080808080;
  std::size_t length = 0;
  for (; length + 8 <= text.size(); length += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + length, 8);
    // A byte less than n: its high bit is set in (byte - n) and was not before. Borrows reach only
    // bytes above a hit.
    const auto less = [](std::uint64_t eight, std::uint64_t n) {
      return (eight - kOnes * n) & ~eight & kHighBits;
    };
    if (less(bytes, 0x20) | less(bytes ^ kOnes * '"', 1) | less(bytes ^ kOnes * '\\', 1)) break;
  }
  while (length < text.size() && static_cast<unsigned char>(text[length]) >= 0x20 &&
         text[length] != '"' && text[length] != '\\') {
    ++length;
  }
  return length;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '"':
    case '\\':
      out += '\\';
      out += c;
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_length(text);
    out.append(text, 0, plain);
    if (plain == text.size()) break;
    append_escape(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, result.ptr);
}

void append_object(std::string& out, const object& object) {
  out += '{';
  bool first = true;
  for (const auto& [key, member] : object) {
    if (!std::exchange(first, false)) out += ',';
    append_string(out, key);
    out += ':';
    append_value(out, member);
  }
  out += '}';
}

void append_array(std::string& out, const array& array) {
  out += '[';
  bool first = true;
  for (const value& element : array) {
    if (!std::exchange(first, false)) out += ',';
    append_value(out, element);
  }
  out += ']';
}

void append_value(std::string& out, const value& value) {
  switch (value.kind()) {
    case kind::object:
      return append_object(out, value.get_object());
    case kind::array:
      return append_array(out, value.get_array());
    case kind::string:
      return append_string(out, {value.get_string().data(), value.get_string().size()});
    case kind::int64:
      return append_integer(out, value.get_int64());
    case kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case kind::null:
      out += "null";
      return;
    case kind::uint64:
    case kind::double_:
      out += serialize(value);
      return;
  }
}

}  // namespace castor::json
