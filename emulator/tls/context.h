// TLS contexts: what a listener offers, and what a client of ours offers.
//
// A context is immutable once built and may serve connections of several threads.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tls/certificate_choice.h"
#include "tls/key_log.h"
#include "tls/security_policy.h"

namespace hoplab::tls {

/// ALPN protocols, the preferred one first.
enum class Alpn : std::uint8_t { none, http11, http2, http11_and_http2, http2_and_http11 };

/// What a server wants of the client's certificate.
enum class ClientAuthentication : std::uint8_t {
  off,      // no CertificateRequest
  request,  // asked for, not required (ALB passthrough)
  require,  // a handshake without one fails (ALB verify)
};

struct CertificateAndKey {
  std::string chain_pem;  // leaf first
  std::string key_pem;
  /// In place of key_pem where the key is at hand: OpenSSL takes a millisecond to read one.
  std::shared_ptr<EVP_PKEY> key;
};

struct ServerSettings {
  const SecurityPolicy* policy = nullptr;  // required
  /// The default, and then the list that SNI chooses from; see certificate_choice.h.
  std::vector<CertificateAndKey> certificates;
  ClientAuthentication client_authentication = ClientAuthentication::off;
  /// Versions whose handshakes go on without a certificate although one is required; whoever runs
  /// them looks afterwards.
  bool missing_is_judged_later_tls12 = false;
  bool missing_is_judged_later_tls13 = false;
  std::string ca_names_pem;  // CAs whose names the CertificateRequest lists; empty: none
  Alpn alpn = Alpn::http2_and_http11;
  std::shared_ptr<KeyLog> key_log;  // null: none
};

struct ClientSettings {
  std::string ca_pem;  // empty: the server's certificate is not checked (an ALB and its targets)
  std::string certificate_pem, key_pem;  // empty: none to show
  ProtocolVersion oldest = ProtocolVersion::tls10;
  ProtocolVersion newest = ProtocolVersion::tls13;
  Alpn alpn = Alpn::none;
  std::shared_ptr<KeyLog> key_log;  // null: none
};

/// Shared and reference-counted: a stream keeps its context alive.
class Context {
 public:
  static Result<Context> server(const ServerSettings& settings);
  static Result<Context> client(const ClientSettings& settings);

  /// A new SSL on this context, owned by the caller; null when out of memory.
  [[nodiscard]] ssl_st* new_ssl() const;
  /// Of a server: its certificates, the default one first.
  [[nodiscard]] const std::vector<ServerCertificate>& certificates() const noexcept {
    return parts_->certificates;
  }
  /// Of a server; null for a client.
  [[nodiscard]] const SecurityPolicy* policy() const noexcept { return parts_->policy; }

 private:
  struct Parts {
    std::shared_ptr<ssl_ctx_st> first;
    std::vector<ServerCertificate> certificates;
    const SecurityPolicy* policy = nullptr;
  };
  explicit Context(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const Parts> parts_;
};

}  // namespace hoplab::tls
