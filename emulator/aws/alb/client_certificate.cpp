#include "aws/alb/client_certificate.h"

#include <openssl/evp.h>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"

namespace hoplab::aws {

std::shared_ptr<const MtlsHeaders> VerifyHeaders::of(X509* leaf) {
  constexpr std::size_t kSweepAbove = 1024;
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  auto* bytes = reinterpret_cast<unsigned char*>(digest.data());
  if (X509_digest(leaf, EVP_sha256(), bytes, &size) != 1) {
    return std::make_shared<const MtlsHeaders>(verify_headers(leaf));
  }
  digest.resize(size);
  if (by_digest_.size() > kSweepAbove) {
    std::erase_if(by_digest_, [](const auto& entry) { return entry.second.expired(); });
  }
  auto& kept = by_digest_[digest];
  auto headers = kept.lock();
  if (!headers) {
    headers = std::make_shared<const MtlsHeaders>(verify_headers(leaf));
    kept = headers;
  }
  return headers;
}

bool ClientCertificate::accept_client_certificate(X509* leaf, STACK_OF(X509) * presented) {
  // AWS logs the leaf's facts for refused certificates as well (alb.md 2.1).
  journal_.certificate_subject = pki::subject_text(leaf);
  journal_.certificate_serial = pki::serial_text(leaf);
  if (policy_.mode.mode == model::MutualAuthenticationMode::passthrough) {
    headers_ = std::make_shared<const MtlsHeaders>(passthrough_headers(presented));
    return true;
  }
  const pki::JudgeOptions options{.ignore_expiry = policy_.mode.ignore_client_certificate_expiry};
  const auto judgement = policy_.verdicts.judge(*policy_.trust_store, leaf, presented,
                                                epoch_seconds(clock_.now()), options);
  journal_.verify_status = pki::to_log_text(judgement.status);
  journal_.verify_reason = judgement.reason;
  if (!judgement.ok()) return false;
  headers_ = policy_.headers.of(leaf);
  return true;
}

}  // namespace hoplab::aws
