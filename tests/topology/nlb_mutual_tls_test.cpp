// Mutual TLS on a network load balancer's own listener (nlb-privatelink.md 1.11), seen by a real
// client: whom the trust store, the identity filters and the revocation lists let in, and how the
// others are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <sstream>

#include "base/file.h"
#include "nlb_tls_lab.h"
#include "strangers_key.h"

namespace hoplab::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using End = HttpsClient::End;
using Field = IdentityFilter::Field;
using MatchType = IdentityFilter::MatchType;

model::Certificate client_of_ca(const std::string& name, const std::string& subject) {
  model::Certificate one;
  one.name = name;
  one.subject = subject;
  one.issuer = "ca";
  return one;
}

/// A TLS listener in verify mode, and clients of every kind. Nobody checks health.
model::Topology verify_listener(
    const std::function<void(model::MutualAuthentication&)>& change = {}) {
  model::Topology topology = tls_listener();
  topology.target_groups[0].health_check.enabled = false;
  model::CertificateAuthority other;
  other.name = "other";
  other.subject = "CN=other";
  topology.pki.authorities.push_back(other);
  topology.pki.authorities[0].crl = true;
  model::Certificate orders = client_of_ca("orders", "CN=Orders,OU=Payments,OU=Platform");
  orders.dns_names = {"orders.example.com", "o.example.com"};
  orders.uris = {"urn:orders", "spiffe://Example.com/ns/Prod/sa/orders"};
  model::Certificate bare = client_of_ca("bare", "O=Example");
  model::Certificate expired = client_of_ca("expired", "CN=Orders");
  expired.not_before_s = -2 * 86400;
  expired.not_after_s = -86400;
  model::Certificate early = client_of_ca("early", "CN=Orders");
  early.not_before_s = 86400;
  model::Certificate revoked = client_of_ca("revoked", "CN=Orders");
  revoked.revoked = true;
  model::Certificate revoked_other = client_of_ca("revoked-other", "CN=Billing");
  revoked_other.revoked = true;
  model::Certificate untrusted = client_of_ca("untrusted", "CN=Orders");
  untrusted.issuer = "other";
  for (auto& one : {orders, bare, expired, early, revoked, revoked_other, untrusted}) {
    topology.pki.certificates.push_back(one);
  }
  model::TrustStore store;
  store.name = "store";
  store.ca_certificates = {"ca"};
  store.revocations.emplace_back().authority = "ca";
  topology.trust_stores = {store};
  auto& mutual = topology.load_balancers[0].listeners[0].mutual_authentication;
  mutual.mode = model::MutualAuthenticationMode::verify;
  mutual.trust_store = "store";
  if (change) change(mutual);
  return topology;
}

struct Met {
  std::string body;  // of the answer; empty: none
  End end = End::none;
  EndRecord record;
};

class NlbMutualTls : public Operations {
 protected:
  Emulator& start_with(const std::function<void(model::MutualAuthentication&)>& change = {}) {
    return start(verify_listener(change));
  }

  /// Another list of filters, from the next handshake on.
  void filter(std::vector<IdentityFilter> filters) {
    const model::Topology topology = verify_listener(
        [&](model::MutualAuthentication& mutual) { mutual.identity_filters = std::move(filters); });
    const auto done = lab_->emulator.apply(topology);
    ASSERT_TRUE(done.ok()) << done.error();
  }

  HttpsClient client(const std::string& certificate, int version = TLS1_3_VERSION) {
    const Emulator& emulator = lab_->emulator;
    const auto files =
        certificate.empty() ? CertificatePaths() : emulator.certificates().at(certificate);
    return HttpsClient(emulator, emulator.endpoints().front(), files, version);
  }

  /// What becomes of a client that asks for "/".
  Met meet(const std::string& certificate, int version) {
    HttpsClient one = client(certificate, version);
    Met met;
    if (one.connected()) met.body = body(one);
    met.end = one.end();
    one.close();
    met.record = next_end();
    return met;
  }

