// Every code of the connection log's tls_verify_status, through a real handshake, with its line
// byte for byte.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/file.h"
#include "https_client.h"
#include "model/ids.h"
#include "pki/certificate_text.h"
#include "pki/mint.h"
#include "pki/pem.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"
#include "support/small_exponent.h"
#include "support/temporary_folder.h"
#include "support/test_pki.h"

namespace hoplab::testing {
namespace {

constexpr std::int64_t kDay = 86'400;

/// A certificate that a client shows, and what the log says of it.
struct Shown {
  CertificatePaths files;
  std::string subject = "-", validity = "-", serial = "-";
};

class VerdictCodes : public ::testing::TestWithParam<int> {
 protected:
  VerdictCodes() {
    mint_clients();
    start();
  }

  static pki::CertificateRequest request(const std::string& name) {
    pki::CertificateRequest out;
    out.subject = "CN=" + name + ",O=Codes";
    out.extended_key_usage = {"clientAuth"};
    out.not_before = kNow - 100 * kDay;
    out.not_after = kNow + 100 * kDay;
    return out;
  }
  static pki::Identity ca(const std::string& name, const pki::Identity* issuer = nullptr) {
    auto out = request(name);
    out.extended_key_usage.clear();
    out.is_ca = true;
    return TestPki::must(issuer ? pki::issue(out, *issuer) : pki::self_sign(out));
  }

  /// `name` presents `chain`, whose first certificate is its own.
  void show(const std::string& name, const std::string& chain, const std::string& key) {
    Shown shown;
    shown.files.cert = write(name + ".pem", chain);
    shown.files.key = write(name + ".key", key);
    BIO* bio = BIO_new_mem_buf(chain.data(), static_cast<int>(chain.size()));
    X509* leaf = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    shown.subject = "CN=" + name + (name == "exponent-3" ? "" : ",O=Codes");
    shown.validity = pki::validity_text(leaf);
    shown.serial = pki::serial_text(leaf);
    X509_free(leaf);
    BIO_free(bio);
    shown_[name] = shown;
  }
  void show(const std::string& name, const pki::Identity& identity, const std::string& more = {}) {
    show(name, identity.chain_pem() + more, identity.key_pem());
  }

  void mint_clients() {
    const auto issued = [this](const pki::CertificateRequest& what) {
      return TestPki::must(pki::issue(what, root_));
    };
    show("good", issued(request("good")));
    show("rejected", issued(request("rejected")));
    auto expired = request("expired");
    expired.not_after = kNow - 1;
    show("expired", issued(expired));
    auto early = request("early");
    early.not_before = kNow + 1;
    show("early", issued(early));
    auto server = request("server");
    server.extended_key_usage = {"serverAuth"};
    show("server", issued(server));
    auto odd = request("odd-key");
    odd.key = pki::KeyAlgorithm::rsa_1024;
    show("odd-key", issued(odd));
    auto old = request("v1");
    old.version = 1;
    old.extended_key_usage.clear();
    show("v1", issued(old));
    auto large = request("large");
    for (int i = 0; i < 1000; ++i) large.dns_names.push_back(std::to_string(i) + ".codes.example");
    show("large", issued(large));
    std::string more;
    for (int i = 0; i < 20; ++i) more += issued(large).cert_pem();
    show("unread", issued(request("unread")), more);
    shown_["unread"].subject = shown_["unread"].validity = shown_["unread"].serial = "-";
    const pki::Identity revoked = issued(request("revoked"));
    revoked_serial_ = revoked.serial();
    show("revoked", revoked);
    show("stale", TestPki::must(pki::issue(request("stale"), stale_ca_)));
    show("stranger", TestPki::must(pki::issue(request("stranger"), ca("Elsewhere"))));
    pki::Identity above = root_;
    for (int i = 0; i < 4; ++i) above = ca("Middle " + std::to_string(i), &above);
    show("deep", TestPki::must(pki::issue(request("deep"), above)));
    const PemPair small = client_with_small_exponent(root_);
    show("exponent-3", small.certificate, small.key);
    shown_["none"] = {};
  }

