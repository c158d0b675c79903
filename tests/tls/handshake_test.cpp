// TLS handshakes: versions, client certificates, refusals, time, SNI, ALPN.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/close.h"
#include "tls_lab.h"

namespace hoplab::testing {

using tls::HandshakeFailure;
using tls::ProtocolVersion;

namespace {

tls::ClientSettings only(ProtocolVersion version, tls::ClientSettings settings = {}) {
  settings.oldest = settings.newest = version;
  return settings;
}

/// Passes everything on and keeps what was written.
class Capture final : public net::Stream {
 public:
  Capture(std::unique_ptr<net::Stream> inner, std::string& written)
      : inner_(std::move(inner)), written_(written) {}
  net::IoResult try_read(std::span<char> into) override { return inner_->try_read(into); }
  net::IoResult try_write(std::string_view data) override {
    const auto result = inner_->try_write(data);
    written_.append(data.substr(0, result.size));
    return result;
  }
  void shutdown_write() override { inner_->shutdown_write(); }
  void reset(const Cause& cause) override { inner_->reset(cause); }
  void watch_read(WaitSlot* slot) override { inner_->watch_read(slot); }
  void watch_write(WaitSlot* slot) override { inner_->watch_write(slot); }
  Loop& loop() noexcept override { return inner_->loop(); }

 private:
  std::unique_ptr<net::Stream> inner_;
  std::string& written_;
};

/// Refuses, and notes how much the server had written by then.
class RefusingJudge final : public tls::HandshakeObserver {
 public:
  explicit RefusingJudge(const std::string& written) : written_(written) {}
  void reached(Stage) override {}
  bool accept_client_certificate(x509_st*, stack_st_X509*, tls::ProtocolVersion) override {
    written_before = written_.size();
    return false;
  }
  std::size_t written_before = 0;

 private:
  const std::string& written_;
};

class BothVersions : public ::testing::TestWithParam<ProtocolVersion> {
 protected:
  TestLoop loop_;
};

std::string protocol_version_name(const ::testing::TestParamInfo<ProtocolVersion>& info) {
  return info.param == ProtocolVersion::tls12 ? "Tls12" : "Tls13";
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Tls, BothVersions,
                         ::testing::Values(ProtocolVersion::tls12, ProtocolVersion::tls13),
                         protocol_version_name);

TEST_P(BothVersions, ShakeHandsAndSayWhatWasAgreed) {
  auto settings = only(GetParam());
  settings.ca_pem = lab().pki.root.cert_pem();
  Judge judge;
  const auto pair = connect(loop_, lab().server(), lab().client(settings), &judge, "localhost");
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::none);
  EXPECT_EQ(pair.client_result.failure, HandshakeFailure::none);
  EXPECT_EQ(pair.server->version(), GetParam() == ProtocolVersion::tls12 ? "TLSv1.2" : "TLSv1.3");
  EXPECT_EQ(pair.server->cipher(), pair.client->cipher());
  EXPECT_EQ(pair.server->server_name(), "localhost");
  EXPECT_EQ(judge.stages, std::vector<Stage>{Stage::client_hello});
  EXPECT_FALSE(judge.judged);
}

TEST_P(BothVersions, AMutualHandshakePublishesItsStages) {
  Judge judge;
  const auto pair = connect(loop_, lab().server(lab().mutual_settings()),
                            lab().client(only(GetParam(), lab().with_certificate())), &judge);
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::none);
  EXPECT_TRUE(judge.judged);
  EXPECT_EQ(judge.stages, (std::vector<Stage>{Stage::client_hello, Stage::client_certificate}));
}

TEST_P(BothVersions, ARefusedCertificateLeavesNothingMoreOnTheWire) {
  auto [near, far] = net::make_memory_pipe(loop_);
  std::string written;
  RefusingJudge judge(written);
  const auto pair = connect(loop_, std::make_unique<Capture>(std::move(near), written),
                            std::move(far), lab().server(lab().mutual_settings()),
                            lab().client(only(GetParam(), lab().with_certificate())), &judge);
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::certificate_refused);
  EXPECT_GT(judge.written_before, 0u) << "the server's first flight";
  EXPECT_EQ(written.size(), judge.written_before) << "no alert, encrypted or not";
  if (GetParam() == ProtocolVersion::tls12) {
    EXPECT_EQ(pair.client_result.failure, HandshakeFailure::peer_reset);
  } else {
    // A TLS 1.3 client is done before the verdict and meets the reset when it reads.
    EXPECT_EQ(read_status(*pair.client), net::IoStatus::failed);
  }
}

TEST_P(BothVersions, AMissingCertificateIsSaid) {
  Judge judge;
  const auto pair =
      connect(loop_, lab().server(lab().mutual_settings()), lab().client(only(GetParam())), &judge);
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::certificate_missing);
  EXPECT_FALSE(judge.judged);
}

