#include "aws/iam/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/hex.h"

namespace hoplab::aws {

namespace {

const unsigned char* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sha256Digest sha256_digest(std::string_view text) {
  Sha256Digest digest{};
  SHA256(bytes(text), text.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view text) {
  Sha256Digest digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(text), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &size);
  return digest;
}

std::string hex_text(const Sha256Digest& digest) {
  std::string text(2 * digest.size(), '0');
  char* at = text.data();
  for (const char byte : digest) at = put_hex(at, static_cast<unsigned char>(byte), 2);
  return text;
}

}  // namespace hoplab::aws
