// The keys that clients prove: every kind that a certificate may have, whatever groups the key
// exchange has, and what becomes of a client that does not hold its certificate's key.
#include <gtest/gtest.h>

#include "support/openssl_certificate.h"
#include "tls_lab.h"

namespace hoplab::testing {

using tls::HandshakeFailure;

namespace {

/// With an RSA key, so that no curve of the server's certificate narrows a client's groups.
const tls::CertificateAndKey& server_certificate() {
  static const auto key = rsa_key(2048);
  static const tls::CertificateAndKey pair{
      pem_of(certificate_of(key.get(), lab().pki.root, "server").get()), pem_of(key.get()),
      nullptr};
  return pair;
}

/// A client of OpenSSL's with its own certificate, and the server's half of its handshake.
class KeyedClient {
 public:
  KeyedClient(EVP_PKEY* certified, EVP_PKEY* held, int version, Judge* judge = nullptr,
              std::string_view policy = "ELBSecurityPolicy-2016-08")
      : certificate_(certificate_of(certified, lab().pki.root)), held_(held), version_(version) {
    settings_ = lab().mutual_settings();
    settings_.certificates = {server_certificate()};
    settings_.policy = tls::find_security_policy(
        version == TLS1_3_VERSION ? "ELBSecurityPolicy-TLS13-1-2-2021-06" : policy);
    judge_ = judge;
  }

  KeyedClient& groups(const char* list) {
    groups_ = list;
    return *this;
  }
  KeyedClient& cipher(const char* name) {
    cipher_ = name;
    return *this;
  }

  /// What the server makes of it.
  HandshakeFailure shake_hands() {
    raw_.emplace(loop_, lab().server(settings_), judge_);
    OpensslClient client(loop_, *raw_->far, [this](SSL_CTX* context) { prepare(context); });
    client.shake_hands();
    return raw_->group.running() == 0 ? raw_->result.failure : HandshakeFailure::timeout;
  }
  [[nodiscard]] std::string key_exchange() const { return raw_->server->key_exchange(); }

 private:
  void prepare(SSL_CTX* context) const {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, version_);
    SSL_CTX_set_max_proto_version(context, version_);
    if (groups_) {
      EXPECT_EQ(SSL_CTX_set1_groups_list(context, groups_), 1);
    }
    if (cipher_) {
      EXPECT_EQ(SSL_CTX_set_cipher_list(context, cipher_), 1);
    }
    EXPECT_EQ(SSL_CTX_use_certificate(context, certificate_.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context, held_), 1);
  }

  TestLoop loop_;
  pki::CertificatePtr certificate_;
  EVP_PKEY* held_;
  int version_;
  tls::ServerSettings settings_;
  Judge* judge_;
  const char* groups_ = nullptr;
  const char* cipher_ = nullptr;
  std::optional<RawHandshake> raw_;
};

class ClientKeys : public ::testing::TestWithParam<int> {};

std::string old_version_name(const ::testing::TestParamInfo<int>& info) {
  return std::string("Tls1") + static_cast<char>('0' + info.param - TLS1_VERSION);
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Tls, ClientKeys,
                         ::testing::Values(TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION,
                                           TLS1_3_VERSION),
                         old_version_name);

TEST_P(ClientKeys, EachDocumentedCurveIsTakenWhateverGroupsThereAre) {
  for (const char* curve : {"P-256", "P-384", "P-521"}) {
    const auto key = ec_key(curve);
    for (const char* groups : {"X25519", "P-256", "P-384", "P-521:P-256"}) {
      KeyedClient client(key.get(), key.get(), GetParam());
      EXPECT_EQ(client.groups(groups).shake_hands(), HandshakeFailure::none)
          << curve << ", " << groups;
      EXPECT_NE(client.key_exchange(), "secp521r1") << "a policy offers no further group for it";
    }
  }
}

TEST_P(ClientKeys, ACompressedPointIsTaken) {
  const auto key = ec_key("P-256", true);
  KeyedClient client(key.get(), key.get(), GetParam());
  EXPECT_EQ(client.shake_hands(), HandshakeFailure::none);
}

TEST_P(ClientKeys, WhoHasOnlyP521ForTheKeyExchangeFails) {
  const auto key = ec_key("P-521");
  KeyedClient client(key.get(), key.get(), GetParam());
  EXPECT_EQ(client.groups("P-521").cipher("ECDHE+AES").shake_hands(),
            HandshakeFailure::negotiation);
}

TEST_P(ClientKeys, WhoDoesNotHoldTheKeyFailsAlikeWithEachKindOfKey) {
  for (const auto& make : {+[] { return ec_key("P-256"); }, +[] { return ec_key("P-521"); },
                           +[] { return rsa_key(2048); }}) {
    const auto certified = make(), other = make();
    const auto held = key_that_only_seems(certified.get(), other.get());
    Judge judge;
    EXPECT_EQ(KeyedClient(certified.get(), held.get(), GetParam(), &judge).shake_hands(),
              HandshakeFailure::key_not_proven);
    EXPECT_TRUE(judge.judged) << "the certificate itself was looked at before";
    EXPECT_FALSE(judge.without_key);
  }
}

TEST_P(ClientKeys, WhoeverJudgesMayLetAClientWithoutTheKeyGoOn) {
  for (const auto& make : {+[] { return ec_key("P-384"); }, +[] { return rsa_key(3072); }}) {
    const auto certified = make(), other = make();
    const auto held = key_that_only_seems(certified.get(), other.get());
    Judge judge;
    judge.goes_on = true;
    EXPECT_EQ(KeyedClient(certified.get(), held.get(), GetParam(), &judge).shake_hands(),
              HandshakeFailure::none);
    EXPECT_TRUE(judge.without_key);
    Judge other_judge;
    other_judge.goes_on = true;
    EXPECT_EQ(KeyedClient(certified.get(), certified.get(), GetParam(), &other_judge).shake_hands(),
              HandshakeFailure::none);
    EXPECT_FALSE(other_judge.without_key);
  }
}

TEST(ClientKeysOfAKeyExchangeByRsa, NeedNoCommonGroup) {
  const auto key = ec_key("P-256");
  for (const char* groups : {"P-521", "brainpoolP256r1", "ffdhe2048"}) {
    KeyedClient client(key.get(), key.get(), TLS1_2_VERSION);
    // A client names groups only when it offers a cipher for them.
    client.groups(groups).cipher("ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA256");
    EXPECT_EQ(client.shake_hands(), HandshakeFailure::none) << groups;
    EXPECT_EQ(client.key_exchange(), "RSA");
  }
}

}  // namespace hoplab::testing
