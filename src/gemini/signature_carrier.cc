#include "gemini/signature_carrier.h"

#include <algorithm>

#include "util/text.h"

namespace castor::gemini {
namespace {

constexpr std::string_view kCarrierPrefix = "gw1.";
constexpr std::string_view kLiteLlmSeparator = "__thought__";
constexpr std::size_t kRandomLength = 12;
constexpr std::size_t kLongestGeminiId = 40;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

char letter(SignatureCarrier::Kind kind) {
  switch (kind) {
    case SignatureCarrier::Kind::call:
      return 'f';
    case SignatureCarrier::Kind::text:
      return 'x';
    case SignatureCarrier::Kind::none:
      break;
  }
  return 'n';
}

std::optional<SignatureCarrier::Kind> kind_of(char letter) {
  if (letter == 'f') return SignatureCarrier::Kind::call;
  if (letter == 'x') return SignatureCarrier::Kind::text;
  if (letter == 'n') return SignatureCarrier::Kind::none;
  return std::nullopt;
}

bool fits_in_call_id(std::string_view gemini_id) {
  return !gemini_id.empty() && gemini_id.size() <= kLongestGeminiId &&
         std::all_of(gemini_id.begin(), gemini_id.end(),
                     [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

// The Gemini id behind "toolu_" or "call_", twelve characters and "_"; empty if it is no such id.
std::string_view gemini_id_in(std::string_view client_id) {
  for (const std::string_view prefix : {"toolu_", "call_"}) {
    if (!client_id.starts_with(prefix)) continue;
    const std::string_view rest = client_id.substr(prefix.size());
    if (rest.size() <= kRandomLength + 1 || rest[kRandomLength] != '_') return {};
    if (!std::all_of(rest.begin(), rest.begin() + kRandomLength, is_alphanumeric)) return {};
    return rest.substr(kRandomLength + 1);
  }
  return {};
}

}  // namespace

std::string carrier(SignatureCarrier::Kind kind, std::string_view signature,
                    std::string_view family) {
  std::string text(kCarrierPrefix);
  text.append(1, letter(kind)).append(".");
  if (!family.empty()) text.append(family).append(".");
  return text.append(signature);
}

std::optional<SignatureCarrier> parse_carrier(std::string_view text) {
  const std::size_t head = kCarrierPrefix.size() + 2;
  if (!text.starts_with(kCarrierPrefix) || text.size() < head || text[head - 1] != '.') {
    return std::nullopt;
  }
  const auto kind = kind_of(text[head - 2]);
  if (!kind) return std::nullopt;

  SignatureCarrier parsed{.kind = *kind, .signature = text.substr(head)};
  // Base64 has no '.', so the last one ends the family.
  if (const std::size_t dot = parsed.signature.rfind('.'); dot != std::string_view::npos) {
    parsed.family = parsed.signature.substr(0, dot);
    parsed.signature.remove_prefix(dot + 1);
  }
  if (parsed.kind == SignatureCarrier::Kind::none) {
    parsed.signature = {};
  } else if (parsed.signature.empty() || !is_base64(parsed.signature)) {
    return std::nullopt;
  }
  return parsed;
}

std::string make_call_id(std::string_view prefix, std::string_view random,
                         std::string_view gemini_id) {
  std::string id(prefix);
  id.append("_").append(random);
  if (fits_in_call_id(gemini_id)) id.append("_").append(gemini_id);
  return id;
}

CallId parse_call_id(std::string_view id) {
  CallId parsed{.client_id = id, .gemini_id = {}, .signature = {}};
  if (const std::size_t at = id.find(kLiteLlmSeparator); at != std::string_view::npos) {
    const std::string_view signature = id.substr(at + kLiteLlmSeparator.size());
    parsed.client_id = id.substr(0, at);
    if (is_base64(signature)) parsed.signature = signature;
  }
  parsed.gemini_id = gemini_id_in(parsed.client_id);
  return parsed;
}

}  // namespace castor::gemini
