#include "util/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <memory>
#include <stdexcept>

namespace castor::crypto {
namespace {

constexpr char kVersion = 1;  // of the sealed form
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

void require(bool succeeded) {
  if (!succeeded) throw std::runtime_error("libcrypto failed");
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string sha256(std::string_view message) {
  std::string digest(32, '\0');
  require(EVP_Digest(message.data(), message.size(), bytes(digest), nullptr, EVP_sha256(),
                     nullptr) == 1);
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string digest(32, '\0');
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(message),
               message.size(), bytes(digest), nullptr) != nullptr);
  return digest;
}

std::string random_bytes(std::size_t count) {
  std::string random(count, '\0');
  require(RAND_bytes(bytes(random), static_cast<int>(count)) == 1);
  return random;
}

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

std::string seal(std::string_view key, std::string_view plain, std::string_view purpose) {
  require(key.size() == kKeySize);
  std::string sealed = kVersion + random_bytes(kNonceSize);
  const std::size_t head = sealed.size();
  sealed.resize(head + plain.size() + kTagSize);

  const Context context(EVP_CIPHER_CTX_new());
  int length = 0;
  require(context && EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key),
                                        bytes(sealed) + 1) == 1);
  require(EVP_EncryptUpdate(context.get(), nullptr, &length, bytes(purpose),
                            static_cast<int>(purpose.size())) == 1);
  require(EVP_EncryptUpdate(context.get(), bytes(sealed) + head, &length, bytes(plain),
                            static_cast<int>(plain.size())) == 1);
  unsigned char* const tag = bytes(sealed) + head + plain.size();
  require(EVP_EncryptFinal_ex(context.get(), tag, &length) == 1);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, tag) == 1);
  return sealed;
}

std::optional<std::string> open(std::string_view key, std::string_view sealed,
                                std::string_view purpose) {
  require(key.size() == kKeySize);
  if (sealed.size() < 1 + kNonceSize + kTagSize || sealed[0] != kVersion) return std::nullopt;
  const std::string_view nonce = sealed.substr(1, kNonceSize);
  std::string tag(sealed.substr(sealed.size() - kTagSize));
  sealed = sealed.substr(1 + kNonceSize, sealed.size() - 1 - kNonceSize - kTagSize);

  std::string plain(sealed.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int length = 0;
  require(context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key),
                                        bytes(nonce)) == 1);
  require(EVP_DecryptUpdate(context.get(), nullptr, &length, bytes(purpose),
                            static_cast<int>(purpose.size())) == 1);
  require(EVP_DecryptUpdate(context.get(), bytes(plain), &length, bytes(sealed),
                            static_cast<int>(sealed.size())) == 1);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, bytes(tag)) == 1);
  if (EVP_DecryptFinal_ex(context.get(), bytes(plain) + plain.size(), &length) != 1) {
    wipe(plain);  // not authentic: nobody may look at it
    return std::nullopt;
  }
  return plain;
}

}  // namespace castor::crypto
