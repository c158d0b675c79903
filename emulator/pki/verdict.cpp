// The verdict: see verdict.h.
#include "pki/verdict.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki/identity_match.h"
#include "pki/supported_algorithms.h"
#include "pki/verdict_path.h"

namespace hoplab::pki {
namespace {

// AWS quota "client chain depth". How it is counted is not documented; we count certificates, both
// on the wire and on the path.
constexpr int kMaxChain = 4;
constexpr int kMaxLeafBytes = 16 * 1024;     // DER; the quota for a CA certificate
constexpr int kMaxMessageBytes = 64 * 1024;  // TLS messages, quotas page
constexpr int kLengthFieldBytes = 3;         // before each certificate in the message (RFC 5246)
constexpr long kVersion3 = 2;                // as encoded

using Problem = std::optional<Judgement>;

std::string quoted_subject(const X509* certificate) {
  return '"' + subject_text(certificate) + '"';
}

Problem check_depth(const STACK_OF(X509) * chain, const char* where) {
  const int count = sk_X509_num(chain);
  if (count <= kMaxChain) return std::nullopt;
  return failure(VerifyStatus::client_cert_max_chain_depth_exceeded, kMaxChain,
                 sk_X509_value(chain, kMaxChain),
                 std::to_string(count) + " certificates are " + where +
                     ", at most 4 are allowed; shorten the chain, or put an intermediate nearer "
                     "to the client in the trust store and send no more than needed");
}

int size_of_message(X509* leaf, const STACK_OF(X509) * presented) {
  if (presented == nullptr) return i2d_X509(leaf, nullptr) + kLengthFieldBytes;
  int bytes = 0;
  for (int i = 0; i < sk_X509_num(presented); ++i) {
    bytes += i2d_X509(sk_X509_value(presented, i), nullptr) + kLengthFieldBytes;
  }
  return bytes;
}

Problem check_sizes(X509* leaf, int message) {
  const int leaf_bytes = i2d_X509(leaf, nullptr);
  if (leaf_bytes > kMaxLeafBytes) {
    return failure(VerifyStatus::client_cert_max_size_exceeded, 0, leaf,
                   "the client's certificate has " + std::to_string(leaf_bytes) +
                       " bytes, at most 16384 are allowed; issue it with fewer names");
  }
  if (message <= kMaxMessageBytes) return std::nullopt;
  return failure(VerifyStatus::client_cert_max_size_exceeded, -1, nullptr,
                 "the certificates sent have " + std::to_string(message) +
                     " bytes together, at most 65536 are allowed; send fewer or smaller ones");
}

Problem check_leaf_form(X509* leaf) {
  if (X509_get_version(leaf) != kVersion3) {
    return failure(VerifyStatus::client_cert_invalid, 0, leaf,
                   quoted_subject(leaf) + " is an X.509v" +
                       std::to_string(X509_get_version(leaf) + 1) +
                       " certificate; only X.509v3 is supported, so issue it with extensions");
  }
  if ((X509_get_extension_flags(leaf) & EXFLAG_INVALID) != 0) {
    return failure(VerifyStatus::client_cert_invalid, 0, leaf,
                   quoted_subject(leaf) + " has a malformed or repeated extension; issue it again");
  }
  return std::nullopt;
}

Problem check_key(const X509* certificate, int index) {
  if (const auto type = unsupported_key(certificate)) {
    return failure(VerifyStatus::client_cert_type_unsupported, index, certificate,
                   quoted_subject(certificate) + " has " + *type +
                       "; use RSA of 2048 to 8192 bits, or EC on P-256, P-384 or P-521");
  }
  if (X509_get0_pubkey(certificate) == nullptr) {
    return failure(VerifyStatus::client_cert_invalid, index, certificate,
                   "the public key of " + quoted_subject(certificate) +
                       " cannot be decoded; issue the certificate again");
  }
  return std::nullopt;
}

Problem check_path_algorithms(const STACK_OF(X509) * path) {
  const int count = sk_X509_num(path);
  for (int i = 1; i < count; ++i) {
    if (auto problem = check_key(sk_X509_value(path, i), i)) return problem;
  }
  // Nobody relies on the anchor's own signature, so it may be of any kind.
  for (int i = 0; i + 1 < count; ++i) {
    const X509* certificate = sk_X509_value(path, i);
    if (const auto algorithm = unsupported_signature(certificate)) {
      return unsupported_signature_failure(i, certificate, *algorithm);
    }
  }
  return std::nullopt;
}

Problem check_policy(const STACK_OF(X509) * path, const JudgeOptions& options) {
  if (!options.fips) return std::nullopt;
  for (int i = 0; i < sk_X509_num(path); ++i) {
    const X509* certificate = sk_X509_value(path, i);
    if (const auto flaw = outside_fips(certificate)) {
      return failure(VerifyStatus::client_cert_incompatible, i, certificate,
                     quoted_subject(certificate) + " has " + *flaw +
                         ", which the listener's FIPS security policy does not allow; make "
                         "another key, or choose a policy without FIPS");
    }
  }
  return std::nullopt;
}

Problem check_identity(const X509* leaf, const JudgeOptions& options) {
  if (is_accepted(options.identity_filters, leaf)) return std::nullopt;
  return failure(VerifyStatus::client_cert_rejected, 0, leaf,
                 "none of the listener's identity filters accepts " + quoted_subject(leaf) +
                     ", which has " + identity_text(options.identity_filters, leaf) +
                     "; add a filter, or give the client another certificate");
}

Problem check_rejected(X509* leaf, const JudgeOptions& options) {
  if (options.rejected_subjects.empty()) return std::nullopt;
  if (std::ranges::find(options.rejected_subjects, subject_text(leaf)) ==
      options.rejected_subjects.end()) {
    return std::nullopt;
  }
  return failure(VerifyStatus::client_cert_rejected, 0, leaf,
                 quoted_subject(leaf) +
                     " is one of the listener's rejected subjects; take it out "
                     "of that list");
}

void narrow(TimeSpan& span, TimeSpan other) {
  span.from = std::max(span.from, other.from);
  span.until = std::min(span.until, other.until);
}

Problem check_lists_of(const TrustStore& store, const X509* issuer, const X509* certificate,
                       int index, std::int64_t now, const JudgeOptions& options, TimeSpan& holds) {
  if (store.is_revoked(certificate, issuer)) {
    return failure(VerifyStatus::client_cert_crl_hit, index, certificate,
                   quoted_subject(certificate) + ", serial " + serial_text(certificate) +
                       ", is in a revocation list of " + quoted_subject(issuer) +
                       "; issue a new certificate, or remove that list from the trust store");
  }
  if (!options.refuse_outdated_crl || !store.has_revocation_list(issuer)) return std::nullopt;
  const auto span = store.current_list_span(issuer, now);
  if (!span) {
    return failure(VerifyStatus::client_cert_crl_processing_error, index, certificate,
                   "no revocation list of " + quoted_subject(issuer) + " is current at " +
                       iso_time(now) + "; add a new one to the trust store");
  }
  narrow(holds, *span);
  return std::nullopt;
}

// The path, and the CAs of the store above it: OpenSSL ends a path at an intermediate of the
// bundle.
std::vector<const X509*> up_to_the_root(const TrustStore& store, const STACK_OF(X509) * path) {
  std::vector<const X509*> chain;
  for (int i = 0; i < sk_X509_num(path); ++i) chain.push_back(sk_X509_value(path, i));
  const auto most = chain.size() + store.ca_count();  // two CAs may have issued each other
  while (chain.size() < most) {
    const X509* above = store.issuer_of(chain.back());
    if (above == nullptr) break;
    chain.push_back(above);
  }
  return chain;
}

// Every certificate against its issuer's lists, a root against its own. A CA with a new key signs
// its lists with that one, also for what the old key issued: then it stands higher up, with the
// same name.
Problem check_revocation(const TrustStore& store, const STACK_OF(X509) * path, std::int64_t now,
                         const JudgeOptions& options, TimeSpan& holds) {
  if (store.revocations().empty()) return std::nullopt;
  const auto chain = up_to_the_root(store, path);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const std::size_t first = std::min(i + 1, chain.size() - 1);
    const X509_NAME* issuer = X509_get_subject_name(chain[first]);
    for (std::size_t k = first; k < chain.size(); ++k) {
      if (X509_NAME_cmp(X509_get_subject_name(chain[k]), issuer) != 0) continue;
      if (auto problem =
              check_lists_of(store, chain[k], chain[i], static_cast<int>(i), now, options, holds)) {
        return problem;
      }
    }
  }
  return std::nullopt;
}

void narrow_to_validity(TimeSpan& span, const STACK_OF(X509) * path, const JudgeOptions& options) {
  for (int i = 0; i < sk_X509_num(path); ++i) {
    const X509* certificate = sk_X509_value(path, i);
    const auto from = to_seconds(X509_get0_notBefore(certificate));
    const auto until = to_seconds(X509_get0_notAfter(certificate));
    // OpenSSL read both a moment ago; unreadable here means: holds at no time, so never remembered.
    if (!from || !until) span = TimeSpan{0, 0};
    if (from) span.from = std::max(span.from, *from);
    if (until && !options.ignore_expiry) span.until = std::min(span.until, *until);
  }
}

}  // namespace

