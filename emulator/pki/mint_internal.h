// What the minting files share; nothing outside pki/ includes it.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "pki/mint.h"

namespace hoplab::pki {

struct Identity::State {
  KeyPtr key;
  std::string der;
  CertificatePtr built;  // as minted: names and extensions, but no decoded public key
  bool self_signed = false;
  std::vector<Identity> above;  // intermediates, nearest first

  mutable std::once_flag decode_once;
  mutable CertificatePtr decoded;
};

const EVP_MD* digest_of(SignatureDigest digest);

/// Signing with `key`: the digest to pass on (null for Ed25519), or why not.
Result<const EVP_MD*> signing_digest(const EVP_PKEY* key, SignatureDigest digest);

/// Null when OpenSSL cannot; `parameters`, of the key, belong to the context.
std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> begin_signature(EVP_PKEY* key,
                                                                   const EVP_MD* digest,
                                                                   EVP_PKEY_CTX** parameters);

Result<IntegerPtr> parse_serial(std::string_view hex);
Result<TimePtr> make_time(std::int64_t seconds, std::string_view field);

/// Adds every extension that the request asks for, and the key identifiers. `issuer` is the
/// certificate itself when it signs itself. The public key must be set already.
Result<void> add_extensions(X509* certificate, const CertificateRequest& request,
                            const X509* issuer);

/// The authorityKeyIdentifier that points at `issuer`'s subjectKeyIdentifier; null if it has none.
std::unique_ptr<AUTHORITY_KEYID, Free<AUTHORITY_KEYID_free>> authority_key_id(const X509* issuer);

}  // namespace hoplab::pki
