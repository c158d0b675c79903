// Contexts, security policies and the TLS dialer.
#include "tls/context.h"

#include <gtest/gtest.h>

#include <set>

#include "net/in_process_dialer.h"
#include "tls/tls_dialer.h"
#include "tls_lab.h"

namespace hoplab::testing {

using tls::ProtocolVersion;

TEST(SecurityPolicies, All37BuildAndHaveDistinctNames) {
  const auto& lab = TlsLab::shared();
  std::set<std::string_view> names;
  for (const auto& policy : tls::all_security_policies()) {
    auto settings = lab.server_settings();
    settings.policy = &policy;
    const auto built = tls::Context::server(settings);
    EXPECT_TRUE(built.ok()) << policy.name << ": " << built.error();
    EXPECT_EQ(tls::find_security_policy(policy.name), &policy);
    names.insert(policy.name);
  }
  EXPECT_EQ(names.size(), 37u);
  EXPECT_EQ(tls::find_security_policy("ELBSecurityPolicy-2016-09"), nullptr);
}

TEST(SecurityPolicies, EachOffersExactlyItsVersions) {
  TestLoop loop;
  const auto& lab = TlsLab::shared();
  for (const auto& policy : tls::all_security_policies()) {
    auto settings = lab.server_settings();
    settings.policy = &policy;
    const auto server = lab.server(settings);
    for (const auto version : {ProtocolVersion::tls10, ProtocolVersion::tls11,
                               ProtocolVersion::tls12, ProtocolVersion::tls13}) {
      tls::ClientSettings client;
      client.oldest = client.newest = version;
      const auto pair = connect(loop, server, lab.client(client));
      // The two GCM-only policies of old versions do not exist: a version offered can be agreed on,
      // but below TLS 1.2 only where a SHA-1 cipher is in the list.
      const bool offered = version >= policy.oldest && version <= policy.newest;
      EXPECT_EQ(pair.server_result.failure == tls::HandshakeFailure::none, offered)
          << policy.name << " version " << static_cast<int>(version);
    }
  }
}

TEST(ServerContext, SaysWhatIsWrong) {
  const auto& lab = TlsLab::shared();
  auto settings = lab.server_settings();
  settings.certificates.clear();
  EXPECT_NE(tls::Context::server(settings).error().find("needs a certificate"), std::string::npos);
  settings = lab.server_settings();
  settings.certificates[0].key_pem = lab.client_certificate.key_pem();
  EXPECT_NE(tls::Context::server(settings).error().find("private key"), std::string::npos);
  settings.certificates[0].chain_pem = "not PEM";
  EXPECT_NE(tls::Context::server(settings).error().find("certificate"), std::string::npos);
}

TEST(TlsDialerTest, SaysThatATargetDoesNotSpeakTls) {
  TestLoop loop;
  struct Http final : net::ConnectionHandler {
    void serve(net::Connection connection) override {
      connection.stream->try_write("HTTP/1.1 400 Bad Request\r\n\r\n");
      kept.push_back(std::move(connection));
    }
    std::vector<net::Connection> kept;
  };
  const auto target = std::make_shared<Http>();
  const net::Address here{"10.0.0.1", 1}, there{"10.0.0.2", 443};
  auto lower =
      std::make_unique<net::InProcessDialer>(loop, target, here, there, JournalKind::target);
  tls::TlsDialer dialer(std::move(lower), TlsLab::shared().client());
  bool connected = true;
  Reason failure = Reason::answered;
  loop.run([](net::Dialer& by, bool& yes, Reason& why) -> Task<void> {
    auto dialed = co_await by.dial(10s);
    yes = dialed.stream != nullptr;
    why = dialed.failure;
  }(dialer, connected, failure));
  EXPECT_FALSE(connected);
  EXPECT_EQ(failure, Reason::tls_target_failed);
  EXPECT_EQ(dialer.address().port, 443);
}

TEST(TlsDialerTest, TimesOutOnASilentTarget) {
  TestLoop loop;
  struct Silent final : net::ConnectionHandler {
    void serve(net::Connection connection) override { kept.push_back(std::move(connection)); }
    std::vector<net::Connection> kept;
  };
  const auto target = std::make_shared<Silent>();
  const net::Address here{"10.0.0.1", 1}, there{"10.0.0.2", 443};
  auto lower =
      std::make_unique<net::InProcessDialer>(loop, target, here, there, JournalKind::target);
  tls::TlsDialer dialer(std::move(lower), TlsLab::shared().client());
  Reason failure = Reason::answered;
  TaskGroup group;
  group.spawn([](net::Dialer& by, Reason& why) -> Task<void> {
    auto dialed = co_await by.dial(10s);
    why = dialed.failure;
  }(dialer, failure));
  loop.advance(10s);
  EXPECT_EQ(group.running(), 0u);
  EXPECT_EQ(failure, Reason::tls_target_timeout);
}

}  // namespace hoplab::testing
