// Client certificates that no server has seen before.
#pragma once

#include <string>

#include "load/tls_setup.h"

namespace hoplab::bench {

// Signs the context's certificate again and again, each time with another key of the same kind and
// another serial number.
class CertificateMint {
 public:
  struct Client {
    Owned<X509> certificate;
    Owned<EVP_PKEY> key;
  };
  // `issuer_key`: PEM. When it cannot be read, `error` says so.
  CertificateMint(SSL_CTX* context, const std::string& issuer_key, std::string& error);

  // Without a certificate when OpenSSL could not make it.
  Client next() const;

 private:
  Owned<X509> model_;
  Owned<EVP_PKEY> issuer_key_;
  Owned<EVP_PKEY_CTX> key_kind_;
};

}  // namespace hoplab::bench
