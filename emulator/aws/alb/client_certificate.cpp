#include "aws/alb/client_certificate.h"

#include <openssl/evp.h>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "tls/security_policy.h"

namespace hoplab::aws {

namespace {

pki::PemUrlEncoding encoding_of(const model::Listener& listener) {
  return {.encode_equals = listener.mutual_authentication.encode_equals_sign};
}

}  // namespace

pki::JudgeOptions judge_options(const model::Listener& listener) {
  const auto& mutual = listener.mutual_authentication;
  const auto* policy = tls::find_security_policy(listener.ssl_policy);
  return {.ignore_expiry = mutual.ignore_client_certificate_expiry,
          .refuse_outdated_crl = mutual.refuse_outdated_revocation_lists,
          .fips = policy && policy->fips,
          .rejected_subjects = mutual.rejected_subjects};
}

std::shared_ptr<const MtlsHeaders> VerifyHeaders::of(X509* leaf) {
  const auto make = [this, leaf] {
    return std::make_shared<const MtlsHeaders>(
        verify_headers(leaf, listener_->attributes.request_header_names, encoding_of(*listener_)));
  };
  constexpr std::size_t kSweepAbove = 1024;
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  auto* bytes = reinterpret_cast<unsigned char*>(digest.data());
  if (X509_digest(leaf, EVP_sha256(), bytes, &size) != 1) {
    return make();
  }
  digest.resize(size);
  if (by_digest_.size() > kSweepAbove) {
    std::erase_if(by_digest_, [](const auto& entry) { return entry.second.expired(); });
  }
  auto& kept = by_digest_[digest];
  auto headers = kept.lock();
  if (!headers) {
    headers = make();
    kept = headers;
  }
  return headers;
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
    return refusal_stage(policy_.listener->mutual_authentication.refusal, version) !=
           Stage::client_certificate;
  }
  headers_ = policy_.headers.of(leaf);
  return true;
}

bool ClientCertificate::take_unverified(X509* leaf, STACK_OF(X509) * presented) {
  // TLS itself wants a proof of the leaf's key, so that must be one that it can use.
  if (X509_get0_pubkey(leaf) == nullptr) {
    note(pki::judge_key(leaf));
    return false;
  }
  headers_ = std::make_shared<const MtlsHeaders>(
      passthrough_headers(presented, policy_.listener->attributes.request_header_names,
                          encoding_of(*policy_.listener)));
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
  const auto& refusal = policy_.listener->mutual_authentication.refusal;
  return verifies() && refusal_stage(refusal, version) != Stage::client_certificate;
}

bool ClientCertificate::refused_later() {
  if (!verifies() || status_ == pki::VerifyStatus::success) return false;
  if (journal_.verify_status.empty()) note_failure(tls::HandshakeFailure::certificate_missing);
  return true;
}

// The alerts of the TLS library that AWS's codes resemble (alb.md 1.7).
tls::RefusalAlert ClientCertificate::refusal_alert() {
  using enum pki::VerifyStatus;
  const auto& refusal = policy_.listener->mutual_authentication.refusal;
  if (refusal.end != model::Refusal::End::alert) return tls::RefusalAlert::none;
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
