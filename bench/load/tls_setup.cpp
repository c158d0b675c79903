// The client's TLS context and its certificates.
#include "load/tls_setup.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <filesystem>

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

bool load_credential(const std::string& cert, const std::string& key, Credential& out) {
  const Owned<BIO> cert_file(BIO_new_file(cert.c_str(), "r"));
  const Owned<BIO> key_file(BIO_new_file(key.c_str(), "r"));
  if (!cert_file || !key_file) return false;
  out.leaf.reset(PEM_read_bio_X509(cert_file.get(), nullptr, nullptr, nullptr));
  out.chain.reset(sk_X509_new_null());
  while (X509* next = PEM_read_bio_X509(cert_file.get(), nullptr, nullptr, nullptr)) {
    sk_X509_push(out.chain.get(), next);
  }
  ERR_clear_error();  // the end of the file counts as an error
  out.key.reset(PEM_read_bio_PrivateKey(key_file.get(), nullptr, nullptr, nullptr));
  return out.leaf && out.key;
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
    : context_(SSL_CTX_new(TLS_client_method())) {
  error.clear();
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

std::vector<Credential> load_credentials(const std::string& dir, std::string& error) {
  std::vector<std::filesystem::path> certs;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(dir, failed)) {
    if (entry.path().extension() == ".pem") certs.push_back(entry.path());
  }
  std::sort(certs.begin(), certs.end());
  std::vector<Credential> credentials;
  for (const auto& cert : certs) {
    const auto key = std::filesystem::path(cert).replace_extension(".key");
    Credential credential;
    if (!load_credential(cert.string(), key.string(), credential)) {
      error = cert.string() + ": " + openssl_error();
      return {};
    }
    credentials.push_back(std::move(credential));
  }
  if (credentials.empty()) error = dir + ": no NAME.pem with NAME.key in it";
  return credentials;
}

}  // namespace hoplab::bench
