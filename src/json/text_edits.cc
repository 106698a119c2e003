#include "json/text_edits.h"

#include <algorithm>

namespace castor::json {

void TextEdits::replace(std::size_t begin, std::size_t size, std::string replacement) {
  edits_.push_back({begin, size, std::move(replacement)});
}

void TextEdits::apply(std::string& text) {
  if (edits_.empty()) return;
  // What is put in comes before what is taken away at the same place.
  std::ranges::stable_sort(edits_, [](const Edit& a, const Edit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.size < b.size;
  });
  std::size_t added = 0;
  for (const Edit& edit : edits_) added += edit.replacement.size();
  std::string edited;
  edited.reserve(text.size() + added);
  std::size_t done = 0;
  for (const Edit& edit : edits_) {
    edited.append(text, done, edit.begin - done).append(edit.replacement);
    done = edit.begin + edit.size;
  }
  edited.append(text, done);
  text.swap(edited);
  edits_.clear();
}

}  // namespace castor::json
