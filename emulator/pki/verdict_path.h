// Building and checking the path from a leaf to a trust store, by OpenSSL. Part of verdict.cpp.
#pragma once

#include "pki/verdict.h"

namespace hoplab::pki {

struct PathResult {
  /// Success, or what OpenSSL found wrong (as one of AWS's codes, with the reason).
  Judgement judgement;
  /// The path, leaf first; complete only on success. Holds references of its own.
  CertificateStackPtr path;
};

PathResult build_path(const TrustStore& store, X509* leaf, STACK_OF(X509) * presented,
                      std::int64_t now, const JudgeOptions& options);

/// A failure about the certificate at `index`.
Judgement failure(VerifyStatus status, int index, const X509* certificate, std::string reason);

/// That of a certificate which is signed with `algorithm`.
Judgement unsupported_signature_failure(int index, const X509* certificate,
                                        const std::string& algorithm);

}  // namespace hoplab::pki
