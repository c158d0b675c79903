// What the TLS tests share: one PKI, contexts, and a handshake between two ends.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>

#include "support/io.h"
#include "support/test_loop.h"
#include "support/test_pki.h"
#include "tls/tls_stream.h"

namespace hoplab::tls {
inline void PrintTo(HandshakeFailure failure, std::ostream* out) {
  constexpr const char* kNames[] = {"none",
                                    "peer_closed",
                                    "peer_reset",
                                    "peer_alert",
                                    "timeout",
                                    "plain_http",
                                    "certificate_refused",
                                    "certificate_missing",
                                    "certificate_invalid",
                                    "certificate_too_large",
                                    "key_not_proven",
                                    "negotiation"};
  *out << kNames[static_cast<int>(failure)];
}
}  // namespace hoplab::tls

namespace hoplab::testing {

class TlsLab {
 public:
  static const TlsLab& shared() {
    static const TlsLab lab;
    return lab;
  }

  /// Settings of a listener with one certificate and a policy of TLS 1.2 and 1.3.
  [[nodiscard]] tls::ServerSettings server_settings() const {
    tls::ServerSettings settings;
    settings.policy = tls::find_security_policy("ELBSecurityPolicy-TLS13-1-2-2021-06");
    settings.certificates = {TestPki::pair(server_certificate)};
    return settings;
  }
  [[nodiscard]] tls::ServerSettings mutual_settings() const {
    auto settings = server_settings();
    settings.client_authentication = tls::ClientAuthentication::require;
    settings.ca_names_pem = pki.root.cert_pem();
    return settings;
  }
  [[nodiscard]] tls::Context server() const { return server(server_settings()); }
  [[nodiscard]] tls::Context server(const tls::ServerSettings& settings) const {
    return TestPki::must(tls::Context::server(settings));
  }
  [[nodiscard]] tls::Context client(const tls::ClientSettings& settings = {}) const {
    return TestPki::must(tls::Context::client(settings));
  }
  [[nodiscard]] tls::ClientSettings with_certificate() const {
    tls::ClientSettings settings;
    settings.certificate_pem = client_certificate.chain_pem();
    settings.key_pem = client_certificate.key_pem();
    return settings;
  }

  TestPki pki;
  pki::Identity server_certificate = pki.server();
  pki::Identity client_certificate = pki.client();
};

/// Says yes or no to any client certificate and remembers what it was told.
class Judge final : public tls::HandshakeObserver {
 public:
  explicit Judge(bool accept = true) : accept_(accept) {}
  void reached(Stage stage) override { stages.push_back(stage); }
  bool accept_client_certificate(x509_st* leaf, stack_st_X509*, tls::ProtocolVersion) override {
    judged = leaf != nullptr;
    return accept_;
  }
  bool goes_on_without_key(tls::ProtocolVersion) override { return goes_on; }
  void key_not_proven() override { without_key = true; }
  std::vector<Stage> stages;
  bool judged = false;
  bool goes_on = false;      // without the certificate's key
  bool without_key = false;  // did

 private:
  bool accept_;
};

struct TlsPair {
  std::unique_ptr<tls::TlsStream> server, client;
  tls::HandshakeResult server_result, client_result;
};

inline Task<void> shake(tls::TlsStream& stream, tls::HandshakeResult& result) {
  result = co_await stream.handshake(10s);
  // As an ALB: a failed handshake ends in a reset and nothing else.
  if (result.failure != tls::HandshakeFailure::none) stream.reset(kTestCause);
}

/// A handshake between two ends; both have ended when it returns.
inline TlsPair connect(TestLoop& loop, std::unique_ptr<net::Stream> server_lower,
                       std::unique_ptr<net::Stream> client_lower, const tls::Context& server,
                       const tls::Context& client, tls::HandshakeObserver* observer = nullptr,
                       const std::string& sni = {}) {
  TlsPair pair;
  pair.server = tls::TlsStream::server(std::move(server_lower), server, observer);
  pair.client = tls::TlsStream::client(std::move(client_lower), client, sni);
  TaskGroup group;
  group.spawn(shake(*pair.server, pair.server_result));
  group.spawn(shake(*pair.client, pair.client_result));
  loop.run_until([&] { return group.running() == 0; });
  return pair;
}

/// The server's half of a handshake with the test as the client's bytes.
struct RawHandshake {
  explicit RawHandshake(TestLoop& loop, const tls::Context& context,
                        tls::HandshakeObserver* observer = nullptr) {
    auto [near, far_end] = net::make_memory_pipe(loop);
    far = std::move(far_end);
    server = tls::TlsStream::server(std::move(near), context, observer);
    group.spawn(run(*server, result));
    loop.settle();
  }
  static Task<void> run(tls::TlsStream& stream, tls::HandshakeResult& into) {
    into = co_await stream.handshake(10s);
  }
  std::unique_ptr<net::Stream> far;
  std::unique_ptr<tls::TlsStream> server;
  tls::HandshakeResult result;
  TaskGroup group;
};

/// OpenSSL itself as the client, with alerts: it can be told what our clients never do. It moves
/// only when it is told to.
class OpensslClient {
 public:
  /// `server` is the server's end of its connection; `limit` changes the client's context.
  OpensslClient(TestLoop& loop, net::Stream& server, const std::function<void(SSL_CTX*)>& limit)
      : loop_(loop), server_(server), context_(SSL_CTX_new(TLS_client_method())) {
    limit(context_.get());
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  }

  [[nodiscard]] SSL* ssl() const noexcept { return ssl_.get(); }

  /// What it has to say, which is then not sent.
  std::string take_output() {
    std::string out(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
    if (!out.empty()) BIO_read(SSL_get_wbio(ssl_.get()), out.data(), static_cast<int>(out.size()));
    return out;
  }

  /// Sends what it has to say, lets the loop run, and takes what came.
  void exchange() {
    const std::string out = take_output();
    if (!out.empty()) server_.try_write(out);
    loop_.settle();
    const std::string answer = read_now(server_);
    BIO_write(SSL_get_rbio(ssl_.get()), answer.data(), static_cast<int>(answer.size()));
  }

  /// As many flights as a handshake may have.
  void shake_hands() {
    for (int flight = 0; flight < 4 && SSL_connect(ssl_.get()) != 1; ++flight) exchange();
    ERR_clear_error();
    exchange();  // its last flight
  }

 private:
  struct Release {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  TestLoop& loop_;
  net::Stream& server_;
  std::unique_ptr<SSL_CTX, Release> context_;
  std::unique_ptr<SSL, Release> ssl_;
};

inline const TlsLab& lab() {
  return TlsLab::shared();
}

inline TlsPair connect(TestLoop& loop, const tls::Context& server, const tls::Context& client,
                       tls::HandshakeObserver* observer = nullptr, const std::string& sni = {}) {
  auto [near, far] = net::make_memory_pipe(loop);
  return connect(loop, std::move(near), std::move(far), server, client, observer, sni);
}

}  // namespace hoplab::testing
