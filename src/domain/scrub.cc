#include "domain/scrub.h"

#include "util/scrub.h"

namespace castor {
namespace {

constexpr std::size_t kShortestSecret = 8;

}  // namespace

std::string scrub(std::string_view text, std::span<const std::string_view> secrets) {
  std::string scrubbed(text);
  for (const std::string_view secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    for (std::size_t at = 0; (at = scrubbed.find(secret, at)) != std::string::npos; at += 3) {
      scrubbed.replace(at, secret.size(), "***");
    }
  }
  return scrub_keys(scrubbed);
}

}  // namespace castor
