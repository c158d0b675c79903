// A client certificate whose RSA key has the exponent 3, which FIPS 186-5 does not allow.
#pragma once

#include <string>

#include "support/openssl_certificate.h"

namespace hoplab::testing {

struct PemPair {
  std::string certificate, key;
};

/// With the subject CN=exponent-3 and the CA's own validity.
inline PemPair client_with_small_exponent(const pki::Identity& ca) {
  const pki::KeyPtr key = rsa_key(2048, "3");
  return {pem_of(certificate_of(key.get(), ca, "exponent-3").get()), pem_of(key.get())};
}

}  // namespace hoplab::testing