TEST_P(BothVersions, PassthroughGoesOnWithoutACertificate) {
  auto settings = lab().server_settings();
  settings.client_authentication = tls::ClientAuthentication::request;
  Judge judge;
  const auto pair = connect(loop_, lab().server(settings), lab().client(only(GetParam())), &judge);
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::none);
  EXPECT_FALSE(judge.judged);
}

TEST_P(BothVersions, AClientThatDistrustsTheServerResetsWithoutAnAlert) {
  auto settings = only(GetParam());
  settings.ca_pem = TestPki().root.cert_pem();  // another root
  auto [near, far] = net::make_memory_pipe(loop_);
  std::string written;
  auto client = tls::TlsStream::client(std::make_unique<Capture>(std::move(far), written),
                                       lab().client(settings), "localhost");
  auto server = tls::TlsStream::server(std::move(near), lab().server(), nullptr);
  tls::HandshakeResult client_result, server_result;
  TaskGroup group;
  group.spawn(shake(*client, client_result));
  group.spawn(shake(*server, server_result));
  loop_.run_until([&] { return group.running() == 0; });
  EXPECT_EQ(client_result.failure, HandshakeFailure::negotiation);
  EXPECT_EQ(server_result.failure, HandshakeFailure::peer_reset);
}

TEST_P(BothVersions, AlpnChoosesHttp2First) {
  auto settings = only(GetParam());
  settings.alpn = tls::Alpn::http2_and_http11;
  const auto pair = connect(loop_, lab().server(), lab().client(settings));
  EXPECT_EQ(pair.server->alpn(), "h2");
  EXPECT_EQ(pair.client->alpn(), "h2");
}

TEST_P(BothVersions, AlpnTakesWhatBothKnow) {
  auto settings = only(GetParam());
  settings.alpn = tls::Alpn::http11;
  EXPECT_EQ(connect(loop_, lab().server(), lab().client(settings)).server->alpn(), "http/1.1");
  settings.alpn = tls::Alpn::none;
  EXPECT_EQ(connect(loop_, lab().server(), lab().client(settings)).server->alpn(), "");
}

TEST_P(BothVersions, NothingInCommonInAlpnGoesOnWithoutIt) {
  auto server = lab().server_settings();
  server.alpn = tls::Alpn::none;
  auto client = only(GetParam());
  client.alpn = tls::Alpn::http2_and_http11;
  const auto pair = connect(loop_, lab().server(server), lab().client(client));
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::none);
  EXPECT_EQ(pair.client->alpn(), "");
}

TEST_P(BothVersions, SniChoosesTheCertificateAndTheFirstIsTheDefault) {
  auto server = lab().server_settings();
  server.certificates = {TestPki::pair(lab().pki.server({"first.example"})),
                         TestPki::pair(lab().pki.server({"second.example", "*.wild.example"}))};
  const auto context = lab().server(server);
  auto client = only(GetParam());
  client.ca_pem = lab().pki.root.cert_pem();
  const auto agrees = [&](const std::string& name) {
    return connect(loop_, context, lab().client(client), nullptr, name).client_result.failure ==
           HandshakeFailure::none;
  };
  EXPECT_TRUE(agrees("first.example"));
  EXPECT_TRUE(agrees("second.example"));
  EXPECT_TRUE(agrees("a.wild.example"));
  EXPECT_FALSE(agrees("other.example")) << "the default does not cover it";
}

TEST_P(BothVersions, SniChoosesUnderMutualTlsToo) {
  auto server = lab().mutual_settings();
  server.certificates = {TestPki::pair(lab().pki.server({"first.example"})),
                         TestPki::pair(lab().pki.server({"second.example"}))};
  Judge judge;
  const auto pair =
      connect(loop_, lab().server(server), lab().client(only(GetParam(), lab().with_certificate())),
              &judge, "second.example");
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::none);
  EXPECT_TRUE(judge.judged);
}

TEST(HandshakeTest, NoCommonVersionIsANegotiationFailureWithoutAnAlert) {
  TestLoop loop;
  auto [near, far] = net::make_memory_pipe(loop);
  std::string written;
  const auto pair =
      connect(loop, std::make_unique<Capture>(std::move(near), written), std::move(far),
              lab().server(), lab().client(only(ProtocolVersion::tls11)));
  EXPECT_EQ(pair.server_result.failure, HandshakeFailure::negotiation);
  EXPECT_EQ(written, "");
}

TEST(HandshakeTest, AClientThatRenegotiatesIsRefusedAndTheConnectionStays) {
  TestLoop loop;
  RawHandshake raw(loop, lab().server(lab().mutual_settings()));
  OpensslClient client(loop, *raw.far, [](SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_use_certificate(context, lab().client_certificate.x509());
    SSL_CTX_use_PrivateKey(context, lab().client_certificate.private_key());
  });
  client.shake_hands();
  ASSERT_EQ(raw.result.failure, HandshakeFailure::none);
  ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
  ERR_clear_error();
  EXPECT_LE(SSL_do_handshake(client.ssl()), 0);
  std::array<char, 64> sink;
  EXPECT_EQ(raw.server->try_read(sink).status, net::IoStatus::would_block);
  client.exchange();
  EXPECT_EQ(raw.server->try_read(sink).status, net::IoStatus::would_block) << "it stays";
  raw.server->try_flush();
  client.exchange();
  ERR_clear_error();
  EXPECT_LE(SSL_do_handshake(client.ssl()), 0);
  EXPECT_EQ(ERR_GET_REASON(ERR_peek_last_error()), SSL_R_NO_RENEGOTIATION);
  ERR_clear_error();
  raw.server->reset(kTestCause);
}

