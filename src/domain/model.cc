#include "domain/model.h"

#include <utility>

namespace castor {

std::optional<ThinkingLevel> thinking_level(std::string_view word) {
  using enum ThinkingLevel;
  constexpr std::pair<std::string_view, ThinkingLevel> kLevels[] = {
      {"minimal", minimal}, {"low", low}, {"medium", medium}, {"high", high}, {"xhigh", xhigh}};
  for (const auto& [name, level] : kLevels) {
    if (name == word) return level;
  }
  return std::nullopt;
}

}  // namespace castor
