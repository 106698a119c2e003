#include "util/random_id.h"

#include <sys/random.h>

#include <algorithm>
#include <stdexcept>

namespace castor {
namespace {

constexpr std::string_view kAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string IdSource::make(std::string_view prefix, std::size_t length) const {
  std::string id(prefix);
  id.append(length, '0');
  if (counter_) {
    std::uint64_t number = counter_->fetch_add(1);
    for (std::size_t i = id.size(); number > 0 && i > prefix.size(); number /= 62) {
      id[--i] = kAlphabet[number % 62];
    }
    return id;
  }
  std::size_t filled = prefix.size();
  while (filled < id.size()) {
    unsigned char bytes[64];
    const std::size_t wanted = std::min(sizeof bytes, (id.size() - filled) * 5 / 4 + 1);
    if (getrandom(bytes, wanted, 0) != static_cast<ssize_t>(wanted)) {
      throw std::runtime_error("getrandom failed");
    }
    for (std::size_t i = 0; i < wanted && filled < id.size(); ++i) {
      const unsigned digit = bytes[i] & 63;  // two of 64 values are thrown away: no bias
      if (digit < kAlphabet.size()) id[filled++] = kAlphabet[digit];
    }
  }
  return id;
}

}  // namespace castor
