// Minting: certificate authorities, certificates, revocation lists, and their files.
//
// Times are seconds since the Unix epoch and always given; nothing here reads a clock. Keys and
// default serials are random. Errors are sentences that name the field and the value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pki/key.h"
#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// The hash under a signature. Ed25519 issuers have no choice and refuse all but sha256 (default).
enum class SignatureDigest : std::uint8_t { sha256, sha384, sha512, sha1 };

struct CertificateRequest {
  std::string subject;                    // RFC 2253: "CN=client,O=Example"; may be empty
  std::vector<std::string> dns_names;     // subject alternative names
  std::vector<std::string> uris;          // the same: "spiffe://example.com/orders"
  std::vector<std::string> ip_addresses;  // the same, IPv4 or IPv6
  KeyAlgorithm key = KeyAlgorithm::ec_prime256v1;
  std::int64_t not_before = 0;
  std::int64_t not_after = 0;
  bool is_ca = false;
  std::optional<int> path_length;  // only with is_ca
  /// "clientAuth", "serverAuth", ..., or dotted numbers; empty: no such extension.
  std::vector<std::string> extended_key_usage;
  /// "digitalSignature", "keyCertSign", ...; empty: no such extension; not given: what fits
  /// (a CA signs certificates and CRLs; others sign, and with RSA also encipher keys).
  std::optional<std::vector<std::string>> key_usage;
  /// Hex, at most 20 bytes, kept as given (high bit allowed; '-' in front makes it negative).
  /// Not given: 16 random bytes, positive.
  std::optional<std::string> serial;
  SignatureDigest digest = SignatureDigest::sha256;
  bool rsa_pss = false;  // RSASSA-PSS instead of PKCS#1; only when an RSA key signs
  int version = 3;       // 1 makes an X.509v1 certificate, which has no extensions
};

/// A certificate with its private key and the intermediates above it. Cheap to copy (shared,
/// immutable); may be used from several threads.
class Identity {
 public:
  /// Leaf only.
  std::string cert_pem() const;
  /// Leaf, then the intermediates; the root is left out, as a TLS peer would.
  std::string chain_pem() const;
  /// PKCS#8, not encrypted.
  std::string key_pem() const;
  /// Key, leaf and intermediates. AES-256 with one iteration: the same key lies beside the file in
  /// PEM, so iterations would protect nothing and cost start-up time.
  Result<std::string> pkcs12(const std::string& password, const std::string& friendly_name) const;

  /// Owned by the identity. Decoded at the first call.
  X509* x509() const;
  EVP_PKEY* private_key() const;
  /// The same, for who outlives the identity.
  std::shared_ptr<EVP_PKEY> shared_private_key() const;
  /// Intermediates above the leaf, nearest first, without the root. Owned by the identity.
  std::vector<X509*> intermediates() const;

  std::string subject() const;  // RFC 2253
  std::string serial() const;   // upper-case hex
  bool is_ca() const;

  struct State;
  explicit Identity(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  const State& state() const { return *state_; }

 private:
  std::shared_ptr<const State> state_;
};

Result<Identity> self_sign(const CertificateRequest& request);

/// The issuer must be a CA. Nothing else about it is checked (its own validity or path length may
/// be wrong on purpose).
Result<Identity> issue(const CertificateRequest& request, const Identity& issuer);

/// The same for a key that somebody has, in the place of request.key; of issue() the public one is
/// enough, and the identity then has no other.
Result<Identity> self_sign(const CertificateRequest& request, EVP_PKEY* key);
Result<Identity> issue(const CertificateRequest& request, const Identity& issuer, EVP_PKEY* key);

struct RevokedCertificate {
  std::string serial;  // hex, as in CertificateRequest
  std::int64_t revoked_at = 0;
};

struct CrlRequest {
  std::vector<RevokedCertificate> revoked;
  std::int64_t this_update = 0;
  std::optional<std::int64_t> next_update;
  std::int64_t crl_number = 1;
  SignatureDigest digest = SignatureDigest::sha256;
};

/// A version 2 CRL in PEM.
Result<std::string> make_crl(const Identity& issuer, const CrlRequest& request);

}  // namespace hoplab::pki
