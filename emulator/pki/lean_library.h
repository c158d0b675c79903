// An OpenSSL library context in which decoding a certificate's public key is quick.
//
// OpenSSL 3.0 decodes the key while it parses a certificate, and puts a chain together for it each
// time from all decoders and key types of the context: nearly half of a mutual-TLS handshake. This
// context holds the default provider's algorithms, but of decoders only those for the public keys
// that an ALB knows, and of key types and ciphers only what its TLS needs. OpenSSL 3.2 has a cache
// for it.
#pragma once

#include <openssl/types.h>

namespace hoplab::pki {

/// One for the process, made at the first call; thread-safe. Null (OpenSSL's default context, which
/// works as well) when it cannot be made. Keys of other types than RSA and EC stay undecoded in it.
OSSL_LIB_CTX* lean_library();

}  // namespace hoplab::pki
