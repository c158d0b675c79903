// Trust stores change while the emulator runs: new handshakes see it, connections that are there
// stay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"
#include "support/test_pki.h"

namespace hoplab::testing {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

constexpr const char* kGood = "HTTP/1.1 200 OK\r\n";

class TrustStoreChanges : public ::testing::TestWithParam<unsigned> {
 protected:
  TrustStoreChanges() : lab_(made()), emulator_(lab_.emulator) {}

  static Result<Emulator> made() {
    auto read = scenario::read_scenario({scenario_file("private-api-mtls")});
    auto topology = std::move(read.scenario->topology);
    for (auto& balancer : topology.load_balancers.edit()) {
      if (balancer.name != "alb") continue;
      balancer.listeners.front().mutual_authentication.advertise_trust_store_ca_names = true;
    }
    EmulatorOptions options;
    options.threads = GetParam();
    return Emulator::from_topology(std::move(topology), options);
  }

  /// The verdict on a new handshake of `certificate`.
  std::string verdict(const std::string& certificate = "my_client") {
    HttpsClient client(emulator_, certificate);
    client.get("/widgets");
    client.close();
    const auto end = lab_.ends->next();
    return end ? end->verify_status : "nothing";
  }

  [[nodiscard]] TrustStoreDescription described() const { return emulator_.trust_stores().front(); }
  [[nodiscard]] std::vector<std::int64_t> revocation_ids() const {
    std::vector<std::int64_t> ids;
    for (const auto& one : described().revocations) ids.push_back(one.revocation_id);
    return ids;
  }
  [[nodiscard]] std::string name() const { return described().name; }

  RunningEmulator lab_;
  Emulator& emulator_;
};

TEST_P(TrustStoreChanges, ARevokedClientKeepsItsConnectionAndGetsNoOther) {
  HttpsClient connected(emulator_);
  EXPECT_THAT(connected.get("/widgets"), StartsWith(kGood));
  const auto done = emulator_.revoke("my_client");
  ASSERT_TRUE(done.ok()) << done.error();
  EXPECT_EQ(verdict(), "Failed:ClientCertCrlHit");
  EXPECT_THAT(connected.get("/widgets"), StartsWith(kGood));
  EXPECT_EQ(verdict("revoked"), "Failed:ClientCertCrlHit") << "the new list holds the old entries";
}

TEST_P(TrustStoreChanges, RemovingTheListLetsTheClientInAndItsIdIsNotUsedAgain) {
  ASSERT_TRUE(emulator_.revoke("my_client").ok());
  const auto before = revocation_ids();
  ASSERT_TRUE(emulator_.remove_trust_store_revocations(name(), before).ok());
  EXPECT_EQ(described().total_revoked_entries, 0U);
  EXPECT_EQ(verdict(), "Success");
  EXPECT_EQ(verdict("revoked"), "Success");
  ASSERT_TRUE(emulator_.revoke("my_client").ok());
  EXPECT_THAT(revocation_ids(), ElementsAre(before.back() + 1));
}

TEST_P(TrustStoreChanges, ListsAreAddedUnderRisingIds) {
  const TestPki other;
  const auto refused =
      emulator_.add_trust_store_revocations(name(), {TestPki::must(pki::make_crl(other.root, {}))});
  EXPECT_THAT(refused.error(), StartsWith("InvalidRevocationContent"));
  ASSERT_TRUE(emulator_
                  .modify_trust_store(
                      name(), read_file(emulator_.ca_bundle()).value() + other.root.cert_pem())
                  .ok());
  pki::CrlRequest empty;
  empty.this_update = epoch_seconds(emulator_.now()) - 60;
  const std::string list = TestPki::must(pki::make_crl(other.root, empty));
  const auto added = emulator_.add_trust_store_revocations(name(), {list, list});
  ASSERT_TRUE(added.ok()) << added.error();
  ASSERT_EQ(added.value().size(), 2U);
  EXPECT_EQ(added.value()[1], added.value()[0] + 1);
  EXPECT_EQ(described().revocations.back().issuer, "CN=Test Root");
}

TEST_P(TrustStoreChanges, AnotherBundleDecidesAndIsAdvertised) {
  EXPECT_EQ(HttpsClient(emulator_).advertised_ca_names(),
            (std::vector<std::string>{described().revocations.front().issuer}));
  lab_.ends->next();
  const TestPki other;
  const auto done = emulator_.modify_trust_store(name(), other.root.cert_pem());
  EXPECT_THAT(done.error(), StartsWith("InvalidRevocationContent")) << "a list has lost its CA";
  EXPECT_EQ(verdict(), "Success") << "after an error nothing has changed";
  ASSERT_TRUE(emulator_.remove_trust_store_revocations(name(), revocation_ids()).ok());
  ASSERT_TRUE(emulator_.modify_trust_store(name(), other.root.cert_pem()).ok());
  EXPECT_EQ(verdict(), "Failed:ClientCertUntrusted");
  EXPECT_EQ(HttpsClient(emulator_, "none").advertised_ca_names(),
            (std::vector<std::string>{"CN=Test Root"}));
}

TEST_P(TrustStoreChanges, MistakesAreRefusedWithAwssNamesAndChangeNothing) {
  EXPECT_THAT(
      emulator_.modify_trust_store("nowhere", "").error(),
      HasSubstr("TrustStoreNotFound: there is no trust store 'nowhere'; there is " + name()));
  EXPECT_THAT(emulator_.modify_trust_store(name(), "no PEM").error(),
              StartsWith("InvalidCaCertificatesBundle"));
  EXPECT_THAT(emulator_.add_trust_store_revocations(name(), {"no PEM"}).error(),
              StartsWith("InvalidRevocationContent"));
  EXPECT_THAT(emulator_.remove_trust_store_revocations(name(), {revocation_ids()[0], 99}).error(),
              StartsWith("RevocationIdNotFound"));
  EXPECT_THAT(emulator_.revoke("nobody").error(), HasSubstr("there is no certificate 'nobody'"));
  EXPECT_THAT(emulator_.revoke("self_signed").error(), HasSubstr("self-signed"));
  EXPECT_THAT(emulator_.revoke("untrusted").error(), HasSubstr("no trust store has"));
  EXPECT_EQ(verdict(), "Success");
  EXPECT_EQ(verdict("revoked"), "Failed:ClientCertCrlHit");
}

INSTANTIATE_TEST_SUITE_P(Threads, TrustStoreChanges, ::testing::Values(1U, 2U));

}  // namespace

}  // namespace hoplab::testing
