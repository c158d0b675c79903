#include "aws/alb/client_certificate.h"

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"

namespace hoplab::aws {

bool ClientCertificate::accept_client_certificate(X509* leaf, STACK_OF(X509) * presented) {
  // AWS logs the leaf's facts for refused certificates as well (alb.md 2.1).
  journal_.certificate_subject = pki::subject_text(leaf);
  journal_.certificate_serial = pki::serial_text(leaf);
  if (policy_.mode.mode == model::MutualAuthenticationMode::passthrough) {
    headers_ = std::make_unique<MtlsHeaders>(passthrough_headers(presented));
    return true;
  }
  const pki::JudgeOptions options{.ignore_expiry = policy_.mode.ignore_client_certificate_expiry};
  const auto judgement = policy_.verdicts.judge(*policy_.trust_store, leaf, presented,
                                                epoch_seconds(clock_.now()), options);
  journal_.verify_status = pki::to_log_text(judgement.status);
  journal_.verify_reason = judgement.reason;
  if (!judgement.ok()) return false;
  headers_ = std::make_unique<MtlsHeaders>(verify_headers(leaf));
  return true;
}

}  // namespace hoplab::aws
