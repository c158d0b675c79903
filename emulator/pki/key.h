// Key pairs under the names that AWS Certificate Manager uses, and their PKCS#8 form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// RSA_2048 .. EC_secp521r1 are ACM's names. RSA_1024 and Ed25519 exist to mint certificates of a
/// type that an Application Load Balancer does not support.
enum class KeyAlgorithm : std::uint8_t {
  rsa_1024,
  rsa_2048,
  rsa_3072,
  rsa_4096,
  ec_prime256v1,
  ec_secp384r1,
  ec_secp521r1,
  ed25519,
};

std::string_view to_text(KeyAlgorithm algorithm);
std::optional<KeyAlgorithm> key_algorithm_from_text(std::string_view name);

/// Every accepted name, for diagnostics: "RSA_1024, RSA_2048, ...".
std::string key_algorithm_names();

Result<KeyPtr> generate_key(KeyAlgorithm algorithm);

/// DER of the key's PrivateKeyInfo (RFC 5208); empty if OpenSSL cannot encode it.
std::string pkcs8_der(const EVP_PKEY* key);

/// Puts the public half of `key` into a certificate that is being built. The certificate is good
/// for signing and encoding; X509_get0_pubkey works only on a copy that was decoded again.
bool set_public_key(X509* certificate, EVP_PKEY* key);

}  // namespace hoplab::pki
