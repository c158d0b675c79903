// Owning pointers for OpenSSL objects, and a guard that keeps its error queue clean.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace hoplab::pki {

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};

struct FreeCertificateStack {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_pop_free(stack, X509_free); }
};

struct FreeNameStack {
  void operator()(STACK_OF(X509_NAME) * stack) const noexcept {
    sk_X509_NAME_pop_free(stack, X509_NAME_free);
  }
};

struct FreeOpensslMemory {
  void operator()(void* memory) const noexcept { OPENSSL_free(memory); }
};

using BioPtr = std::unique_ptr<BIO, Free<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using CertificateStackPtr = std::unique_ptr<STACK_OF(X509), FreeCertificateStack>;
using CrlPtr = std::unique_ptr<X509_CRL, Free<X509_CRL_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, Free<ASN1_INTEGER_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using NamePtr = std::unique_ptr<X509_NAME, Free<X509_NAME_free>>;
using NameStackPtr = std::unique_ptr<STACK_OF(X509_NAME), FreeNameStack>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, Free<ASN1_OBJECT_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>>;
using OpensslBytes = std::unique_ptr<unsigned char, FreeOpensslMemory>;

/// Drops, at the end of a scope, the errors that OpenSSL queued within it. What is left in the
/// thread's queue would be taken by the next SSL_get_error() for a failure of its own connection.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() { ERR_set_mark(); }
  ~ErrorQueueGuard() { ERR_pop_to_mark(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

/// OpenSSL's newest reason in words, for the end of an error sentence.
inline std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "no reason given by OpenSSL" : reason;
}

}  // namespace hoplab::pki
