// The keys that signatures are checked with, derived from secret access keys and remembered: the
// derivation of Signature Version 4 (IAM: "Create a signed AWS API request") and of 4A.
//
// Belongs to one loop; not thread-safe. What is remembered is bounded.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "aws/iam/hmac.h"
#include "base/hash.h"
#include "pki/openssl_ptr.h"

namespace hoplab::aws {

/// What it derives a key from.
struct SigningScope {
  std::string_view secret_access_key;
  std::string_view date, region, service;
};

class SigningKeys {
 public:
  static constexpr std::size_t kMost = 1024;

  [[nodiscard]] const Sha256Digest& hmac_key(const SigningScope& scope);
  /// The public half, by which signatures are verified. Null: OpenSSL does not make it.
  [[nodiscard]] EVP_PKEY* ecdsa_key(std::string_view access_key_id,
                                    std::string_view secret_access_key);

  [[nodiscard]] std::size_t size() const noexcept { return hmac_keys_.size() + ecdsa_keys_.size(); }

 private:
  struct TextHash {
    std::size_t operator()(const std::string& text) const noexcept { return fnv1a(text); }
  };
  template <class Key>
  using BySource = std::unordered_map<std::string, Key, TextHash>;

  BySource<Sha256Digest> hmac_keys_;
  BySource<pki::KeyPtr> ecdsa_keys_;
  std::string source_;  // memory for the key that is being looked up
};

/// The private key of 4A, 32 bytes, big-endian: numbers from a key derivation function in counter
/// mode (NIST SP 800-108) until one is below the curve's order. Empty: none of 254 was.
[[nodiscard]] std::string derive_ecdsa_secret(std::string_view access_key_id,
                                              std::string_view secret_access_key);

/// ECDSA over P-256 with SHA-256; `signature` is DER.
[[nodiscard]] bool verify_ecdsa(EVP_PKEY* key, std::string_view text, std::string_view signature);

}  // namespace hoplab::aws
