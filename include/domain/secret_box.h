#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace castor {

// What a secret is for. A key of its own is derived for each, so that a value of one table means
// nothing in another.
enum class SecretPurpose { api_key, client_key, end_user, passed_key, conversation, proxy };
inline constexpr std::size_t kSecretPurposes = 6;

// Seals the secrets that the database holds, and makes fingerprints of them, with the key of the
// key file: the database alone, in a backup or in wrong hands, tells none. Safe for all threads.
class SecretBox {
 public:
  // From the bytes of a key (crypto::kKeySize). Throws std::runtime_error.
  explicit SecretBox(std::string master);
  ~SecretBox();
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;

  // From a key file: 32 bytes as base64 or as hexadecimal digits, on one line. The file must not be
  // readable for others. Throws std::runtime_error that says what to do.
  static SecretBox from_file(const std::string& path);
  // The same; the first process that finds none makes one.
  static SecretBox from_file_or_new(const std::string& path);

  std::string seal(SecretPurpose purpose, std::string_view secret) const;
  // nullopt: sealed with another key file, or damaged.
  std::optional<std::string> open(SecretPurpose purpose, std::string_view sealed) const;

  // 32 bytes, always the same for the same secret: finds it without knowing it.
  std::string fingerprint(SecretPurpose purpose, std::string_view secret) const;

 private:
  std::string derive(std::string_view use, SecretPurpose purpose) const;

  std::string master_;
  // Of fingerprints, by purpose: made once, as each request takes one.
  std::array<std::string, kSecretPurposes> fingerprint_keys_;
};

// Where the key file is when the configuration names none: "castor.key" beside the database.
std::string default_key_file(const std::string& database);

}  // namespace castor
