// TrustStore: what a verify-mode listener trusts, as an immutable snapshot.
//
// Rules: AWS, "Mutual authentication with TLS in Application Load Balancer" (bundle and CRL rules)
// and "Quotas for your Application Load Balancers". A change of the bundle or of its revocation
// lists builds a new snapshot with the next generation; connections that use the old one go on.
// A snapshot may be shared by threads without locks.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/openssl_ptr.h"
#include "pki/revocation_index.h"

namespace hoplab::pki {

struct RevocationContent {
  std::int64_t revocation_id = 0;  // AWS counts from 1
  std::string crl_pem;             // one CRL
};

/// Quotas; the first four are adjustable on AWS, so they are here.
struct TrustStoreLimits {
  std::size_t ca_certificates = 25;
  std::size_t subject_bytes = 10'000;  // sum over the bundle of the encoded subjects
  std::size_t revocation_lists = 30;
  std::size_t revoked_entries = 500'000;
  std::size_t ca_certificate_bytes = 16 * 1024;  // DER
  std::size_t crl_bytes = 50 * 1024 * 1024;      // the file
};

struct TrustStoreContents {
  std::string ca_bundle_pem;
  std::vector<RevocationContent> revocations = {};
  std::uint64_t generation = 0;
  TrustStoreLimits limits = {};

  /// Adds PEM text to the bundle, on lines of its own.
  void add_anchors(std::string_view pem);
  /// Adds a list under the next revocation id.
  void add_list(std::string crl_pem);
};

/// SHA-256 over all of it but the limits.
std::array<unsigned char, 32> fingerprint_of(const TrustStoreContents& contents);

/// A time span, seconds since the Unix epoch; `until` itself is outside.
struct TimeSpan {
  std::int64_t from = 0;
  std::int64_t until = 0;
};

struct RevocationSummary {
  std::int64_t revocation_id = 0;
  std::size_t entries = 0;  // as the list has them, negative serials included
  std::string issuer;       // RFC 2253
};

class TrustStore {
 public:
  /// Errors begin with AWS's name: InvalidCaCertificatesBundle, InvalidRevocationContent,
  /// TooManyTrustStoreRevocationEntries.
  static Result<std::shared_ptr<const TrustStore>> build(const TrustStoreContents& contents);

  std::size_t ca_count() const;
  std::size_t total_revoked_entries() const;
  std::uint64_t generation() const { return generation_; }
  const std::vector<RevocationSummary>& revocations() const { return summaries_; }

  /// Distinct subjects of the CAs in bundle order, for a CertificateRequest. Owned by the store.
  const STACK_OF(X509_NAME) * ca_names() const { return names_.get(); }

  /// The CAs in bundle order. Owned by the store.
  const STACK_OF(X509) * cas() const { return cas_.get(); }

  /// fingerprint_of() what the snapshot was built from, generation included: two snapshots are
  /// told apart even if somebody gave both one number.
  const std::array<unsigned char, 32>& fingerprint() const { return fingerprint_; }

  /// Whether a list of `issuer` names the certificate. An issuer without a list revokes nothing;
  /// a negative serial is never revoked (AWS: "cannot be revoked").
  bool is_revoked(const X509* certificate, const X509* issuer) const;

  /// The CA of the store that signed `ca`, which is one of the store's too; null for a root and
  /// where the issuer is not here. OpenSSL's path may end at an intermediate of the bundle; by this
  /// the lists of the CAs above it count as well.
  const X509* issuer_of(const X509* ca) const;

  /// Whether `issuer` has any list here.
  bool has_revocation_list(const X509* issuer) const;

  /// The span (thisUpdate, nextUpdate) of the issuer's list that covers `now` and lasts longest;
  /// nothing if none covers it.
  std::optional<TimeSpan> current_list_span(const X509* issuer, std::int64_t now) const;

 private:
  friend class TrustStoreBuilder;
  TrustStore() = default;

  // A CA with at least one list. Known by name and key: a CA may have been renewed, and the new
  // certificate's clients are under the same lists.
  struct Authority {
    const X509* ca = nullptr;
    std::vector<TimeSpan> lists;
  };
  std::optional<std::uint32_t> authority_of(const X509* issuer) const;

  CertificateStackPtr cas_;
  NameStackPtr names_;
  std::vector<const X509*> issuers_;  // of each CA in cas_, or null
  std::vector<Authority> authorities_;
  RevocationIndex revoked_;
  std::vector<RevocationSummary> summaries_;
  std::uint64_t generation_ = 0;
  std::array<unsigned char, 32> fingerprint_{};
};

}  // namespace hoplab::pki