TEST(HandshakeTest, PlainHttpIsRecognised) {
  TestLoop loop;
  RawHandshake raw(loop, lab().server());
  raw.far->try_write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  loop.settle();
  EXPECT_EQ(raw.group.running(), 0u);
  EXPECT_EQ(raw.result.failure, HandshakeFailure::plain_http);
  EXPECT_EQ(read_now(*raw.far), "") << "the answer is the caller's";
}

TEST(HandshakeTest, RubbishIsANegotiationFailure) {
  TestLoop loop;
  RawHandshake raw(loop, lab().server());
  raw.far->try_write("\x05\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b");
  loop.settle();
  EXPECT_EQ(raw.result.failure, HandshakeFailure::negotiation);
}

TEST(HandshakeTest, AHelloThatFailsAfterTheCipherIsChosenHasNoKeyExchange) {
  TestLoop loop;
  RawHandshake raw(loop, lab().server());
  OpensslClient client(loop, *raw.far, [](SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  });
  EXPECT_LE(SSL_connect(client.ssl()), 0);
  ERR_clear_error();
  std::string hello = client.take_output();
  // psk_key_exchange_modes, a list of one: longer than its extension. OpenSSL reads it after it has
  // chosen the cipher, and before there is a session.
  const std::string modes("\x00\x2d\x00\x02\x01\x01", 6);
  const auto at = hello.find(modes);
  ASSERT_NE(at, std::string::npos);
  hello[at + 4] = 5;
  raw.far->try_write(hello);
  loop.settle();
  EXPECT_EQ(raw.result.failure, HandshakeFailure::negotiation);
  EXPECT_NE(raw.server->cipher(), "");
  EXPECT_EQ(raw.server->key_exchange(), "");
}

TEST_P(BothVersions, AClientThatRefusesUsByAnAlertIsKnown) {
  RawHandshake raw(loop_, lab().server());
  const int version = GetParam() == ProtocolVersion::tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
  OpensslClient client(loop_, *raw.far, [version](SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);  // it trusts nobody
  });
  client.shake_hands();
  EXPECT_EQ(raw.group.running(), 0u);
  EXPECT_EQ(raw.result.failure, HandshakeFailure::peer_alert);
  EXPECT_TRUE(raw.server->peer_sent_alert());
}

TEST(HandshakeTest, AnEndOrAResetBeforeTheHelloIsThePeers) {
  TestLoop loop;
  RawHandshake closed(loop, lab().server()), reset(loop, lab().server());
  closed.far->shutdown_write();
  reset.far->reset(kTestCause);
  loop.settle();
  EXPECT_EQ(closed.result.failure, HandshakeFailure::peer_closed);
  EXPECT_EQ(reset.result.failure, HandshakeFailure::peer_reset);
}

TEST(HandshakeTest, TimesOutByTheEmulatedClock) {
  TestLoop loop;
  RawHandshake raw(loop, lab().server());
  raw.far->try_write(std::string_view("\x16\x03\x01", 3));  // half a record header
  loop.advance(10s - 1us);
  EXPECT_EQ(raw.group.running(), 1u);
  loop.advance(1us);
  EXPECT_EQ(raw.group.running(), 0u);
  EXPECT_EQ(raw.result.failure, HandshakeFailure::timeout);
}

TEST(HandshakeTest, AServerCertificateMayBeExpiredForALoadBalancersTargets) {
  TestLoop loop;
  const auto pair = connect(loop, lab().server(), lab().client());
  EXPECT_EQ(pair.client_result.failure, HandshakeFailure::none) << "nothing is validated";
}

TEST(TlsStreamTest, EndingBehindAFullStreamLosesNothing) {
  TestLoop loop;
  auto pair = connect(loop, lab().server(), lab().client());
  const std::string text = pattern(1 << 20);
  std::size_t taken = 0;
  while (taken < text.size()) {
    const auto result = pair.server->try_write(std::string_view(text).substr(taken));
    if (!result.ok()) break;
    taken += result.size;
  }
  ASSERT_FALSE(pair.server->try_flush()) << "the pipe is full";
  TaskGroup group;
  group.spawn(net::close_in_order(*pair.server));
  std::string got;
  auto end = net::IoStatus::ok;
  group.spawn(read_to_end(*pair.client, got, end));
  loop.settle();
  EXPECT_EQ(end, net::IoStatus::closed);
  EXPECT_EQ(got.size(), taken);
  pair.client->shutdown_write();
  loop.settle();
  EXPECT_EQ(group.running(), 0u);
}

}  // namespace hoplab::testing
