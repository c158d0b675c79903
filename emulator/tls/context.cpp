#include "tls/context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <string_view>

#include "pki/lean_library.h"
#include "pki/pem.h"
#include "pki/verdict.h"
#include "tls/callbacks.h"
#include "tls/key_exchange_groups.h"

namespace hoplab::tls {

namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;
template <class T, void (*release)(T*)>
struct Releaser {
  void operator()(T* object) const { release(object); }
};
using BioPtr = std::unique_ptr<BIO, Releaser<BIO, BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY, EVP_PKEY_free>>;

Error openssl_error(const std::string& what) {
  char text[256] = "unknown error";
  const unsigned long code = ERR_peek_last_error();
  if (code) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return Error{what + ": " + text};
}

int to_openssl(ProtocolVersion version) {
  return TLS1_VERSION + static_cast<int>(version);
}

BioPtr read_bio(const std::string& pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Result<void> use_certificate(SSL_CTX* context, const CertificateAndKey& pair) {
  const BioPtr chain = read_bio(pair.chain_pem);
  const auto leaf = pki::next_certificate(chain.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return openssl_error("cannot use the certificate");
  }
  while (const auto next = pki::next_certificate(chain.get())) {
    SSL_CTX_add1_chain_cert(context, next.get());
  }
  ERR_clear_error();  // the end of the PEM text
  std::shared_ptr<EVP_PKEY> key = pair.key;
  if (!key) {
    const BioPtr key_bio = read_bio(pair.key_pem);
    key = KeyPtr(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  }
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return openssl_error("cannot use the private key");
  }
  return {};
}

constexpr unsigned char kHttp2AndHttp11[] = "\x02h2\x08http/1.1";
constexpr unsigned char kHttp11AndHttp2[] = "\x08http/1.1\x02h2";
constexpr unsigned char kHttp11[] = "\x08http/1.1";
constexpr unsigned char kHttp2[] = "\x02h2";

std::span<const unsigned char> wire(Alpn alpn) {
  switch (alpn) {
    case Alpn::none: return {};
    case Alpn::http11: return std::span(kHttp11).first(sizeof kHttp11 - 1);
    case Alpn::http2: return std::span(kHttp2).first(sizeof kHttp2 - 1);
    case Alpn::http11_and_http2:
      return std::span(kHttp11AndHttp2).first(sizeof kHttp11AndHttp2 - 1);
    case Alpn::http2_and_http11:
      return std::span(kHttp2AndHttp11).first(sizeof kHttp2AndHttp11 - 1);
  }
  return {};
}

/// No common protocol: go on without ALPN, as HTTP/1.1 (alb.md 4.4).
int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned int in_size, void* argument) {
  const auto ours = wire(static_cast<Alpn>(reinterpret_cast<std::uintptr_t>(argument)));
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours.data(), static_cast<unsigned>(ours.size()), in,
                            in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

/// Of a client's Certificate message that is read at all. TLS 1.3 has two bytes more for each
/// certificate, so that any chain of which verdicts are given fits in.
constexpr long kMostCertificateBytes = 2 * pki::kMostPresentedBytes;

/// Called when the version is known and before the client is asked.
int allow_missing_certificate(SSL* ssl, void* argument) {
  const auto version = static_cast<int>(reinterpret_cast<std::intptr_t>(argument));
  const bool tls13 = SSL_version(ssl) == TLS1_3_VERSION;
  if (version == 0 || (version == TLS1_3_VERSION) == tls13) {
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  }
  return 1;
}

void judge_missing_later(SSL_CTX* context, const ServerSettings& settings) {
  const bool tls12 = settings.missing_is_judged_later_tls12;
  const bool tls13 = settings.missing_is_judged_later_tls13;
  if (!tls12 && !tls13) return;
  const std::intptr_t version = tls12 && tls13 ? 0 : tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_set_cert_cb(context, allow_missing_certificate, reinterpret_cast<void*>(version));
}

void ask_for_certificate(SSL_CTX* context, const ServerSettings& settings) {
  if (settings.client_authentication == ClientAuthentication::off) return;
  const bool required = settings.client_authentication == ClientAuthentication::require;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  SSL_CTX_set_cert_verify_callback(context, judge_client_certificate, nullptr);
  // What is too large is for the verdict to say; OpenSSL's own limit would end the handshake
  // before.
  SSL_CTX_set_max_cert_list(context, kMostCertificateBytes);
  if (required) judge_missing_later(context, settings);
  if (settings.ca_names_pem.empty()) return;
  const BioPtr bio = read_bio(settings.ca_names_pem);
  STACK_OF(X509_NAME)* names = sk_X509_NAME_new_null();
  while (const auto ca = pki::next_certificate(bio.get())) {
    sk_X509_NAME_push(names, X509_NAME_dup(X509_get_subject_name(ca.get())));
  }
  ERR_clear_error();
  SSL_CTX_set_client_CA_list(context, names);  // takes ownership
}

/// AWS: no resumption of any kind under mutual TLS; without it sessions and tickets work.
void set_resumption(SSL_CTX* context, bool mutual_tls) {
  if (mutual_tls) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  } else {
    SSL_CTX_set_num_tickets(context, 1);
  }
}

constexpr const char* kGroups = "X25519:P-256:P-384";

void set_common(SSL_CTX* context) {
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_options(
      context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION  // RFC 8879: OpenSSL does it by itself since 3.2, s2n
                                             // not at all
  SSL_CTX_set_options(context,
                      SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
#endif
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set1_groups_list(context, kGroups);
}

void free_key_log(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<std::shared_ptr<KeyLog>*>(held);
}

int key_log_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_key_log);
  return index;
}

/// The context keeps it.
void tell_secrets(SSL_CTX* context, const std::shared_ptr<KeyLog>& key_log) {
  if (!key_log) return;
  auto held = std::make_unique<std::shared_ptr<KeyLog>>(key_log);
  if (SSL_CTX_set_ex_data(context, key_log_index(), held.get()) != 1) return;
  held.release();  // NOLINT: free_key_log() has it
  SSL_CTX_set_keylog_callback(context, [](const SSL* ssl, const char* line) {
    const void* const log = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), key_log_index());
    if (log) (*static_cast<const std::shared_ptr<KeyLog>*>(log))->secret(line);
  });
}

