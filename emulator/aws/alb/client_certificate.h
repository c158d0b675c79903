// The ALB's side of a client certificate: the verdict of verify mode, possession only in
// passthrough, what the connection log says of it, and the headers that targets will see.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "aws/alb/mtls_headers.h"
#include "base/journal.h"
#include "model/topology.h"
#include "pki/verdict_cache.h"
#include "tls/context.h"
#include "tls/tls_stream.h"

namespace hoplab::aws {

/// How a verify-mode listener judges. Refers to `listener`, which outlives it.
pki::JudgeOptions judge_options(const model::Listener& listener);

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

/// What a listener's connections in one loop share: its trust store, and verdicts remembered.
struct ClientCertificatePolicy {
  ClientCertificatePolicy(std::shared_ptr<const model::Listener> its_listener,
                          std::shared_ptr<const pki::TrustStore> its_trust_store)
      : listener(std::move(its_listener)),
        trust_store(std::move(its_trust_store)),
        options(judge_options(*listener)),
        headers(listener) {}

  const std::shared_ptr<const model::Listener> listener;
  const std::shared_ptr<const pki::TrustStore> trust_store;  // verify mode
  const pki::JudgeOptions options;
  pki::VerdictCache verdicts;
  VerifyHeaders headers;
};

/// The stage at which a refused client's connection ends.
inline Stage refusal_stage(const model::Refusal& refusal, tls::ProtocolVersion version) {
  return version == tls::ProtocolVersion::tls13 ? refusal.tls13 : refusal.tls12;
}

/// What verify mode says of a client that shows no certificate.
inline constexpr std::string_view kNoCertificate =
    "the client presented no certificate; give it one (curl --cert, --key)";

/// One handshake. Writes the journal's certificate fields.
class ClientCertificate final : public tls::HandshakeObserver {
 public:
  /// All outlive this.
  ClientCertificate(ClientCertificatePolicy& policy, Journal& journal, const Clock& clock)
      : policy_(policy), journal_(journal), clock_(clock) {}

  void reached(Stage stage) override { journal_.reached(stage); }
  bool accept_client_certificate(X509* leaf, STACK_OF(X509) * presented,
                                 tls::ProtocolVersion version) override;
  tls::RefusalAlert refusal_alert() override;
  bool goes_on_without_key(tls::ProtocolVersion version) override;
  void key_not_proven() override { note(pki::key_not_proven()); }

  /// What the connection log says when the handshake failed, and when no verdict was reached
  /// before.
  void note_failure(tls::HandshakeFailure failure);
  /// When the handshake is over, in verify mode: true when the client still has to be refused,
  /// because the listener is set to do it later.
  [[nodiscard]] bool refused_later();

  /// The headers for targets; null when there are none to set.
  [[nodiscard]] const MtlsHeaders* headers() const noexcept { return headers_.get(); }

 private:
  [[nodiscard]] bool verifies() const noexcept;
  bool judge(X509* leaf, STACK_OF(X509) * presented, tls::ProtocolVersion version);
  bool take_unverified(X509* leaf, STACK_OF(X509) * presented);
  /// A verdict on the client; an earlier one against it stays.
  void note(const pki::Judgement& judgement);

  ClientCertificatePolicy& policy_;
  Journal& journal_;
  const Clock& clock_;
  std::shared_ptr<const MtlsHeaders> headers_;
  pki::VerifyStatus status_ = pki::VerifyStatus::unmapped_connection_error;  // nothing shown yet
};

}  // namespace hoplab::aws
