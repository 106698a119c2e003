#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace castor {

inline constexpr std::uint64_t kHashSeed = 14695981039346656037u;

// FNV-1a, 64 bits: the same on every machine and in every version, for names and for sticking to a
// choice. Not for secrets, and not where a collision that somebody sought out would do harm.
// To hash several pieces, give the hash of one as the seed of the next.
constexpr std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = kHashSeed) {
  for (const char byte : bytes) {
    seed = (seed ^ static_cast<unsigned char>(byte)) * 1099511628211u;
  }
  return seed;
}

// The last `digits` hexadecimal digits of a hash.
inline std::string hash_digits(std::uint64_t hash, int digits = 16) {
  std::string text;
  while (--digits >= 0) text += "0123456789abcdef"[hash >> 4 * digits & 15];
  return text;
}

}  // namespace castor
