#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// The few primitives we need of OpenSSL's libcrypto. Bytes are strings. All throw
// std::runtime_error when libcrypto or the system's randomness fails, which neither should.
namespace castor::crypto {

inline constexpr std::size_t kKeySize = 32;

std::string sha256(std::string_view bytes);                               // 32 bytes
std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes

// From the system's randomness.
std::string random_bytes(std::size_t count);

// Takes as long for a wrong guess as for a right one, given the same lengths.
bool equal(std::string_view a, std::string_view b);

// Overwrites the bytes and empties the string: for secrets that are no longer needed.
void wipe(std::string& secret);

// AES-256-GCM with a random nonce: version (1 byte), nonce (12), ciphertext, tag (16). `purpose` is
// authenticated, not stored: what was sealed for one purpose does not open for another. `key` has
// kKeySize bytes.
std::string seal(std::string_view key, std::string_view plain, std::string_view purpose);

// The plaintext; nullopt when the key or the purpose is another one, or a byte was changed.
std::optional<std::string> open(std::string_view key, std::string_view sealed,
                                std::string_view purpose);

}  // namespace castor::crypto
