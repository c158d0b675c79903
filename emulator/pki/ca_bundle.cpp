// Bundle rules: see ca_bundle.h.
#include "pki/ca_bundle.h"

#include "pki/distinguished_name.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

Error invalid(const std::string& why) {
  return Error{"InvalidCaCertificatesBundle: " + why};
}

std::size_t subject_size(const X509* certificate) {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  return X509_NAME_get0_der(X509_get_subject_name(certificate), &der, &size) == 1 ? size : 0;
}

Result<CertificatePtr> read_ca(const PemBlock& block, const TrustStoreLimits& limits) {
  const std::string at = "line " + std::to_string(block.line) + ": ";
  if (block.label != "CERTIFICATE") {
    return invalid(at + "a block of type \"" + block.label + "\"; only CERTIFICATE may be here");
  }
  if (block.der.size() > limits.ca_certificate_bytes) {
    return invalid(at + "the certificate has " + std::to_string(block.der.size()) +
                   " bytes; at most " + std::to_string(limits.ca_certificate_bytes) +
                   " are allowed");
  }
  CertificatePtr certificate = certificate_from_der(block.der);
  if (certificate == nullptr) return invalid(at + "the block is not an X.509 certificate");
  // X509_check_ca also fills what OpenSSL caches, so that later uses only read.
  const std::string subject = subject_text(certificate.get());
  if (X509_check_ca(certificate.get()) == 0) {
    return invalid(at + "\"" + subject +
                   "\" is not a CA certificate (basicConstraints CA:TRUE, and keyCertSign if it "
                   "has a key usage)");
  }
  if ((X509_get_extension_flags(certificate.get()) & EXFLAG_INVALID) != 0) {
    return invalid(at + "\"" + subject + "\" has a malformed extension");
  }
  if (X509_get0_pubkey(certificate.get()) == nullptr) {
    return invalid(at + "the public key of \"" + subject + "\" cannot be decoded");
  }
  return certificate;
}

}  // namespace

Result<CertificateStackPtr> read_ca_bundle(std::string_view pem, const TrustStoreLimits& limits) {
  const ErrorQueueGuard guard;
  auto blocks = pem_decode(pem, PemSurroundings::comments_only);
  if (!blocks.ok()) return invalid(blocks.error());
  if (blocks.value().empty()) return invalid("there is no certificate in it");
  if (blocks.value().size() > limits.ca_certificates) {
    return invalid("it holds " + std::to_string(blocks.value().size()) + " certificates; at most " +
                   std::to_string(limits.ca_certificates) + " are allowed");
  }
  CertificateStackPtr cas(sk_X509_new_null());
  std::size_t subjects = 0;
  for (const PemBlock& block : blocks.value()) {
    auto ca = read_ca(block, limits);
    if (!ca.ok()) return Error{ca.error()};
    subjects += subject_size(ca.value().get());
    sk_X509_push(cas.get(), std::move(ca).value().release());
  }
  if (subjects > limits.subject_bytes) {
    return invalid("the subjects have " + std::to_string(subjects) + " bytes together; at most " +
                   std::to_string(limits.subject_bytes) + " are allowed");
  }
  return cas;
}

}  // namespace hoplab::pki
