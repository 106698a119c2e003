#include "domain/secret_box.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "util/crypto.h"
#include "util/private_file.h"
#include "util/text.h"

namespace castor {
namespace {

const char* name(SecretPurpose purpose) {
  switch (purpose) {
    case SecretPurpose::api_key:
      return "api key";
    case SecretPurpose::client_key:
      return "client key";
    case SecretPurpose::end_user:
      return "end user";
    case SecretPurpose::passed_key:
      return "passed key";
    case SecretPurpose::conversation:
      return "conversation";
    case SecretPurpose::proxy:
      return "proxy";
  }
  return "";
}

std::optional<std::string> decode_hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::string digits = to_lower(text);
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const std::size_t high = kDigits.find(digits[i]), low = kDigits.find(digits[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

// The content of a file that is open; closes it.
std::string read_private(int file, const std::string& path) {
  struct stat status;
  const bool known = fstat(file, &status) == 0;
  char buffer[256];
  const ssize_t length = read(file, buffer, sizeof buffer);
  close(file);
  if (!known || length < 0) throw std::runtime_error("cannot read the key file " + path);
  if (status.st_mode & 077) {
    throw std::runtime_error("the key file " + path +
                             " can be read by others than its owner; chmod 600 " + path);
  }
  return std::string(buffer, static_cast<std::size_t>(length));
}

}  // namespace

SecretBox::SecretBox(std::string master) : master_(std::move(master)) {
  if (master_.size() != crypto::kKeySize) {
    throw std::runtime_error("a key of 32 bytes is needed to seal secrets");
  }
  for (std::size_t purpose = 0; purpose < kSecretPurposes; ++purpose) {
    fingerprint_keys_.at(purpose) = derive("fingerprint", static_cast<SecretPurpose>(purpose));
  }
}

SecretBox::~SecretBox() {
  crypto::wipe(master_);
  for (std::string& key : fingerprint_keys_) crypto::wipe(key);
}

SecretBox SecretBox::from_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    throw std::runtime_error("cannot open the key file " + path + ": " +
                             explain_open_failure(path, errno));
  }
  const std::string text = read_private(file, path);
  const std::string_view line = trim(text);
  std::optional<std::string> key =
      line.size() == 2 * crypto::kKeySize ? decode_hex(line) : decode_base64(line);
  if (!key || key->size() != crypto::kKeySize) {
    throw std::runtime_error("the key file " + path +
                             " must hold 32 bytes as base64 or hexadecimal digits, on one line");
  }
  return SecretBox(std::move(*key));
}

SecretBox SecretBox::from_file_or_new(const std::string& path) {
  // Look first: randomness and a draft cost more, and the file is nearly always there.
  if (access(path.c_str(), F_OK) != 0) {
    create_private_file(path, base64(crypto::random_bytes(crypto::kKeySize)) + "\n");
  }
  return from_file(path);
}

std::string SecretBox::derive(std::string_view use, SecretPurpose purpose) const {
  return crypto::hmac_sha256(master_,
                             std::string("castor ").append(use).append(" ").append(name(purpose)));
}

std::string SecretBox::seal(SecretPurpose purpose, std::string_view secret) const {
  return crypto::seal(derive("seal", purpose), secret, name(purpose));
}

std::optional<std::string> SecretBox::open(SecretPurpose purpose, std::string_view sealed) const {
  return crypto::open(derive("seal", purpose), sealed, name(purpose));
}

std::string SecretBox::fingerprint(SecretPurpose purpose, std::string_view secret) const {
  return crypto::hmac_sha256(fingerprint_keys_.at(static_cast<std::size_t>(purpose)), secret);
}

std::string default_key_file(const std::string& database) {
  return folder_of(database) + "/castor.key";
}

}  // namespace castor