  void expect_accepted(const std::string& certificate) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const Met met = meet(certificate, version);
      EXPECT_EQ(met.body, "first") << certificate << ' ' << met.record.verify_reason;
      EXPECT_EQ(met.record.verify_status, "Success");
    }
  }

  void expect_refused(const std::string& certificate, const std::string& status) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      SCOPED_TRACE(certificate + (version == TLS1_2_VERSION ? ", TLS 1.2" : ", TLS 1.3"));
      const auto errors = metric("nlb", "ClientTLSNegotiationErrorCount");
      const auto resets = metric("nlb", "TCP_ELB_Reset_Count");
      const Met met = meet(certificate, version);
      EXPECT_EQ(met.body, "");
      EXPECT_EQ(met.end, End::rst);
      EXPECT_EQ(met.record.hop, "nlb");
      EXPECT_EQ(met.record.reason, Reason::certificate_refused);
      EXPECT_EQ(met.record.how, EndKind::rst);
      EXPECT_EQ(met.record.stage, Stage::client_certificate);
      EXPECT_EQ(met.record.verify_status, "Failed:" + status);
      EXPECT_EQ(met.record.tls_version, version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
      EXPECT_EQ(metric("nlb", "ClientTLSNegotiationErrorCount"), errors + 1);
      EXPECT_EQ(metric("nlb", "TCP_ELB_Reset_Count"), resets + 1);
    }
  }
};

TEST_F(NlbMutualTls, WithoutFiltersTheTrustStoreAndItsListsDecide) {
  start_with();
  expect_accepted("orders");
  expect_accepted("bare");
  expect_refused("untrusted", "ClientCertUntrusted");
  expect_refused("expired", "ClientCertExpired");
  expect_refused("early", "ClientCertNotYetValid");
  expect_refused("revoked", "ClientCertCrlHit");
  expect_refused("", "UnmappedConnectionError");
}

TEST_F(NlbMutualTls, EachFieldAndMatchTypeAcceptsAndRefuses) {
  start_with();
  struct Row {
    Field field;
    const char *exact, *prefix;  // in another case than the certificate's where that may be
    const char* none;            // matches neither way
  };
  const Row rows[] = {{Field::subject_cn, "orders", "ORD", "rders"},
                      {Field::subject_ou, "platform", "plat", "payments2"},
                      {Field::san_dns, "O.example.COM", "ORDERS.", "example.com"},
                      {Field::san_uri, "SPIFFE://example.COM/ns/Prod/sa/orders",
                       "spiffe://EXAMPLE.com/ns/Prod/", "spiffe://example.com/ns/prod/sa/orders"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(to_text(row.field));
    for (const auto& [match_type, value] :
         {std::pair(MatchType::exact, row.exact), std::pair(MatchType::prefix, row.prefix)}) {
      filter({{row.field, match_type, value}});
      expect_accepted("orders");
      expect_refused("bare", "ClientCertRejected");  // which has no such field
      filter({{row.field, match_type, row.none}});
      expect_refused("orders", "ClientCertRejected");
    }
    filter({{row.field, MatchType::exact, row.prefix}});
    expect_refused("orders", "ClientCertRejected");
  }
}

TEST_F(NlbMutualTls, OneFilterOfSeveralIsEnough) {
  start_with();
  filter({{Field::subject_cn, MatchType::exact, "billing"},
          {Field::san_uri, MatchType::prefix, "urn:"}});
  expect_accepted("orders");
  expect_refused("bare", "ClientCertRejected");
  filter({});
  expect_accepted("bare");
}

TEST_F(NlbMutualTls, FiltersComeBehindTheChainAndBeforeRevocation) {
  start_with();
  filter({{Field::subject_cn, MatchType::exact, "orders"}});
  expect_refused("untrusted", "ClientCertUntrusted");
  expect_refused("expired", "ClientCertExpired");
  expect_refused("revoked", "ClientCertCrlHit");
  expect_refused("revoked-other", "ClientCertRejected");
}

TEST_F(NlbMutualTls, TheRecordSaysWhatTheFiltersMissed) {
  start_with();
  filter({{Field::subject_cn, MatchType::exact, "billing"},
          {Field::san_uri, MatchType::prefix, "spiffe:"}});
  const EndRecord record = meet("bare", TLS1_2_VERSION).record;
  EXPECT_EQ(record.certificate_subject, "O=Example");
  EXPECT_THAT(record.verify_reason, HasSubstr("no subject-cn; no san-uri"));
}

TEST_F(NlbMutualTls, IgnoringExpiryLetsTheExpiredIn) {
  start_with([](auto& mutual) { mutual.ignore_client_certificate_expiry = true; });
  expect_accepted("expired");
  expect_refused("early", "ClientCertNotYetValid");
}

TEST_F(NlbMutualTls, AdvertisesTheNamesOfItsAuthoritiesIfItIsSetTo) {
  for (const bool advertises : {false, true}) {
    start_with([=](auto& mutual) { mutual.advertise_trust_store_ca_names = advertises; });
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const HttpsClient one = client("orders", version);
      if (advertises) {
        EXPECT_THAT(one.advertised_ca_names(), ElementsAre("CN=ca"));
      } else {
        EXPECT_THAT(one.advertised_ca_names(), IsEmpty());
      }
    }
  }
}

