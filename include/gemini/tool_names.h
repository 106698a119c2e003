#pragma once

#include <map>
#include <string>
#include <string_view>

namespace castor::gemini {

// The names of functions between a client and Gemini (protocol-mapping D.7 rule 10): one illegal
// name makes Gemini refuse all tools. Lives as long as one request; since a name depends only on
// the client's, the next request of the conversation arrives at the same ones.
class ToolNames {
 public:
  // Gemini's name for a client's: itself if Gemini accepts it, else one that resembles it.
  // Different names stay different.
  const std::string& to_gemini(std::string_view name);

  // Gemini's name -> the client's, of those that differ.
  std::map<std::string, std::string, std::less<>> changed() const;

 private:
  std::map<std::string, std::string, std::less<>> gemini_by_client_;
  std::map<std::string, std::string, std::less<>> client_by_gemini_;
};

// [A-Za-z_][A-Za-z0-9_.-]{0,63}. Google's documents disagree whether 64 or 128 characters are legal
// and some of its servers refuse ':' (acceptance S15); a name that all of them accept costs
// nothing.
bool is_legal_tool_name(std::string_view name);

}  // namespace castor::gemini
