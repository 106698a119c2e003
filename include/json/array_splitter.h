#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace castor::json {

// Splits a JSON array that comes in pieces into the texts of its elements, objects or arrays. What
// is in them is not checked.
class ArraySplitter {
 public:
  // Receives one element. Valid during the call only.
  using Sink = std::function<void(std::string_view element)>;

  explicit ArraySplitter(Sink sink, std::size_t max_element_bytes)
      : sink_(std::move(sink)), max_element_bytes_(max_element_bytes) {}

  // False once it is seen that this is no such array, or an element was too long: nothing more
  // comes.
  bool feed(std::string_view bytes);

  // How many bytes of the last piece end the opening bracket or an element: an array that is cut
  // there can be continued and closed. 0 where nothing ends in it.
  std::size_t complete() const { return complete_; }
  bool closed() const { return closed_; }

 private:
  Sink sink_;
  std::size_t max_element_bytes_;
  std::string element_;  // the beginning of one whose end has not come
  std::size_t depth_ = 0;
  std::size_t complete_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool closed_ = false;
  bool lost_ = false;
};

}  // namespace castor::json
