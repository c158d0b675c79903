// What JSON Web Tokens and keys are made of: base64url, RS256 and ES256, and the numbers of an RSA
// key (RFC 7515, 7517, 7518). Texts are what is signed; signatures are raw bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// RFC 4648 section 5, without padding.
std::string base64url(std::string_view bytes);
/// Nothing: it is not base64url. Padding may be there.
std::optional<std::string> from_base64url(std::string_view text);

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 3.3).
Result<std::string> sign_rs256(EVP_PKEY* key, std::string_view input);
bool verify_rs256(EVP_PKEY* key, std::string_view input, std::string_view signature);

/// ECDSA with P-256 and SHA-256: r and s, 32 bytes each (RFC 7518 3.4).
Result<std::string> sign_es256(EVP_PKEY* key, std::string_view input);

/// Big-endian, without leading zeros.
struct RsaPublicKey {
  std::string modulus, exponent;
};
/// Nothing: it is no RSA key.
std::optional<RsaPublicKey> rsa_public_key(const EVP_PKEY* key);
/// Null: the numbers are none of an RSA key.
std::shared_ptr<EVP_PKEY> rsa_key(const RsaPublicKey& numbers);

/// SubjectPublicKeyInfo; empty if OpenSSL cannot encode it.
std::string public_key_pem(const EVP_PKEY* key);

}  // namespace hoplab::pki
