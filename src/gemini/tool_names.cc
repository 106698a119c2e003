#include "gemini/tool_names.h"

#include <algorithm>

#include "util/crypto.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kHashDigits = 8;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_legal_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

// The legal characters of the name and, because others may differ in the rest only, a hash of all.
// `attempt` tells names apart whose hash is the same.
std::string legalize(std::string_view name, std::size_t attempt) {
  std::string legal;
  if (name.empty() || !is_letter(name.front())) legal += '_';
  for (const char c : name) {
    if (legal.size() == kLongestName - kHashDigits - 1) break;
    legal += is_legal_character(c) ? c : '_';
  }
  const std::string hash = crypto::sha256(std::string(name).append(attempt, '+'));
  return legal.append("_").append(hex(hash).substr(0, kHashDigits));
}

}  // namespace

bool is_legal_tool_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), is_legal_character);
}

const std::string& ToolNames::to_gemini(std::string_view name) {
  if (const auto known = gemini_by_client_.find(name); known != gemini_by_client_.end()) {
    return known->second;
  }
  std::string legal = is_legal_tool_name(name) ? std::string(name) : legalize(name, 0);
  for (std::size_t attempt = 1; client_by_gemini_.contains(legal); ++attempt) {
    legal = legalize(name, attempt);
  }
  client_by_gemini_.emplace(legal, name);
  return gemini_by_client_.emplace(name, std::move(legal)).first->second;
}

std::map<std::string, std::string, std::less<>> ToolNames::changed() const {
  std::map<std::string, std::string, std::less<>> changed;
  for (const auto& [gemini, client] : client_by_gemini_) {
    if (gemini != client) changed.emplace(gemini, client);
  }
  return changed;
}

}  // namespace castor::gemini
