// A load balancer's side of a client certificate: the verdict of verify mode, possession only in
// passthrough, and what the journal says of it.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/mutual-authentication.html
#pragma once

#include <memory>
#include <string_view>

#include "base/journal.h"
#include "model/topology.h"
#include "pki/verdict_cache.h"
#include "tls/context.h"
#include "tls/tls_stream.h"

namespace hoplab::aws {

/// How a verify-mode listener judges.
pki::JudgeOptions judge_options(const model::Listener& listener);

/// What a listener's connections in one loop share: its trust store, and verdicts remembered.
struct ClientCertificatePolicy {
  ClientCertificatePolicy(std::shared_ptr<const model::Listener> its_listener,
                          std::shared_ptr<const pki::TrustStore> its_trust_store)
      : listener(std::move(its_listener)),
        trust_store(std::move(its_trust_store)),
        options(judge_options(*listener)) {}

  /// Whether it is right for the listener as it is next: then verdicts that are remembered stay
  /// good, since nothing changes that they rest on.
  [[nodiscard]] bool stays(const model::Listener& next,
                           const std::shared_ptr<const pki::TrustStore>& its_trust_store) const;

  const std::shared_ptr<const model::Listener> listener;
  const std::shared_ptr<const pki::TrustStore> trust_store;  // verify mode
  const pki::JudgeOptions options;
  pki::VerdictCache verdicts;
};

/// The stage at which a refused client's connection ends.
inline Stage refusal_stage(const model::Refusal& refusal, tls::ProtocolVersion version) {
  return version == tls::ProtocolVersion::tls13 ? refusal.tls13 : refusal.tls12;
}

/// What verify mode says of a client that shows no certificate.
inline constexpr std::string_view kNoCertificate =
    "the client presented no certificate; give it one (curl --cert, --key)";

/// One handshake. Writes the journal's certificate fields.
class ClientCertificate : public tls::HandshakeObserver {
 public:
  /// All outlive this.
  ClientCertificate(ClientCertificatePolicy& policy, Journal& journal, const Clock& clock)
      : policy_(policy), journal_(journal), clock_(clock) {}

  void reached(Stage stage) override { journal_.reached(stage); }
  bool accept_client_certificate(X509* leaf, STACK_OF(X509) * presented,
                                 tls::ProtocolVersion version) final;
  tls::RefusalAlert refusal_alert() final;
  bool goes_on_without_key(tls::ProtocolVersion version) final;
  void key_not_proven() final { note(pki::key_not_proven()); }

  /// What is said of the client when the handshake failed, and when no verdict was reached before.
  void note_failure(tls::HandshakeFailure failure);
  /// When the handshake is over, in verify mode: true when the client still has to be refused,
  /// because the listener is set to do it later.
  [[nodiscard]] bool refused_later();
  /// How it is told then, or in the handshake.
  [[nodiscard]] const model::Refusal& refusal() const noexcept {
    return policy_.listener->mutual_authentication.refusal;
  }

 protected:
  [[nodiscard]] bool verifies() const noexcept;

 private:
  /// The certificate is good, or taken unverified.
  virtual void taken(X509* /*leaf*/, STACK_OF(X509) * /*presented*/) {}
  bool judge(X509* leaf, STACK_OF(X509) * presented, tls::ProtocolVersion version);
  bool take_unverified(X509* leaf, STACK_OF(X509) * presented);
  /// A verdict on the client; an earlier one against it stays.
  void note(const pki::Judgement& judgement);

  ClientCertificatePolicy& policy_;
  Journal& journal_;
  const Clock& clock_;
  pki::VerifyStatus status_ = pki::VerifyStatus::unmapped_connection_error;  // nothing shown yet
};

}  // namespace hoplab::aws