TEST_F(NlbMutualTls, ARefusedClientLeavesALineWithoutCipherAndVersion) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/access.log";
  start(verify_listener([](auto& mutual) {
          mutual.identity_filters = {{Field::subject_cn, MatchType::exact, "orders"}};
        }),
        log);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    meet("bare", version);
    meet("orders", version);
  }
  std::istringstream lines(read_file(log).value());
  std::vector<std::vector<std::string>> fields;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    fields.emplace_back(std::istream_iterator<std::string>(words),
                        std::istream_iterator<std::string>());
  }
  ASSERT_EQ(fields.size(), 4u);
  constexpr std::size_t kHandshake = 8, kReceived = 9, kAlert = 11, kCipher = 14, kVersion = 15,
                        kKeyExchange = 16, kDomain = 17;
  const char* const versions[] = {"tlsv12", "tlsv13"};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const auto &refused = fields[2 * i], &served = fields[2 * i + 1];
    for (const std::size_t field : {kHandshake, kAlert, kCipher, kVersion, kKeyExchange}) {
      EXPECT_EQ(refused[field], "-") << field;
    }
    EXPECT_EQ(refused[kReceived], "0");
    EXPECT_EQ(refused[kDomain], served[kDomain]) << "the ClientHello was read";
    EXPECT_NE(served[kHandshake], "-");
    EXPECT_EQ(served[kVersion], versions[i]);
  }
}

TEST_F(NlbMutualTls, AChangeCountsFromTheNextHandshake) {
  Emulator& emulator = start_with();
  HttpsClient before = client("orders");
  EXPECT_EQ(body(before), "first");
  filter({{Field::subject_cn, MatchType::exact, "billing"}});
  expect_refused("orders", "ClientCertRejected");
  filter({});
  expect_accepted("orders");
  ASSERT_TRUE(emulator.revoke("orders").ok());
  expect_refused("orders", "ClientCertCrlHit");
  EXPECT_EQ(body(before), "first") << "who is there stays";
}

TEST_F(NlbMutualTls, IsSwitchedOnAndOffWhileItRuns) {
  Emulator& emulator = start(tls_listener());
  EXPECT_EQ(body(*std::make_unique<HttpsClient>(client(""))), "first");
  ASSERT_TRUE(emulator.apply(verify_listener()).ok());
  next_end();
  expect_refused("", "UnmappedConnectionError");
  expect_accepted("orders");
  ASSERT_TRUE(emulator.apply(tls_listener()).ok());
  const Met met = meet("", TLS1_3_VERSION);
  EXPECT_EQ(met.body, "first");
  EXPECT_EQ(met.record.verify_status, "") << "nobody judged";
}

TEST_F(NlbMutualTls, JudgesClientsOfAnEndpoint) {
  model::Topology topology = verify_listener([](auto& mutual) {
    mutual.identity_filters = {{Field::subject_cn, MatchType::exact, "orders"}};
  });
  topology.entries = {"endpoint"};
  start(topology);
  EXPECT_EQ(meet("orders", TLS1_3_VERSION).body, "first");
  const Met refused = meet("bare", TLS1_2_VERSION);
  EXPECT_EQ(refused.end, End::rst);
  EXPECT_THAT(refused.record.hops, ElementsAre("endpoint", "nlb"));
  EXPECT_EQ(refused.record.hop, "nlb");
  EXPECT_EQ(metric("endpoint", "RstPacketsReceived"), 1u);
}

TEST_F(NlbMutualTls, AFailureThatIsNotAboutTheCertificateHasNoVerdict) {
  start_with();
  HttpsClient old(lab_->emulator, lab_->emulator.endpoints().front(), CertificatePaths(),
                  TLS1_1_VERSION);
  EXPECT_EQ(old.end(), End::fin);
  old.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::tls_negotiation_failed);
  EXPECT_EQ(end.verify_status, "");
}

