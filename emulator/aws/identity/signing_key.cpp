#include "aws/identity/signing_key.h"

#include "aws/identity/digest.h"
#include "base/hex.h"
#include "pki/jose.h"

namespace hoplab::aws {

SigningKey rsa_signing_key(std::shared_ptr<EVP_PKEY> key) {
  std::string kid = pki::base64url(sha256(pki::public_key_pem(key.get())));
  return {std::move(kid), std::move(key)};
}

SigningKey signing_key_with_uuid(std::shared_ptr<EVP_PKEY> key) {
  std::string kid = uuid_of(sha256(pki::public_key_pem(key.get())));
  return {std::move(kid), std::move(key)};
}

nlohmann::ordered_json json_web_key(const SigningKey& key) {
  const auto numbers = pki::rsa_public_key(key.key.get()).value_or(pki::RsaPublicKey());
  return {{"kty", "RSA"},
          {"use", "sig"},
          {"alg", "RS256"},
          {"kid", key.kid},
          {"n", pki::base64url(numbers.modulus)},
          {"e", pki::base64url(numbers.exponent)}};
}

}  // namespace hoplab::aws
