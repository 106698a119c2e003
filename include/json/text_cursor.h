#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace castor::json {

// Goes once over a JSON text without parsing it, and tells where things are: for texts that are
// forwarded as they came, but for a few places. What it passes over is not checked. Throws
// ParseError where it cannot find its way: then the text is no JSON.
//
//   TextCursor cursor(text);
//   cursor.each_member([&](std::string_view name) {
//     if (name == "contents") cursor.each_element([&] { … });
//   });
//
// Visitors read the value that is next, or leave it, which passes over it.
class TextCursor {
 public:
  // `text` must outlive the cursor.
  explicit TextCursor(std::string_view text) : text_(text) { skip_space(); }

  // Of the next value, or of what follows the last one.
  std::size_t position() const { return position_; }
  // Behind the last value that was read, white space not included.
  std::size_t end() const { return end_; }
  // Of the name of the member that is visited, with its quotes.
  std::size_t name_position() const { return name_position_; }

  // The first character of the next value: '{', '[', '"', … '\0' at the end.
  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  // Passes over the next value; its text.
  std::string_view skip();

  // The members of the next value, if it is an object, else it is passed over. The name is as
  // written, without its quotes.
  template <typename Visit>
  void each_member(Visit visit) {
    if (!enter('{')) return;
    while (!leave('}')) {
      name_position_ = position_;
      const std::string_view name = read_name();
      const std::size_t before = position_;
      visit(name);
      next_item(before);
    }
  }

  // The elements of the next value, if it is an array, else it is passed over.
  template <typename Visit>
  void each_element(Visit visit) {
    if (!enter('[')) return;
    while (!leave(']')) {
      const std::size_t before = position_;
      visit();
      next_item(before);
    }
  }

 private:
  bool enter(char bracket);
  bool leave(char bracket);
  std::string_view read_name();
  void next_item(std::size_t before);
  void skip_space();
  void skip_string();
  [[noreturn]] void fail() const;

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t end_ = 0;
  std::size_t name_position_ = 0;
};

// The string that a value's text stands for; empty where it is no string.
std::string string_of(std::string_view value_text);

}  // namespace castor::json
