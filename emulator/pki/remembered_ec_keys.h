// A decoder of EC public keys that decodes each key once.
//
// OpenSSL sets a curve up anew for each key that it reads, 7 % of a mutual-TLS handshake for the
// two of an ordinary chain. Here the key comes back with one more reference. What bytes decode to
// never changes, so nothing is ever wrong about what is remembered.
#pragma once

#include <openssl/core.h>
#include <openssl/core_dispatch.h>

namespace hoplab::pki {

/// Functions for an OSSL_ALGORITHM of OSSL_OP_DECODER with
/// "input=der,structure=SubjectPublicKeyInfo" in a provider whose EC key management is that of
/// OpenSSL's default provider: as there, the object handed over is an EC_KEY. `core`: what the
/// provider was given at its start. Thread-safe.
const OSSL_DISPATCH* remembered_ec_keys(const OSSL_DISPATCH* core);

}  // namespace hoplab::pki
