// An OpenSSL library context in which decoding a certificate's public key is quick.
//
// OpenSSL 3.0 decodes the key while it parses a certificate, and puts a chain together for it each
// time from all decoders and key types of the context: nearly half of a mutual-TLS handshake. This
// context holds of the default provider's algorithms only what an ALB's TLS and the certificates
// that it takes need, and an EC key that was decoded before is shared. OpenSSL 3.2 has a cache for
// its decoders.
#pragma once

#include <openssl/types.h>

namespace hoplab::pki {

/// One for the process, made at the first call; thread-safe. Null (OpenSSL's default context, which
/// works as well) when it cannot be made. Keys of other types than RSA and EC stay undecoded in it.
OSSL_LIB_CTX* lean_library();

/// Where a key is: a signature that is made or checked elsewhere makes it anew there. Null: in
/// OpenSSL's default context.
OSSL_LIB_CTX* library_of(const EVP_PKEY* key);

}  // namespace hoplab::pki