Result<ContextPtr> server_context(const ServerSettings& settings, const CertificateAndKey& pair) {
  const bool mutual = settings.client_authentication != ClientAuthentication::off;
  const ContextPtr context(
      SSL_CTX_new_ex(mutual ? pki::lean_library() : nullptr, nullptr, TLS_server_method()),
      SSL_CTX_free);
  if (!context) return openssl_error("cannot make a TLS context");
  set_common(context.get());
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  const SecurityPolicy& policy = *settings.policy;
  SSL_CTX_set_min_proto_version(context.get(), to_openssl(policy.oldest));
  SSL_CTX_set_max_proto_version(context.get(), to_openssl(policy.newest));
  // OpenSSL 3 offers TLS 1.0 and 1.1 at security level 0 only; the policy itself names the ciphers.
  SSL_CTX_set_security_level(context.get(), policy.oldest < ProtocolVersion::tls12 ? 0 : 1);
  offer_groups(context.get(), policy);
  const std::string signatures(signature_algorithms(policy));
  if (!signatures.empty() && SSL_CTX_set1_sigalgs_list(context.get(), signatures.c_str()) != 1) {
    return openssl_error("cannot offer the signatures of " + std::string(policy.name));
  }
  const std::string ciphers = cipher_list(policy);
  const std::string suites = ciphersuites(policy);
  if (!ciphers.empty() && SSL_CTX_set_cipher_list(context.get(), ciphers.c_str()) != 1) {
    return openssl_error("cannot offer the ciphers of " + std::string(policy.name));
  }
  if (!suites.empty() && SSL_CTX_set_ciphersuites(context.get(), suites.c_str()) != 1) {
    return openssl_error("cannot offer the suites of " + std::string(policy.name));
  }
  if (auto used = use_certificate(context.get(), pair); !used) return Error{used.error()};
  SSL_CTX_set_client_hello_cb(context.get(), note_client_hello, nullptr);
  ask_for_certificate(context.get(), settings);
  set_resumption(context.get(), mutual);
  tell_secrets(context.get(), settings.key_log);
  constexpr unsigned char kSessionContext[] = "hoplab";
  SSL_CTX_set_session_id_context(context.get(), kSessionContext, sizeof kSessionContext - 1);
  if (settings.alpn != Alpn::none) {
    SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn,
                               reinterpret_cast<void*>(static_cast<std::uintptr_t>(settings.alpn)));
  }
  return context;
}

}  // namespace

Result<Context> Context::server(const ServerSettings& settings) {
  Parts parts;
  parts.policy = settings.policy;
  for (const CertificateAndKey& pair : settings.certificates) {
    auto context = server_context(settings, pair);
    if (!context) return Error{context.error()};
    parts.certificates.emplace_back(std::move(context).value());
  }
  if (parts.certificates.empty()) return Error{"a TLS listener needs a certificate"};
  parts.first = parts.certificates.front().context;
  return Context(std::make_shared<const Parts>(std::move(parts)));
}

Result<Context> Context::client(const ClientSettings& settings) {
  const ContextPtr context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) return openssl_error("cannot make a TLS context");
  set_common(context.get());
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), to_openssl(settings.oldest));
  SSL_CTX_set_max_proto_version(context.get(), to_openssl(settings.newest));
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  tell_secrets(context.get(), settings.key_log);
  if (!settings.ca_pem.empty()) {
    const BioPtr bio = read_bio(settings.ca_pem);
    while (const auto ca = pki::next_certificate(bio.get())) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get());
    }
    ERR_clear_error();
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  if (!settings.certificate_pem.empty()) {
    auto used =
        use_certificate(context.get(), {settings.certificate_pem, settings.key_pem, nullptr});
    if (!used) return Error{used.error()};
  }
  if (const auto protocols = wire(settings.alpn); !protocols.empty()) {
    SSL_CTX_set_alpn_protos(context.get(), protocols.data(),
                            static_cast<unsigned>(protocols.size()));
  }
  return Context(std::make_shared<const Parts>(Parts{context, {}, nullptr}));
}

ssl_st* Context::new_ssl() const {
  return SSL_new(parts_->first.get());
}

}  // namespace hoplab::tls
