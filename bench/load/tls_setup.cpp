// The client's TLS context and its certificate.
#include "load/tls_setup.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

namespace hoplab::bench {
namespace {

// AES-128 first, as AWS's policies have it: every server then ends up with the same cipher,
// whether it follows the client's order or its own.
constexpr const char* kSuites13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

std::string der_of(STACK_OF(X509) * chain) {
  std::string all;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(chain, i), &der);
    if (size <= 0) return {};
    all.append(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
  }
  return all;
}

}  // namespace

std::string openssl_error() {
  char text[256] = "no OpenSSL error";
  if (const unsigned long code = ERR_peek_last_error(); code != 0) {
    ERR_error_string_n(code, text, sizeof text);
  }
  ERR_clear_error();
  return text;
}

int TlsSetup::verify(X509_STORE_CTX* store, void* self) {
  auto& setup = *static_cast<TlsSetup*>(self);
  const std::string presented = der_of(X509_STORE_CTX_get0_untrusted(store));
  if (!presented.empty() && presented == setup.verified_chain_) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  const int verdict = X509_verify_cert(store);
  if (verdict == 1) setup.verified_chain_ = presented;
  return verdict;
}

TlsSetup::TlsSetup(const TlsFiles& files, const std::string& tls_version, const std::string& alpn,
                   std::string& error)
    : context_(tls_version == "none" ? nullptr : SSL_CTX_new(TLS_client_method())) {
  error.clear();
  if (tls_version == "none") return;
  if (context_) limit_protocol(tls_version, alpn);
  const std::string refused_file = context_ ? load_files(files) : "SSL_CTX_new";
  if (refused_file.empty()) return;
  error = refused_file + ": " + openssl_error();
  context_.reset();
}

void TlsSetup::limit_protocol(const std::string& tls_version, const std::string& alpn) {
  SSL_CTX* ctx = context_.get();
  const int version = tls_version == "1.2" ? TLS1_2_VERSION : TLS1_3_VERSION;
  SSL_CTX_set_min_proto_version(ctx, version);
  SSL_CTX_set_max_proto_version(ctx, version);
  SSL_CTX_set_ciphersuites(ctx, kSuites13);
  SSL_CTX_set_cipher_list(ctx, kCiphers12);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(ctx, 1);
  SSL_CTX_set_default_read_buffer_len(ctx, 64 * 1024);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(ctx, &TlsSetup::verify, this);
  std::string wire(1, static_cast<char>(alpn.size()));
  wire += alpn;
  SSL_CTX_set_alpn_protos(ctx, reinterpret_cast<const unsigned char*>(wire.data()),
                          static_cast<unsigned>(wire.size()));
}

std::string TlsSetup::load_files(const TlsFiles& files) {
  SSL_CTX* ctx = context_.get();
  if (SSL_CTX_load_verify_file(ctx, files.cacert.c_str()) != 1) return files.cacert;
  if (files.cert.empty()) return {};
  if (SSL_CTX_use_certificate_chain_file(ctx, files.cert.c_str()) != 1) return files.cert;
  const bool key_fits = SSL_CTX_use_PrivateKey_file(ctx, files.key.c_str(), SSL_FILETYPE_PEM) == 1;
  return key_fits ? std::string() : files.key;
}

}  // namespace hoplab::bench
