// Contexts, security policies and the TLS dialer.
#include "tls/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/ssl_policies.h"

#include "net/in_process_dialer.h"
#include "support/openssl_certificate.h"
#include "tls/tls_dialer.h"
#include "tls_lab.h"

namespace hoplab::testing {

using tls::ProtocolVersion;

namespace {

/// With an RSA key, for which every policy has a signature.
const tls::CertificateAndKey& rsa_certificate() {
  static const auto key = rsa_key(2048);
  static const tls::CertificateAndKey pair{
      pem_of(certificate_of(key.get(), lab().pki.root, "server").get()), pem_of(key.get()),
      nullptr};
  return pair;
}

}  // namespace

TEST(SecurityPolicies, AreThoseOfTheListAndBuild) {
  const auto& lab = TlsLab::shared();
  std::vector<std::string_view> names;
  for (const auto& policy : tls::all_security_policies()) {
    auto settings = lab.server_settings();
    settings.policy = &policy;
    const auto built = tls::Context::server(settings);
    EXPECT_TRUE(built.ok()) << policy.name << ": " << built.error();
    EXPECT_EQ(tls::find_security_policy(policy.name), &policy);
    names.push_back(policy.name);
  }
  EXPECT_THAT(names, ::testing::ElementsAreArray(model::ssl_policy_names()));
  EXPECT_EQ(tls::find_security_policy("ELBSecurityPolicy-2016-09"), nullptr);
}

TEST(SecurityPolicies, ThoseOfRfc9151PreferTheLongerKeyAndHaveNoX25519) {
  TestLoop loop;
  const auto& lab = TlsLab::shared();
  const struct {
    std::string_view name;
    std::string_view ciphers, suites;
  } rows[] = {
      {"TLS13-1-3-RFC9151-FIPS-2023-07", "", "TLS_AES_256_GCM_SHA384"},
      {"TLS13-1-2-RFC9151-FIPS-2023-07",
       "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384", "TLS_AES_256_GCM_SHA384"},
      {"TLS13-1-2-Ext0-RFC9151-FIPS-2023-07",
       "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:AES256-GCM-SHA384",
       "TLS_AES_256_GCM_SHA384"},
      {"TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07",
       "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:"
       "ECDHE-RSA-AES128-GCM-SHA256",
       "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"},
      {"TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07",
       "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:"
       "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:"
       "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256",
       "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"},
      {"TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07",
       "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA384:"
       "ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:"
       "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:"
       "ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA",
       "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"},
      {"TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07",
       "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA384:"
       "ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:"
       "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:"
       "ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:AES256-GCM-SHA384:"
       "AES256-SHA256:AES256-SHA:AES128-GCM-SHA256:AES128-SHA256:AES128-SHA",
       "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"},
  };
  for (const auto& row : rows) {
    const std::string name = "ELBSecurityPolicy-" + std::string(row.name);
    const auto* policy = tls::find_security_policy(name);
    EXPECT_TRUE(policy) << name;
    if (!policy) continue;
    EXPECT_EQ(tls::cipher_list(*policy), row.ciphers) << name;
    EXPECT_EQ(tls::ciphersuites(*policy), row.suites) << name;
    auto settings = lab.server_settings();
    settings.policy = policy;
    settings.certificates = {rsa_certificate()};
    for (const bool x25519 : {true, false}) {
      RawHandshake raw(loop, lab.server(settings));
      OpensslClient client(loop, *raw.far, [x25519](SSL_CTX* context) {
        SSL_CTX_set1_groups_list(context, x25519 ? "X25519" : "P-384");
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
      });
      client.shake_hands();
      EXPECT_EQ(SSL_is_init_finished(client.ssl()) == 1, !x25519) << name;
      raw.far->reset(kTestCause);
      loop.settle();
    }
  }
}

TEST(SecurityPolicies, EachOffersExactlyItsVersions) {
  TestLoop loop;
  const auto& lab = TlsLab::shared();
  for (const auto& policy : tls::all_security_policies()) {
    auto settings = lab.server_settings();
    settings.policy = &policy;
    settings.certificates = {rsa_certificate()};
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
