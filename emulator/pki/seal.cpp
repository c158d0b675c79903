#include "pki/seal.h"

#include <openssl/evp.h>

#include <cassert>
#include <cstring>
#include <memory>

namespace hoplab::pki {

namespace {

constexpr std::size_t kNonce = 12, kTag = 16;

struct FreeCipherContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext>;

unsigned char* bytes_of(std::string& text, std::size_t at) {
  return reinterpret_cast<unsigned char*>(text.data()) + at;
}

const unsigned char* bytes_of(std::string_view text, std::size_t at) {
  return reinterpret_cast<const unsigned char*>(text.data()) + at;
}

}  // namespace

Seal::Seal(std::string_view secret) {
  unsigned size = 0;
  EVP_Digest(secret.data(), secret.size(), key_.data(), &size, EVP_sha256(), nullptr);
}

std::string Seal::seal(std::string_view content, Rng& rng) const {
  std::string sealed(kNonce + content.size() + kTag, '\0');
  const std::uint64_t nonce[] = {rng.next(), rng.next()};
  std::memcpy(sealed.data(), nonce, kNonce);
  const CipherContext context(EVP_CIPHER_CTX_new());
  int size = 0, rest = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                         bytes_of(sealed, 0)) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(sealed, kNonce), &size, bytes_of(content, 0),
                        static_cast<int>(content.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(sealed, kNonce + content.size()), &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTag,
                          bytes_of(sealed, kNonce + content.size())) == 1;
  assert(done);
  static_cast<void>(done);
  return sealed;
}

std::optional<std::string> Seal::open(std::string_view sealed) const {
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  std::string bytes(sealed);
  const std::size_t length = bytes.size() - kNonce - kTag;
  std::string content(length, '\0');
  const CipherContext context(EVP_CIPHER_CTX_new());
  int size = 0, rest = 0;
  const bool good = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                                       bytes_of(bytes, 0)) == 1 &&
                    EVP_DecryptUpdate(context.get(), bytes_of(content, 0), &size,
                                      bytes_of(bytes, kNonce), static_cast<int>(length)) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag,
                                        bytes_of(bytes, kNonce + length)) == 1 &&
                    EVP_DecryptFinal_ex(context.get(), bytes_of(content, length), &rest) == 1;
  if (!good) return std::nullopt;
  return content;
}

}  // namespace hoplab::pki
