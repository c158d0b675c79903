// Which of a listener's certificates a client gets.
//
// AWS, "SNI and certificate selection": without SNI, or when no certificate of the list has the
// name, the default one. Of several that have it, the best that the client can use: ECDSA before
// RSA, not expired before expired, then the stronger hash, the longer key, the longer validity. The
// default is in the list only where it was added to it, as the console does.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
#pragma once

#include <cstdint>
#include <memory>
#include <span>

struct ssl_ctx_st;
struct ssl_st;

namespace hoplab::tls {

/// A listener's certificate in the context that serves it, and what the choice looks at.
struct ServerCertificate {
  /// From the certificate that `its_context` holds.
  explicit ServerCertificate(std::shared_ptr<ssl_ctx_st> its_context);

  std::shared_ptr<ssl_ctx_st> context;
  bool ecdsa = false;
  int curve = 0;  // OpenSSL's NID, of an EC key
  int key_bits = 0;
  int hash_bits = 0;                           // of its signature; MD5 counts as 0
  std::int64_t not_before = 0, not_after = 0;  // seconds since the Unix epoch
};

/// Called while `ssl`, a server's, reads the ClientHello; `now` in seconds since the Unix epoch.
/// Null: the one that is set already, the default.
const ServerCertificate* choose_certificate(ssl_st* ssl, std::span<const ServerCertificate> list,
                                            std::int64_t now);

}  // namespace hoplab::tls
