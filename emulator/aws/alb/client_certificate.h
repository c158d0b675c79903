// What an ALB makes of a client certificate that it takes: the headers that targets will see.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "aws/alb/mtls_headers.h"
#include "aws/tls/client_certificate.h"

namespace hoplab::aws {

/// The headers of verify mode for clients that are connected now: connections of one certificate
/// share one text of a kilobyte or two.
class VerifyHeaders {
 public:
  explicit VerifyHeaders(std::shared_ptr<const model::Listener> listener)
      : listener_(std::move(listener)) {}

  std::shared_ptr<const MtlsHeaders> of(X509* leaf);

 private:
  std::shared_ptr<const model::Listener> listener_;
  std::unordered_map<std::string, std::weak_ptr<const MtlsHeaders>>
      by_digest_;  // SHA-256 of the DER
};

struct AlbCertificatePolicy : ClientCertificatePolicy {
  AlbCertificatePolicy(std::shared_ptr<const model::Listener> its_listener,
                       std::shared_ptr<const pki::TrustStore> its_trust_store)
      : ClientCertificatePolicy(std::move(its_listener), std::move(its_trust_store)),
        headers(listener) {}

  VerifyHeaders headers;
};

class AlbClientCertificate final : public ClientCertificate {
 public:
  /// All outlive this.
  AlbClientCertificate(AlbCertificatePolicy& policy, Journal& journal, const Clock& clock)
      : ClientCertificate(policy, journal, clock), policy_(policy) {}

  /// The headers for targets; null when there are none to set.
  [[nodiscard]] const MtlsHeaders* headers() const noexcept { return headers_.get(); }

 private:
  void taken(X509* leaf, STACK_OF(X509) * presented) override;

  AlbCertificatePolicy& policy_;
  std::shared_ptr<const MtlsHeaders> headers_;
};

}  // namespace hoplab::aws
