// Resumption: none of any kind under mutual TLS; sessions and tickets otherwise.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <thread>

#include "net/tcp_stream.h"
#include "support/raw_client.h"
#include "tls_lab.h"

namespace hoplab::testing {

namespace {

/// A plain OpenSSL client over memory BIOs, able to show a session again.
class SessionClient {
 public:
  explicit SessionClient(int version, const pki::Identity& identity)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    SSL_CTX_use_certificate(context_.get(), identity.x509());
    SSL_CTX_use_PrivateKey(context_.get(), identity.private_key());
  }

  /// One connection to a server of ours; true when the server resumed the session shown.
  bool resumed(TestLoop& loop, const tls::Context& server) {
    const TcpPair sockets = make_tcp_pair();
    Judge judge;
    auto stream =
        tls::TlsStream::server(net::make_tcp_stream(loop, sockets.accepted), server, &judge);
    RawClient owner = RawClient::adopt(sockets.connected);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), SSL_free);
    BIO* socket = BIO_new_socket(sockets.connected, BIO_NOCLOSE);
    SSL_set_bio(ssl.get(), socket, socket);
    if (session_) SSL_set_session(ssl.get(), session_.get());
    TaskGroup group;
    tls::HandshakeResult result;
    group.spawn(answer(*stream, result));
    std::thread client([&] {
      SSL_connect(ssl.get());
      char byte = 0;
      SSL_read(ssl.get(), &byte, 1);  // tickets of TLS 1.3 come with the first read
    });
    loop.run_until([&] { return group.running() == 0; });
    client.join();
    EXPECT_EQ(result.failure, tls::HandshakeFailure::none);
    judged = judge.judged;
    // OpenSSL forgets the session of a connection that did not end in order.
    SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    session_.reset(SSL_get1_session(ssl.get()));
    return SSL_session_reused(ssl.get()) == 1;
  }
  [[nodiscard]] bool may_resume() const { return SSL_SESSION_is_resumable(session_.get()) == 1; }

  bool judged = false;

 private:
  static Task<void> answer(tls::TlsStream& stream, tls::HandshakeResult& result) {
    result = co_await stream.handshake(10s);
    co_await net::write_all(stream, "x");
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session_{nullptr, SSL_SESSION_free};
};

class Resumption : public ::testing::TestWithParam<int> {};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Tls, Resumption, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& made) {
                           return made.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(Resumption, IsRefusedUnderMutualTlsAndTheCertificateIsJudgedEachTime) {
  TestLoop loop;
  const auto& lab = TlsLab::shared();
  SessionClient client(GetParam(), lab.client_certificate);
  const auto server = lab.server(lab.mutual_settings());
  for (int turn = 0; turn < 3; ++turn) {
    EXPECT_FALSE(client.resumed(loop, server));
    EXPECT_TRUE(client.judged);
  }
  EXPECT_FALSE(client.may_resume()) << "neither a session id nor a ticket was given";
}

TEST_P(Resumption, WorksWithoutMutualTls) {
  TestLoop loop;
  const auto& lab = TlsLab::shared();
  SessionClient client(GetParam(), lab.client_certificate);
  const auto server = lab.server();
  EXPECT_FALSE(client.resumed(loop, server));
  EXPECT_TRUE(client.resumed(loop, server));
}

TEST_P(Resumption, ASessionOfAPlainListenerDoesNotOpenAMutualOne) {
  TestLoop loop;
  const auto& lab = TlsLab::shared();
  SessionClient client(GetParam(), lab.client_certificate);
  EXPECT_FALSE(client.resumed(loop, lab.server()));
  EXPECT_FALSE(client.resumed(loop, lab.server(lab.mutual_settings())));
  EXPECT_TRUE(client.judged);
}

}  // namespace hoplab::testing
