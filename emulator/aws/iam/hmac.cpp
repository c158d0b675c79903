#include "aws/iam/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "base/hex.h"
#include "pki/openssl_ptr.h"

namespace hoplab::aws {

namespace {

unsigned char* bytes(Sha256Digest& digest) noexcept {
  return reinterpret_cast<unsigned char*>(digest.data());
}
const unsigned char* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

using DigestPtr = std::unique_ptr<EVP_MD, pki::Free<EVP_MD_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, pki::Free<EVP_MD_CTX_free>>;
using MacPtr = std::unique_ptr<EVP_MAC, pki::Free<EVP_MAC_free>>;
using MacContextPtr = std::unique_ptr<EVP_MAC_CTX, pki::Free<EVP_MAC_CTX_free>>;

// Each thread looks its algorithms up once: OpenSSL's calls that do all at once look for them each
// time, which takes longer than what they do for a short text.

EVP_MD_CTX* digest_context() {
  thread_local const DigestPtr algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  thread_local const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), algorithm.get(), nullptr);
  return context.get();
}

MacContextPtr new_mac_context() {
  const MacPtr algorithm(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  MacContextPtr context(EVP_MAC_CTX_new(algorithm.get()));
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  EVP_MAC_CTX_set_params(context.get(), parameters);
  return context;
}

}  // namespace

Sha256Digest sha256_digest(std::string_view text) {
  Sha256Digest digest{};
  EVP_MD_CTX* const context = digest_context();
  EVP_DigestUpdate(context, text.data(), text.size());
  EVP_DigestFinal_ex(context, bytes(digest), nullptr);
  return digest;
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view text) {
  thread_local const MacContextPtr context = new_mac_context();
  Sha256Digest digest{};
  std::size_t size = 0;
  EVP_MAC_init(context.get(), bytes(key), key.size(), nullptr);
  EVP_MAC_update(context.get(), bytes(text), text.size());
  EVP_MAC_final(context.get(), bytes(digest), &size, digest.size());
  return digest;
}

std::string hex_text(const Sha256Digest& digest) {
  std::string text(2 * digest.size(), '0');
  char* at = text.data();
  for (const char byte : digest) at = put_hex(at, static_cast<unsigned char>(byte), 2);
  return text;
}

}  // namespace hoplab::aws