std::string_view to_log_text(VerifyStatus status) {
  switch (status) {
    case VerifyStatus::success: return "Success";
    case VerifyStatus::client_cert_max_chain_depth_exceeded:
      return "Failed:ClientCertMaxChainDepthExceeded";
    case VerifyStatus::client_cert_max_size_exceeded: return "Failed:ClientCertMaxSizeExceeded";
    case VerifyStatus::client_cert_crl_hit: return "Failed:ClientCertCrlHit";
    case VerifyStatus::client_cert_crl_processing_error:
      return "Failed:ClientCertCrlProcessingError";
    case VerifyStatus::client_cert_untrusted: return "Failed:ClientCertUntrusted";
    case VerifyStatus::client_cert_not_yet_valid: return "Failed:ClientCertNotYetValid";
    case VerifyStatus::client_cert_expired: return "Failed:ClientCertExpired";
    case VerifyStatus::client_cert_type_unsupported: return "Failed:ClientCertTypeUnsupported";
    case VerifyStatus::client_cert_invalid: return "Failed:ClientCertInvalid";
    case VerifyStatus::client_cert_purpose_invalid: return "Failed:ClientCertPurposeInvalid";
    case VerifyStatus::client_cert_rejected: return "Failed:ClientCertRejected";
    case VerifyStatus::client_cert_incompatible: return "Failed:ClientCertIncompatible";
    case VerifyStatus::unmapped_connection_error: return "Failed:UnmappedConnectionError";
  }
  return "Failed:UnmappedConnectionError";
}

