#include "aws/tls/client_certificate.h"

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "tls/security_policy.h"

namespace hoplab::aws {

pki::JudgeOptions judge_options(const model::Listener& listener) {
  const auto& mutual = listener.mutual_authentication;
  const auto* policy = tls::find_security_policy(listener.ssl_policy);
  return {.ignore_expiry = mutual.ignore_client_certificate_expiry,
          .refuse_outdated_crl = mutual.refuse_outdated_revocation_lists,
          .fips = policy && policy->fips,
          .rejected_subjects = mutual.rejected_subjects,
          .identity_filters = mutual.identity_filters};
}

bool ClientCertificatePolicy::stays(
    const model::Listener& next,
    const std::shared_ptr<const pki::TrustStore>& its_trust_store) const {
  return trust_store == its_trust_store && listener->ssl_policy == next.ssl_policy &&
         listener->mutual_authentication == next.mutual_authentication;
}

bool ClientCertificate::accept_client_certificate(X509* leaf, STACK_OF(X509) * presented,
                                                  tls::ProtocolVersion version) {
  // AWS logs the leaf's facts for refused certificates as well (alb.md 2.1).
  journal_.certificate_subject = pki::subject_text(leaf);
  journal_.certificate_serial = pki::serial_text(leaf);
  journal_.certificate_validity = pki::validity_text(leaf);
  return verifies() ? judge(leaf, presented, version) : take_unverified(leaf, presented);
}

bool ClientCertificate::verifies() const noexcept {
  return policy_.listener->mutual_authentication.mode == model::MutualAuthenticationMode::verify;
}

bool ClientCertificate::judge(X509* leaf, STACK_OF(X509) * presented,
                              tls::ProtocolVersion version) {
  const auto judgement = policy_.verdicts.judge(*policy_.trust_store, leaf, presented,
                                                epoch_seconds(clock_.calendar()), policy_.options);
  note(judgement);
  if (!judgement.ok()) {
    return refusal_stage(refusal(), version) != Stage::client_certificate;
  }
  taken(leaf, presented);
  return true;
}

bool ClientCertificate::take_unverified(X509* leaf, STACK_OF(X509) * presented) {
  // TLS itself wants a proof of the leaf's key, so that must be one that it can use.
  if (X509_get0_pubkey(leaf) == nullptr) {
    note(pki::judge_key(leaf));
    return false;
  }
  taken(leaf, presented);
  return true;
}

void ClientCertificate::note(const pki::Judgement& judgement) {
  const std::string_view known = journal_.verify_status;
  if (!known.empty() && known != pki::to_log_text(pki::VerifyStatus::success)) return;
  journal_.verify_status = pki::to_log_text(judgement.status);
  journal_.verify_reason = judgement.reason;
  status_ = judgement.status;
}

void ClientCertificate::note_failure(tls::HandshakeFailure failure) {
  using enum tls::HandshakeFailure;
  switch (failure) {
    case certificate_invalid: return note(pki::unreadable_message());
    case certificate_too_large: return note(pki::too_large_to_read());
    case key_not_proven: return note(pki::key_not_proven());
    default: break;
  }
  pki::Judgement unmapped;
  unmapped.status = pki::VerifyStatus::unmapped_connection_error;
  if (failure == certificate_missing) unmapped.reason = kNoCertificate;
  note(unmapped);
}

bool ClientCertificate::goes_on_without_key(tls::ProtocolVersion version) {
  return verifies() && refusal_stage(refusal(), version) != Stage::client_certificate;
}

bool ClientCertificate::refused_later() {
  if (!verifies() || status_ == pki::VerifyStatus::success) return false;
  if (journal_.verify_status.empty()) note_failure(tls::HandshakeFailure::certificate_missing);
  return true;
}

// The alerts of the TLS library that AWS's codes resemble (alb.md 1.7).
tls::RefusalAlert ClientCertificate::refusal_alert() {
  using enum pki::VerifyStatus;
  if (refusal().end != model::Refusal::End::alert) return tls::RefusalAlert::none;
  switch (status_) {
    case client_cert_expired:
    case client_cert_not_yet_valid: return tls::RefusalAlert::certificate_expired;
    case client_cert_crl_hit: return tls::RefusalAlert::certificate_revoked;
    case client_cert_type_unsupported: return tls::RefusalAlert::unsupported_certificate;
    case client_cert_max_chain_depth_exceeded:
    case client_cert_max_size_exceeded:
    case client_cert_invalid: return tls::RefusalAlert::bad_certificate;
    default: return tls::RefusalAlert::certificate_unknown;
  }
}

}  // namespace hoplab::aws