  /// The topology of the post, entered at its ALB, with these trust anchors and the FIPS policy.
  void start() {
    auto read = scenario::read_scenario({scenario_file("private-api-mtls")});
    auto topology = std::move(read.scenario->topology);
    topology.entries = {"alb"};
    for (auto& group : topology.target_groups.edit()) group.health_check.enabled = false;
    for (auto& balancer : topology.load_balancers.edit()) {
      if (balancer.name != "alb") continue;
      auto& listener = balancer.listeners.front();
      listener.ssl_policy = "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04";
      listener.mutual_authentication.refuse_outdated_revocation_lists = true;
      listener.mutual_authentication.rejected_subjects = {"CN=rejected,O=Codes"};
    }
    auto& store = topology.trust_stores.front();
    store.ca_certificates.clear();
    store.revocations.clear();
    store.ca_files = {write("root.pem", root_.cert_pem()),
                      write("stale-ca.pem", stale_ca_.cert_pem())};
    store.revocations.emplace_back().file =
        write("root.crl", list(root_, {revoked_serial_}, kNow + kDay));
    store.revocations.emplace_back().file = write("stale.crl", list(stale_ca_, {}, kNow - kDay));
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    options.clock.start = Time(std::chrono::seconds(kNow));
    options.connection_log = folder_ / "connections.log";
    lab_.emplace(Emulator::from_topology(std::move(topology), options));
  }

  static std::string list(const pki::Identity& issuer, const std::vector<std::string>& serials,
                          std::int64_t next_update) {
    pki::CrlRequest crl;
    for (const auto& serial : serials) crl.revoked.push_back({serial, kNow - 2 * kDay});
    crl.this_update = kNow - 2 * kDay;
    crl.next_update = next_update;
    return TestPki::must(pki::make_crl(issuer, crl));
  }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }

  std::string last_log_line() const {
    const std::string log = read_file(folder_ / "connections.log").value();
    const auto start = log.rfind('\n', log.size() - 2);
    return log.substr(start == std::string::npos ? 0 : start + 1);
  }

  /// A handshake of `client`; the line must say `status`, which goes without "Failed:".
  void expect(const std::string& client, const std::string& status) {
    SCOPED_TRACE(client);
    const Shown& shown = shown_.at(client);
    const auto door = lab_->emulator.endpoints().front();
    HttpsClient https(lab_->emulator, door, shown.files, GetParam());
    const bool accepted = status == "Success";
    if (GetParam() == TLS1_2_VERSION) {
      EXPECT_EQ(https.connected(), accepted);
    }
    const std::string answer = https.get("/widgets");
    EXPECT_EQ(answer.starts_with("HTTP/1.1 200 OK\r\n"), accepted) << answer;
    https.close();
    const auto end = lab_->ends->next();
    ASSERT_TRUE(end);
    EXPECT_EQ(end->how, accepted ? EndKind::fin : EndKind::rst);
    const bool tls13 = GetParam() == TLS1_3_VERSION;
    EXPECT_EQ(
        last_log_line(),
        iso8601_microseconds(lab_->emulator.now()) + " 127.0.0.1 " +
            end->client.substr(end->client.rfind(':') + 1) + " 443 " +
            (tls13 ? "TLSv1.3 TLS_AES_128_GCM_SHA256 " : "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 ") +
            (accepted ? "0.000" : "-") + " \"" + shown.subject + "\" " + shown.validity + " " +
            shown.serial + " " + (accepted ? "" : "Failed:") + status + " " + end->conn_trace_id +
            " x25519 app/alb/" + model::derived_load_balancer_id("alb") + " " + door.address +
            "\n");
    EXPECT_EQ(end->verify_status, (accepted ? "" : "Failed:") + status);
    EXPECT_EQ(end->tls_key_exchange, "x25519");
    EXPECT_EQ(end->handshake_time.has_value(), accepted);
  }

  /// The machine's: the client of these tests looks at its clock.
  static inline const std::int64_t kNow = epoch_seconds(Clock().now());
  const TemporaryFolder folder_;
  const pki::Identity root_ = ca("Root"), stale_ca_ = ca("Stale");
  std::string revoked_serial_;
  std::map<std::string, Shown> shown_;
  std::optional<RunningEmulator> lab_;
};

TEST_P(VerdictCodes, EachIsReachedAndLogged) {
  expect("good", "Success");
  expect("deep", "ClientCertMaxChainDepthExceeded");
  expect("large", "ClientCertMaxSizeExceeded");
  expect("unread", "ClientCertMaxSizeExceeded");
  expect("revoked", "ClientCertCrlHit");
  expect("stale", "ClientCertCrlProcessingError");
  expect("stranger", "ClientCertUntrusted");
  expect("early", "ClientCertNotYetValid");
  expect("expired", "ClientCertExpired");
  expect("odd-key", "ClientCertTypeUnsupported");
  expect("v1", "ClientCertInvalid");
  expect("server", "ClientCertPurposeInvalid");
  expect("rejected", "ClientCertRejected");
  expect("exponent-3", "ClientCertIncompatible");
  expect("none", "UnmappedConnectionError");
  expect("good", "Success");
}

INSTANTIATE_TEST_SUITE_P(Versions, VerdictCodes, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

}  // namespace
}  // namespace hoplab::testing
