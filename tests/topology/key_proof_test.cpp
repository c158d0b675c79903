// A client that shows a good certificate and does not hold its key: one verdict for every kind of
// key and version, told as the listener tells its refusals. Seen by a real client.
#include <gtest/gtest.h>

#include <functional>

#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"
#include "strangers_key.h"

namespace hoplab::testing {
namespace {

struct Kind {
  const char* key;  // of the certificate, by ACM's name
  int version;
};

std::string kind_of_key(const ::testing::TestParamInfo<Kind>& info) {
  return std::string(info.param.key) + (info.param.version == TLS1_2_VERSION ? "_Tls12" : "_Tls13");
}

class KeyProof : public ::testing::TestWithParam<Kind> {
 protected:
  /// The blog's topology, entered at its ALB, whose listener `change` may set.
  void start(const std::function<void(model::MutualAuthentication&)>& change) {
    auto read = scenario::read_scenario({scenario_file("private-api-mtls")});
    auto topology = std::move(read.scenario->topology);
    topology.entries = {"alb"};
    for (auto& group : topology.target_groups.edit()) group.health_check.enabled = false;
    for (auto& certificate : topology.pki.certificates.edit()) {
      if (certificate.name == "my_client") certificate.key_algorithm = GetParam().key;
    }
    for (auto& balancer : topology.load_balancers.edit()) {
      if (balancer.name != "alb") continue;
      auto& listener = balancer.listeners.front();
      listener.ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
      change(listener.mutual_authentication);
    }
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    lab_.emplace(Emulator::from_topology(std::move(topology), options));
  }

  /// my_client's certificate with a key that only seems to be its own.
  CertificatePaths stranger() const {
    return with_a_strangers_key(lab_->emulator.certificates().at("my_client"), GetParam().key,
                                folder_);
  }

  HttpsClient connect(const CertificatePaths& files) const {
    const auto door = lab_->emulator.endpoints().front();
    return HttpsClient(lab_->emulator, door, files, GetParam().version);
  }

  /// The end of the next connection, which must be for want of the key.
  EndRecord refusal() {
    const auto end = lab_->ends->next();
    if (!end) return {};
    EXPECT_EQ(end->reason, Reason::certificate_refused);
    EXPECT_EQ(end->verify_status, "Failed:UnmappedConnectionError");
    EXPECT_NE(end->verify_reason.find("private key"), std::string::npos) << end->verify_reason;
    EXPECT_EQ(end->certificate_subject, "CN=my_client,O=Example");
    EXPECT_EQ(end->requests, 0U);
    return *end;
  }

  [[nodiscard]] bool tls13() const { return GetParam().version == TLS1_3_VERSION; }

  const TemporaryFolder folder_;
  std::optional<RunningEmulator> lab_;
};

TEST_P(KeyProof, WhoHasNoneIsResetAtTheCertificate) {
  start([](auto&) {});
  auto client = connect(stranger());
  EXPECT_EQ(client.connected(), tls13()) << "a TLS 1.3 client is through when it has spoken";
  if (client.connected()) client.receive_to_end();
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
  const EndRecord end = refusal();
  EXPECT_EQ(end.how, EndKind::rst);
  EXPECT_EQ(end.stage, Stage::client_certificate);
  auto own = connect(lab_->emulator.certificates().at("my_client"));
  EXPECT_TRUE(own.get("/widgets").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_P(KeyProof, WhoHasNoneIsToldByAnAlertWhereTheListenerTells) {
  start([](auto& mutual) { mutual.refusal.end = model::Refusal::End::alert; });
  auto client = connect(stranger());
  if (client.connected()) client.receive_to_end();
  EXPECT_EQ(client.alert(), SSL_AD_DECRYPT_ERROR);
  client.close();
  EXPECT_EQ(refusal().how, EndKind::fin);
}

TEST_P(KeyProof, WhoHasNoneIsEndedByAFinWhereTheListenerDoesThat) {
  start([](auto& mutual) { mutual.refusal.end = model::Refusal::End::fin; });
  auto client = connect(stranger());
  if (client.connected()) client.receive_to_end();
  EXPECT_EQ(client.end(), HttpsClient::End::fin);
  EXPECT_EQ(client.alert(), -1);
  client.close();
  EXPECT_EQ(refusal().how, EndKind::fin);
}

/// Its client is through with the handshake when it has shown the certificate, so it can go on.
class KeyProofOfTls13 : public KeyProof {};

TEST_P(KeyProofOfTls13, WhoHasNoneIsHeldAsLongAsTheListenerSays) {
  start([](auto& mutual) { mutual.refusal.hold_ms = 3600000; });
  ASSERT_TRUE(connect(stranger()).connected());
  const auto end = lab_->ends->next();  // it went away itself
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::client_closed);
  EXPECT_EQ(end->verify_status, "Failed:UnmappedConnectionError");
}

TEST_P(KeyProof, WhoHasNoneGoesOnToTheStageOfTheListenersRefusals) {
  for (const Stage stage : {Stage::handshake_done, Stage::request_headers}) {
    start([stage](auto& mutual) { mutual.refusal.tls12 = mutual.refusal.tls13 = stage; });
    auto client = connect(stranger());
    EXPECT_TRUE(client.connected());
    client.send("GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n");
    EXPECT_EQ(client.receive_to_end(), "");
    EXPECT_EQ(client.end(), HttpsClient::End::rst);
    EXPECT_EQ(refusal().stage, stage);
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, KeyProof,
                         ::testing::Values(Kind{"EC_prime256v1", TLS1_2_VERSION},
                                           Kind{"EC_prime256v1", TLS1_3_VERSION},
                                           Kind{"EC_secp521r1", TLS1_2_VERSION},
                                           Kind{"RSA_2048", TLS1_2_VERSION},
                                           Kind{"RSA_2048", TLS1_3_VERSION}),
                         kind_of_key);
INSTANTIATE_TEST_SUITE_P(Keys, KeyProofOfTls13,
                         ::testing::Values(Kind{"EC_prime256v1", TLS1_3_VERSION},
                                           Kind{"RSA_2048", TLS1_3_VERSION}),
                         kind_of_key);

}  // namespace
}  // namespace hoplab::testing
