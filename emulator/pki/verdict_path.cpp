// The path by OpenSSL, and its errors in AWS's words: see verdict_path.h.
#include "pki/verdict_path.h"

#include <openssl/x509_vfy.h>

#include <ctime>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki/supported_algorithms.h"

namespace hoplab::pki {
namespace {

// OpenSSL's own depth rule would answer "too long" also where no issuer is known. Ours comes after,
// so this one only has to be beyond any bundle.
constexpr int kOpensslDepth = 1000;

struct Attempt {
  const JudgeOptions* options = nullptr;
  int error = X509_V_OK;
  int depth = -1;
  X509* certificate = nullptr;
};

int on_result(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return 1;
  auto* attempt = static_cast<Attempt*>(X509_STORE_CTX_get_app_data(context));
  const int error = X509_STORE_CTX_get_error(context);
  if (error == X509_V_ERR_CERT_HAS_EXPIRED && attempt->options->ignore_expiry) return 1;
  attempt->error = error;
  attempt->depth = X509_STORE_CTX_get_error_depth(context);
  attempt->certificate = X509_STORE_CTX_get_current_cert(context);
  return 0;
}

VerifyStatus status_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return VerifyStatus::client_cert_expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return VerifyStatus::client_cert_not_yet_valid;
    case X509_V_ERR_CERT_CHAIN_TOO_LONG: return VerifyStatus::client_cert_max_chain_depth_exceeded;
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN: return VerifyStatus::client_cert_purpose_invalid;
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
    case X509_V_ERR_INVALID_EXTENSION:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: return VerifyStatus::client_cert_invalid;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_SUBJECT_ISSUER_MISMATCH:
    case X509_V_ERR_AKID_SKID_MISMATCH:
    case X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
    case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX: return VerifyStatus::client_cert_untrusted;
    default: return VerifyStatus::unmapped_connection_error;
  }
}

bool is_missing_issuer(int error) {
  return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
         error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
         error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

const X509* find_subject(const STACK_OF(X509) * certificates, const X509_NAME* subject) {
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    const X509* certificate = sk_X509_value(certificates, i);
    if (X509_NAME_cmp(X509_get_subject_name(certificate), subject) == 0) return certificate;
  }
  return nullptr;
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

// Why OpenSSL knows no issuer for the topmost certificate that it reached.
Judgement missing_issuer(const TrustStore& store, const STACK_OF(X509) * presented, int index,
                         const X509* top) {
  const X509_NAME* wanted = X509_get_issuer_name(top);
  const std::string who = quoted(subject_text(top));
  const std::string issuer = quoted(name_text(wanted));
  const X509* trusted = find_subject(store.cas(), wanted);
  const X509* sent = find_subject(presented, wanted);
  const auto algorithm = unsupported_signature(top);
  if (trusted == nullptr && sent == nullptr) {
    return failure(VerifyStatus::client_cert_untrusted, index, top,
                   "the issuer of " + who + ", " + issuer +
                       ", is neither in the trust store nor among the certificates sent; add that "
                       "CA to the bundle, or let the client send it if it is an intermediate of a "
                       "trusted CA");
  }
  // OpenSSL does not take for an issuer whose key cannot have made such a signature.
  if (algorithm) return unsupported_signature_failure(index, top, *algorithm);
  return failure(VerifyStatus::client_cert_untrusted, index, top,
                 std::string(trusted != nullptr ? "the trust store has" : "the client sent") +
                     " a CA named " + issuer + ", but " + who +
                     " was issued by another key of that name; use the CA certificate that "
                     "belongs to the issuing key");
}

std::string reason_of(const Attempt& attempt, const X509* certificate, std::int64_t now) {
  const std::string who = quoted(subject_text(certificate));
  switch (attempt.error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return who + " has expired (" + validity_text(certificate) + ", now " + iso_time(now) +
             "); issue a new one, or set IgnoreClientCertificateExpiry on the listener";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return who + " is not valid yet (" + validity_text(certificate) + ", now " + iso_time(now) +
             "); wait, or issue it with an earlier notBefore";
    case X509_V_ERR_INVALID_PURPOSE:
      return attempt.depth == 0
                 ? who +
                       " is not for client authentication; issue it with the extended key usage "
                       "clientAuth (or none) and the key usage digitalSignature"
                 : who +
                       " does not allow client authentication below it; issue the CA without an "
                       "extended key usage, or with clientAuth";
    case X509_V_ERR_INVALID_CA:
      return who +
             " may not issue certificates; reissue it with basicConstraints CA:TRUE and the "
             "key usage keyCertSign (or no key usage)";
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return "more CAs stand below " + who +
             " than its path length allows; reissue it with a "
             "larger pathlen, or issue from a CA nearer to it";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return who +
             " is self-signed and not in the trust store; use a certificate that a CA of the "
             "trust store issued";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "the chain ends in the root " + who +
             ", which is not in the trust store; add it to "
             "the bundle";
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "the signature on " + who +
             " does not fit its issuer's key; the certificate was "
             "altered or comes from another CA of that name, so issue it again";
    default:
      return who + ": " + X509_verify_cert_error_string(attempt.error) +
             "; issue it again without this fault";
  }
}

using ContextPtr = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;

bool prepare(X509_STORE_CTX* context, const TrustStore& store, X509* leaf,
             STACK_OF(X509) * presented, std::int64_t now) {
  if (X509_STORE_CTX_init(context, nullptr, leaf, presented) != 1) return false;
  // OpenSSL only reads the stack. Intermediates in the bundle serve as anchors and as links.
  X509_STORE_CTX_set0_trusted_stack(context, const_cast<STACK_OF(X509)*>(store.cas()));
  X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(now));
  X509_VERIFY_PARAM_set_depth(parameters, kOpensslDepth);
  X509_VERIFY_PARAM_set_auth_level(parameters, 0);  // supported_algorithms.h decides, not SECLEVEL
  X509_STORE_CTX_set_verify_cb(context, on_result);
  return true;
}

