#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace castor::json {

// Changes to a text, collected while it is read and made at once.
class TextEdits {
 public:
  // Puts `replacement` in place of `size` bytes at `begin`. Edits do not overlap.
  void replace(std::size_t begin, std::size_t size, std::string replacement);
  void insert(std::size_t at, std::string text) { replace(at, 0, std::move(text)); }
  void remove(std::size_t begin, std::size_t end) { replace(begin, end - begin, {}); }

  bool empty() const { return edits_.empty(); }
  // Changes the text. One without edits is not touched. Used up then.
  void apply(std::string& text);

 private:
  struct Edit {
    std::size_t begin, size;
    std::string replacement;
  };
  std::vector<Edit> edits_;
};

}  // namespace castor::json
