// The client's TLS context and its certificate.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace hoplab::bench {

struct OpenSslFree {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(SSL* p) const { SSL_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, OpenSslFree>;

struct TlsFiles {
  std::string cert, key, cacert;
};

// The client's context: verifies the server against `files.cacert`, never resumes, offers `alpn`
// ("h2" or "http/1.1"). A server chain that was verified once is compared byte for byte
// afterwards, so that the load costs less than what it measures.
class TlsSetup {
 public:
  // On failure the context is null and `error` says what is wrong with which file. With the version
  // "none" it is null, too: connections have no TLS.
  TlsSetup(const TlsFiles& files, const std::string& tls_version, const std::string& alpn,
           std::string& error);
  TlsSetup(const TlsSetup&) = delete;
  TlsSetup& operator=(const TlsSetup&) = delete;

  SSL_CTX* context() const { return context_.get(); }

 private:
  void limit_protocol(const std::string& tls_version, const std::string& alpn);
  std::string load_files(const TlsFiles& files);  // the file that is refused, or ""
  static int verify(X509_STORE_CTX* store, void* self);
  Owned<SSL_CTX> context_;
  std::string verified_chain_;  // DER, one certificate after the other
};

// The text of the newest OpenSSL error, and the error queue emptied.
std::string openssl_error();

}  // namespace hoplab::bench
