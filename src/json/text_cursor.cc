#include "json/text_cursor.h"

#include <algorithm>

#include "json/json.h"

namespace castor::json {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::string_view TextCursor::skip() {
  const std::size_t begin = position_;
  std::size_t depth = 0;
  do {
    switch (peek()) {
      case '\0':
        fail();
      case '"':
        skip_string();
        break;
      case '{':
      case '[':
        ++depth;
        ++position_;
        break;
      case '}':
      case ']':
        if (depth == 0) fail();
        --depth;
        ++position_;
        break;
      case ',':
      case ':':
        if (depth == 0) fail();
        ++position_;
        break;
      default: {  // a number or a word, or the white space before one
        const std::size_t end = text_.find_first_of(",:{}[]\" \n\r\t", position_);
        position_ = end == position_ ? position_ + 1 : std::min(end, text_.size());
      }
    }
  } while (depth > 0);
  end_ = position_;
  skip_space();
  return text_.substr(begin, end_ - begin);
}

bool TextCursor::enter(char bracket) {
  if (peek() != bracket) {
    skip();
    return false;
  }
  ++position_;
  skip_space();
  return true;
}

bool TextCursor::leave(char bracket) {
  if (peek() != bracket) return false;
  end_ = ++position_;
  skip_space();
  return true;
}

std::string_view TextCursor::read_name() {
  if (peek() != '"') fail();
  const std::string_view quoted = skip();
  if (peek() != ':') fail();
  ++position_;
  skip_space();
  return quoted.substr(1, quoted.size() - 2);
}

// Goes behind the item that began at `before`, and behind the comma.
void TextCursor::next_item(std::size_t before) {
  if (position_ == before) skip();
  if (peek() == ',') {
    ++position_;
    skip_space();
    if (peek() == '}' || peek() == ']') fail();
  } else if (peek() != '}' && peek() != ']') {
    fail();
  }
}

void TextCursor::skip_space() {
  while (position_ < text_.size() && is_space(text_[position_])) ++position_;
}

// Most of a large body are long strings: find() runs at the speed of memory.
void TextCursor::skip_string() {
  for (std::size_t from = position_ + 1;;) {
    const std::size_t quote = text_.find('"', from);
    if (quote == std::string_view::npos) fail();
    std::size_t before = quote;
    while (text_[before - 1] == '\\') --before;
    position_ = from = quote + 1;
    if ((quote - before) % 2 == 0) return;
  }
}

void TextCursor::fail() const {
  throw ParseError("not JSON, at byte " + std::to_string(position_));
}

std::string string_of(std::string_view value_text) {
  if (value_text.size() < 2 || value_text.front() != '"') return {};
  if (value_text.find('\\') == std::string_view::npos) {
    return std::string(value_text.substr(1, value_text.size() - 2));
  }
  const value parsed = parse(value_text);
  return parsed.is_string() ? std::string(parsed.get_string()) : std::string();
}

}  // namespace castor::json
