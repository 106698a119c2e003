#include "json/array_splitter.h"

namespace castor::json {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

bool ArraySplitter::feed(std::string_view bytes) {
  complete_ = 0;
  std::size_t begin = 0;  // of the element that is under way
  for (std::size_t i = 0; i < bytes.size() && !lost_; ++i) {
    const char c = bytes[i];
    if (escaped_) {
      escaped_ = false;
    } else if (in_string_) {
      i = bytes.find_first_of("\"\\", i);
      if (i == std::string_view::npos) break;
      escaped_ = bytes[i] == '\\';
      in_string_ = escaped_;
    } else if (depth_ > 1) {
      in_string_ = c == '"';
      if (c == '{' || c == '[') ++depth_;
      if (c != '}' && c != ']') continue;
      if (--depth_ > 1) continue;
      if (element_.empty()) {
        sink_(bytes.substr(begin, i + 1 - begin));
      } else {
        element_.append(bytes.substr(0, i + 1));
        sink_(element_);
        element_.clear();
      }
      complete_ = i + 1;
    } else if (depth_ == 1) {
      if (c == ']') {
        depth_ = 0;
        closed_ = true;
      } else if (c == '{' || c == '[') {
        ++depth_;
        begin = i;
      } else if (c != ',') {
        lost_ = !is_space(c);
      }
    } else if (c == '[' && !closed_) {
      depth_ = 1;
      complete_ = i + 1;
    } else {
      lost_ = !is_space(c);
    }
  }
  if (depth_ > 1) element_.append(bytes.substr(begin));
  lost_ = lost_ || element_.size() > max_element_bytes_;
  return !lost_;
}

}  // namespace castor::json