Judgement judge(const TrustStore& store, X509* leaf, STACK_OF(X509) * presented, std::int64_t now,
                const JudgeOptions& options) {
  const ErrorQueueGuard guard;
  if (leaf == nullptr) {
    // Observed: there is no code for a missing certificate in verify mode.
    return failure(VerifyStatus::unmapped_connection_error, -1, nullptr,
                   "the client sent no certificate; give it one, with its key, that a CA of the "
                   "trust store issued");
  }
  const int message = size_of_message(leaf, presented);
  if (message > kMostPresentedBytes) return too_large_to_read();
  if (auto problem = check_depth(presented, "in the client's message")) return *problem;
  if (auto problem = check_sizes(leaf, message)) return *problem;
  if (auto problem = check_leaf_form(leaf)) return *problem;
  if (auto problem = check_key(leaf, 0)) return *problem;
  PathResult built = build_path(store, leaf, presented, now, options);
  if (!built.judgement.ok()) return std::move(built.judgement);
  const STACK_OF(X509)* path = built.path.get();
  if (auto problem = check_depth(path, "on the path to the trust store")) return *problem;
  if (auto problem = check_path_algorithms(path)) return *problem;
  Judgement judgement;
  judgement.holds = {std::numeric_limits<std::int64_t>::min(),
                     std::numeric_limits<std::int64_t>::max()};
  if (auto problem = check_policy(path, options)) return *problem;
  if (auto problem = check_identity(leaf, options)) return *problem;
  if (auto problem = check_revocation(store, path, now, options, judgement.holds)) return *problem;
  if (auto problem = check_rejected(leaf, options)) return *problem;
  narrow_to_validity(judgement.holds, path, options);
  return judgement;
}

Judgement judge_key(const X509* leaf) {
  const ErrorQueueGuard guard;
  return check_key(leaf, 0).value_or(Judgement{});
}

Judgement too_large_to_read() {
  return failure(VerifyStatus::client_cert_max_size_exceeded, -1, nullptr,
                 "the certificates sent have more than " + std::to_string(kMostPresentedBytes) +
                     " bytes together and are not read, at most 65536 are allowed; send fewer or "
                     "smaller ones");
}

Judgement unreadable_message() {
  return failure(VerifyStatus::client_cert_invalid, -1, nullptr,
                 "what the client sent as its certificates cannot be read; send the leaf and its "
                 "intermediates, each in DER");
}

Judgement key_not_proven() {
  return failure(VerifyStatus::unmapped_connection_error, 0, nullptr,
                 "the client did not prove that it holds the private key of its certificate (its "
                 "CertificateVerify does not verify); give it the key that belongs to it");
}

}  // namespace hoplab::pki
