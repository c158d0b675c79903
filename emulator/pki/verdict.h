// The verdict on a client's certificate chain in verify mode.
//
// The rules: AWS, "Mutual authentication with TLS in Application Load Balancer" (keys, signatures,
// CRLs) and "Connection logs" (the codes). OpenSSL builds the path and checks signatures, times and
// purposes; the rules above that, and revocation, are ours. When several things are wrong, the
// first of this order is reported: no certificate, more than is read, a certificate that is none,
// chain depth and sizes, the leaf's form and key, trust and purpose, signatures and times, the
// depth, keys and signature algorithms of the whole path, the security policy, identity filters
// (a network load balancer's: nlb-privatelink.md 1.11), revocation, rejection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/identity_filter.h"
#include "pki/openssl_ptr.h"
#include "pki/trust_store.h"

namespace hoplab::pki {

/// The codes of AWS's connection log, field tls_verify_status.
enum class VerifyStatus : std::uint8_t {
  success,
  client_cert_max_chain_depth_exceeded,
  client_cert_max_size_exceeded,
  client_cert_crl_hit,
  client_cert_crl_processing_error,
  client_cert_untrusted,
  client_cert_not_yet_valid,
  client_cert_expired,
  client_cert_type_unsupported,
  client_cert_invalid,
  client_cert_purpose_invalid,
  client_cert_rejected,
  client_cert_incompatible,
  unmapped_connection_error,
};

/// "Success" or "Failed:ClientCertUntrusted".
std::string_view to_log_text(VerifyStatus status);

struct JudgeOptions {
  /// AWS's IgnoreClientCertificateExpiry: in the whole chain notAfter does not count; notBefore
  /// does.
  bool ignore_expiry = false;
  /// A CA whose lists are all outside thisUpdate..nextUpdate makes ClientCertCrlProcessingError.
  /// AWS is silent; by default such a list is used as it is.
  bool refuse_outdated_crl = false;
  /// The listener's security policy is one of AWS's FIPS policies: keys that FIPS 186-5 does not
  /// allow are ClientCertIncompatible. AWS names no rule.
  bool fips = false;
  /// Subjects (RFC 2253) of leaves that are ClientCertRejected for all their worth: AWS has the
  /// code for a validation of its own, which it does not describe.
  std::vector<std::string> rejected_subjects = {};
  /// When there are some, a leaf that none of them accepts is ClientCertRejected. AWS names no code
  /// of a network load balancer's.
  std::vector<IdentityFilter> identity_filters = {};
};

/// Of the certificates that a client sends, each with the three bytes of its length: a listener
/// reads no more, so beyond it nothing counts but the size, be it certificates or not. AWS names no
/// such number; it is twice what is accepted.
inline constexpr int kMostPresentedBytes = 128 * 1024;

struct Judgement {
  VerifyStatus status = VerifyStatus::success;
  /// Which certificate: its place above the leaf (0) on the path, or as sent while there is no
  /// path; -1 when it is about none or all.
  int certificate_index = -1;
  std::string certificate_subject;  // RFC 2253, of that certificate
  std::string reason;               // what is wrong and what would fix it; empty on success
  /// On success: while `now` is inside, the verdict stays (same chain, store and options).
  TimeSpan holds;

  bool ok() const { return status == VerifyStatus::success; }
};

/// Judges what a client presented. `leaf` may be null (the client sent no certificate). `presented`
/// is the message as sent, the leaf first; null means the leaf alone. `now` is in seconds since the
/// Unix epoch. Neither argument is kept. May run in several threads with one store.
Judgement judge(const TrustStore& store, X509* leaf, STACK_OF(X509) * presented, std::int64_t now,
                const JudgeOptions& options = {});

/// The part of it that is about the leaf's key: a type that is supported, and readable.
Judgement judge_key(const X509* leaf);

/// The verdicts on messages that cannot be judged certificate by certificate, with their reasons:
/// more than kMostPresentedBytes, and one of which a certificate, or the whole, cannot be read.
Judgement too_large_to_read();
Judgement unreadable_message();
/// And on a client whose signature by the leaf's key does not verify. AWS's codes are named as the
/// certificate errors of its TLS library s2n are, which has this one among the protocol's
/// (S2N_ERR_VERIFY_SIGNATURE): so it has no code of its own.
Judgement key_not_proven();

}  // namespace hoplab::pki
