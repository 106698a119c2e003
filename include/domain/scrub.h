#pragma once

#include <span>
#include <string>
#include <string_view>

namespace castor {

// `text` with "***" in place of each of `secrets`, and of whatever else looks like a key
// (util/scrub.h): for everything of others that is stored or passed on. Secrets shorter than eight
// characters, as only tests have, are words that must be left alone.
std::string scrub(std::string_view text, std::span<const std::string_view> secrets);

}  // namespace castor
