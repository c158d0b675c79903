// Certificate signing requests (PKCS #10, RFC 2986): what a certificate authority is asked with.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/mint.h"
#include "pki/openssl_ptr.h"

namespace hoplab::pki {

struct SigningRequest {
  std::string subject;  // RFC 2253
  std::vector<std::string> dns_names, uris, ip_addresses;
  std::shared_ptr<EVP_PKEY> key;  // the public one
};

/// In PEM. `subject` is RFC 2253 text, `key` the private key.
Result<std::string> make_signing_request(const std::string& subject, EVP_PKEY* key,
                                         SignatureDigest digest);

/// Of PEM or DER. A request that its own key has not signed is an error.
Result<SigningRequest> read_signing_request(std::string_view text);

/// PKCS#8 in PEM, without a password.
Result<std::shared_ptr<EVP_PKEY>> private_key_of_pem(std::string_view pem);

/// "CN=a\, b": one part of a name, with what RFC 2253 escapes.
std::string name_part(std::string_view type, std::string_view value);

}  // namespace hoplab::pki
