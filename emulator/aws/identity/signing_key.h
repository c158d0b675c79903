// A key pair that signs tokens, and how it is published.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace hoplab::aws {

struct SigningKey {
  std::string kid;  // what tokens name it by
  std::shared_ptr<EVP_PKEY> key;
};

/// An RSA key, whose id is derived from it: the same key has the same one.
SigningKey rsa_signing_key(std::shared_ptr<EVP_PKEY> key);
/// A key whose id is a UUID, likewise.
SigningKey signing_key_with_uuid(std::shared_ptr<EVP_PKEY> key);

/// The public half of an RSA key, for RS256 (RFC 7517).
nlohmann::ordered_json json_web_key(const SigningKey& key);

}  // namespace hoplab::aws