TEST_F(NlbMutualTls, AClientWithoutItsKeyIsRefused) {
  start_with();
  const TemporaryFolder folder;
  const Emulator& emulator = lab_->emulator;
  const auto files =
      with_a_strangers_key(emulator.certificates().at("orders"), "EC_prime256v1", folder);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    HttpsClient one(emulator, emulator.endpoints().front(), files, version);
    if (one.connected()) one.receive_to_end();
    EXPECT_EQ(one.end(), End::rst);
    const EndRecord end = next_end();
    EXPECT_EQ(end.reason, Reason::certificate_refused);
    EXPECT_EQ(end.verify_status, "Failed:UnmappedConnectionError");
    EXPECT_THAT(end.verify_reason, HasSubstr("private key"));
  }
}

TEST_F(NlbMutualTls, ARefusalMayBeAnAlertOrAClose) {
  using Refusal = model::Refusal;
  start_with([](auto& mutual) { mutual.refusal.end = Refusal::End::alert; });
  const std::vector<std::pair<std::string, int>> alerts = {{"revoked", SSL_AD_CERTIFICATE_REVOKED},
                                                           {"expired", SSL_AD_CERTIFICATE_EXPIRED}};
  for (const auto& [certificate, alert] : alerts) {
    HttpsClient one = client(certificate, TLS1_2_VERSION);
    EXPECT_EQ(one.alert(), alert) << certificate;
    one.close();
    EXPECT_EQ(next_end().how, EndKind::fin);
  }
  start_with([](auto& mutual) { mutual.refusal.end = Refusal::End::fin; });
  const Met met = meet("revoked", TLS1_3_VERSION);
  EXPECT_EQ(met.end, End::fin);
  EXPECT_EQ(met.record.reason, Reason::certificate_refused);
}

TEST_F(NlbMutualTls, ARefusalMayWaitForTheClientsFirstBytes) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/access.log";
  start(verify_listener([](auto& mutual) {
          mutual.refusal.tls12 = mutual.refusal.tls13 = Stage::request_headers;
        }),
        log);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const char* certificate : {"revoked", ""}) {
      SCOPED_TRACE(certificate);
      HttpsClient one = client(certificate, version);
      ASSERT_TRUE(one.connected()) << "TLS itself is not what refuses";
      EXPECT_EQ(body(one), "");
      EXPECT_EQ(one.end(), End::rst);
      one.close();
      const EndRecord record = next_end();
      EXPECT_EQ(record.reason, Reason::certificate_refused);
      EXPECT_EQ(record.stage, Stage::request_headers);
    }
  }
  EXPECT_EQ(metric("nlb", "ClientTLSNegotiationErrorCount"), 4u);
  EXPECT_THAT(read_file(log).value(), ::testing::Not(HasSubstr("tlsv1")))
      << "its handshake is none for the log";
}

TEST_F(NlbMutualTls, WhoIsHeldIsResetAfterwardsOrWhenItAllStops) {
  start_with([](auto& mutual) {
    mutual.refusal.tls12 = Stage::handshake_done;
    mutual.refusal.hold_ms = 60000;
  });
  HttpsClient held = client("revoked", TLS1_2_VERSION);
  ASSERT_TRUE(held.connected());
  lab_->emulator.advance(59s);
  EXPECT_FALSE(held.peer_has_spoken());
  lab_->emulator.advance(2s);
  held.receive_to_end();
  EXPECT_EQ(held.end(), End::rst);
  EXPECT_EQ(next_end().stage, Stage::handshake_done);
  const HttpsClient stopped = client("revoked", TLS1_2_VERSION);
  ASSERT_TRUE(stopped.connected());
  lab_->emulator.stop();
  EXPECT_EQ(next_end().reason, Reason::emulator_stopped);
  EXPECT_EQ(lab_->emulator.counters().live_flows, 0u);
}

TEST_F(NlbMutualTls, GoesOnToATargetOfTls) {
  model::Topology topology = verify_listener();
  topology.target_groups[0].protocol = "TLS";
  start(topology);
  HttpsClient good = client("orders");
  EXPECT_EQ(body(good), "") << "the stand-in speaks no TLS";
  EXPECT_EQ(next_end().reason, Reason::tls_target_failed);
  expect_refused("revoked", "ClientCertCrlHit");
  EXPECT_EQ(metric("nlb", "TargetTLSNegotiationErrorCount"), 1u) << "no target for the refused";
}

}  // namespace
}  // namespace hoplab::testing
