// Client certificates that no server has seen before.
#pragma once

#include <string>

#include "load/tls_setup.h"

namespace hoplab::bench {

// Signs the context's certificate again and again, each time with another serial number. Its key
// stays, since the certificate differs all the same and another key would cost only the client.
class CertificateMint {
 public:
  // `issuer_key`: PEM. When it cannot be read, `error` says so.
  CertificateMint(SSL_CTX* context, const std::string& issuer_key, std::string& error);

  // Null when OpenSSL could not make it.
  Owned<X509> next() const;

 private:
  Owned<X509> model_;
  Owned<EVP_PKEY> key_;
};

}  // namespace hoplab::bench