Judgement explain(X509_STORE_CTX* context, const Attempt& attempt, const TrustStore& store,
                  const STACK_OF(X509) * presented, std::int64_t now) {
  const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(context);
  const int last = sk_X509_num(path) - 1;
  if (is_missing_issuer(attempt.error) && last >= 0) {
    return missing_issuer(store, presented, last, sk_X509_value(path, last));
  }
  const X509* certificate = attempt.certificate;
  if (certificate == nullptr) certificate = X509_STORE_CTX_get0_cert(context);
  // One that OpenSSL cannot check, in this library context, counts as one that does not fit.
  const auto algorithm = unsupported_signature(certificate);
  if (attempt.error == X509_V_ERR_CERT_SIGNATURE_FAILURE && algorithm) {
    return unsupported_signature_failure(attempt.depth, certificate, *algorithm);
  }
  return failure(status_of(attempt.error), attempt.depth, certificate,
                 reason_of(attempt, certificate, now));
}

}  // namespace

Judgement failure(VerifyStatus status, int index, const X509* certificate, std::string reason) {
  Judgement judgement;
  judgement.status = status;
  judgement.certificate_index = index;
  if (certificate != nullptr) judgement.certificate_subject = subject_text(certificate);
  judgement.reason = std::move(reason);
  return judgement;
}

Judgement unsupported_signature_failure(int index, const X509* certificate,
                                        const std::string& algorithm) {
  return failure(
      VerifyStatus::client_cert_untrusted, index, certificate,
      quoted(subject_text(certificate)) + " is signed with " + algorithm +
          ", which is not supported; issue it with SHA-256, SHA-384 or SHA-512 and an RSA "
          "or EC key");
}

PathResult build_path(const TrustStore& store, X509* leaf, STACK_OF(X509) * presented,
                      std::int64_t now, const JudgeOptions& options) {
  PathResult result;
  Attempt attempt{&options};
  const ContextPtr context(X509_STORE_CTX_new());
  if (context == nullptr || !prepare(context.get(), store, leaf, presented, now)) {
    result.judgement = failure(VerifyStatus::unmapped_connection_error, 0, leaf,
                               "OpenSSL could not begin to verify: " + openssl_reason());
    return result;
  }
  X509_STORE_CTX_set_app_data(context.get(), &attempt);
  if (X509_verify_cert(context.get()) != 1) {
    // A failure that did not go through the callback (out of memory) has its error in the context.
    if (attempt.error == X509_V_OK) attempt.error = X509_STORE_CTX_get_error(context.get());
    if (attempt.error == X509_V_OK) attempt.error = X509_V_ERR_UNSPECIFIED;
    result.judgement = explain(context.get(), attempt, store, presented, now);
    return result;
  }
  result.path.reset(X509_STORE_CTX_get1_chain(context.get()));
  return result;
}

}  // namespace hoplab::pki
