#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace castor {

// A set of strings that asks one question. Refers to the strings, which must outlive it.
class SeenStrings {
 public:
  // Is this the first time?
  bool insert(std::string_view text) {
    if (!many_.empty()) return many_.insert(text).second;
    if (std::ranges::find(few_, text) != few_.end()) return false;
    few_.push_back(text);
    if (few_.size() > kFew) many_.insert(few_.begin(), few_.end());
    return true;
  }

 private:
  static constexpr std::size_t kFew = 16;  // a short list is searched faster than a table
  std::vector<std::string_view> few_;
  std::unordered_set<std::string_view> many_;
};

}  // namespace castor
