// Which certificate a client gets (alb.md 7): asked by a client of OpenSSL's own, which can
// be told what to offer.
#include "tls/certificate_choice.h"

#include <gtest/gtest.h>

#include <functional>

#include "tls_lab.h"

namespace hoplab::testing {
namespace {

constexpr std::int64_t kYear = 365LL * 86'400;

using Change = std::function<void(pki::CertificateRequest&)>;
using Limit = std::function<void(SSL_CTX*)>;

class CertificateChoice : public ::testing::Test {
 protected:
  /// The default, for other.example; the list is what follows.
  void SetUp() override {
    add("default", [](auto& request) { request.dns_names = {"other.example"}; });
  }

  /// Adds a certificate for shared.example, named `name` in its subject.
  void add(
      const std::string& name, const Change& change = [](auto&) {}) {
    pki::CertificateRequest request;
    request.subject = "CN=" + name;
    request.dns_names = {"shared.example"};
    request.key = pki::KeyAlgorithm::ec_prime256v1;
    request.not_before = epoch_seconds(loop_.now()) - kYear;
    request.not_after = epoch_seconds(loop_.now()) + kYear;
    change(request);
    settings_.certificates.push_back(
        TestPki::pair(TestPki::must(pki::issue(request, TlsLab::shared().pki.root))));
  }

  /// The subject of the certificate that a client gets.
  std::string chosen(
      const Limit& limit = [](SSL_CTX*) {}, const std::string& name = "shared.example") {
    RawHandshake raw(loop_, TlsLab::shared().server(settings_));
    OpensslClient client(loop_, *raw.far, limit);
    if (!name.empty()) SSL_set_tlsext_host_name(client.ssl(), name.c_str());
    client.shake_hands();
    const X509* certificate = SSL_get0_peer_certificate(client.ssl());
    char subject[64] = "none";
    if (certificate) {
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, subject,
                                sizeof subject);
    }
    raw.far->reset(kTestCause);
    loop_.settle();
    return subject;
  }

  static void rsa(pki::CertificateRequest& request) { request.key = pki::KeyAlgorithm::rsa_2048; }
  static void only_tls12(SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  }

  TestLoop loop_;
  tls::ServerSettings settings_ = [] {
    auto settings = TlsLab::shared().server_settings();
    settings.certificates.clear();
    return settings;
  }();
};

TEST_F(CertificateChoice, PrefersEcdsaToRsa) {
  add("rsa", rsa);
  add("ecdsa");
  EXPECT_EQ(chosen(), "ecdsa");
  EXPECT_EQ(chosen(only_tls12), "ecdsa");
}

TEST_F(CertificateChoice, GivesRsaToAClientThatCannotUseEcdsa) {
  add("rsa", rsa);
  add("ecdsa");
  EXPECT_EQ(chosen([](SSL_CTX* context) {
              SSL_CTX_set1_sigalgs_list(context, "RSA-PSS+SHA256:RSA+SHA256");
            }),
            "rsa");
  EXPECT_EQ(chosen([](SSL_CTX* context) {
              only_tls12(context);
              SSL_CTX_set_cipher_list(context, "ECDHE-RSA-AES128-GCM-SHA256");
            }),
            "rsa");
}

TEST_F(CertificateChoice, LooksAtTheCurveAsTheVersionDemands) {
  add("p384", [](auto& request) { request.key = pki::KeyAlgorithm::ec_secp384r1; });
  add("p256");
  EXPECT_EQ(chosen(), "p384") << "the longer key";
  EXPECT_EQ(chosen([](SSL_CTX* context) {
              SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
              SSL_CTX_set1_sigalgs_list(context, "ECDSA+SHA256");
            }),
            "p256")
      << "TLS 1.3 signs with SHA-256 on P-256 only";
  EXPECT_EQ(chosen([](SSL_CTX* context) {
              only_tls12(context);
              SSL_CTX_set1_groups_list(context, "P-256");
            }),
            "p256");
}

TEST_F(CertificateChoice, PrefersWhatHasNotExpiredByTheEmulatedClock) {
  add("soon over", [](auto& request) { request.not_after -= kYear - 60; });
  add("long", [](auto& request) { request.not_before += kYear / 2; });
  EXPECT_EQ(chosen(), "long") << "of two good ones the longer validity";
  settings_.certificates.resize(1);
  add("over", [](auto& request) {
    request.not_before -= kYear;
    request.not_after -= kYear + 60;
  });
  add("good", [](auto& request) { request.digest = pki::SignatureDigest::sha256; });
  EXPECT_EQ(chosen(), "good");
}

TEST_F(CertificateChoice, PrefersTheStrongerHashThenTheLongerKeyThenTheLongerValidity) {
  add("sha256 p384", [](auto& request) { request.key = pki::KeyAlgorithm::ec_secp384r1; });
  add("sha384 p256", [](auto& request) { request.digest = pki::SignatureDigest::sha384; });
  EXPECT_EQ(chosen(), "sha384 p256");
  settings_.certificates.resize(1);
  add("short");
  add("long", [](auto& request) { request.not_before -= kYear; });
  EXPECT_EQ(chosen(), "long");
}

TEST_F(CertificateChoice, IsTheDefaultWithoutSniAndForOtherNames) {
  add("ecdsa");
  EXPECT_EQ(chosen([](SSL_CTX*) {}, ""), "default");
  EXPECT_EQ(chosen([](SSL_CTX*) {}, "nobodys.example"), "default");
  EXPECT_EQ(chosen([](SSL_CTX*) {}, "other.example"), "default");
}

TEST_F(CertificateChoice, IsAmongTheListWhereTheDefaultIsOnlyIfItStandsThereToo) {
  settings_.certificates.clear();
  add("default");
  add("listed", rsa);
  EXPECT_EQ(chosen(), "listed") << "the default, though better, does not compete";
  settings_.certificates.push_back(settings_.certificates.front());
  EXPECT_EQ(chosen(), "default");
}

TEST_F(CertificateChoice, OfNoneThatTheClientCanUseIsTheBest) {
  add("p384", [](auto& request) { request.key = pki::KeyAlgorithm::ec_secp384r1; });
  add("p521", [](auto& request) { request.key = pki::KeyAlgorithm::ec_secp521r1; });
  EXPECT_EQ(chosen([](SSL_CTX* context) {
              SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
              SSL_CTX_set1_sigalgs_list(context, "RSA-PSS+SHA256");
            }),
            "none")
      << "the handshake fails";
}

}  // namespace
}  // namespace hoplab::testing
