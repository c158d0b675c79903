// Certificate and CertificateVerify messages that cannot be read, or not whole: each fails the
// handshake for what it is, and an alert leaves where the refusal is told.
#include <gtest/gtest.h>

#include "client_flight.h"
#include "pki/pem.h"
#include "pki/verdict.h"
#include "support/openssl_certificate.h"

namespace hoplab::testing {

using tls::HandshakeFailure;

namespace {

/// Tells refusals when it is set to.
class TellingJudge final : public tls::HandshakeObserver {
 public:
  void reached(Stage) override {}
  bool accept_client_certificate(x509_st*, stack_st_X509*, tls::ProtocolVersion) override {
    judged = true;
    return true;
  }
  tls::RefusalAlert refusal_alert() override {
    return tells ? tls::RefusalAlert::bad_certificate : tls::RefusalAlert::none;
  }
  bool judged = false;
  bool tells = false;
};

/// A client of the lab's mutual listener.
struct Client : ClientFlight {
  Client(int version, const std::function<void(SSL_CTX*)>& prepare, TellingJudge& judge)
      : ClientFlight(lab().server(lab().mutual_settings()), &judge, version, prepare) {}
};

std::function<void(SSL_CTX*)> shows(X509* certificate, EVP_PKEY* key) {
  return [certificate, key](SSL_CTX* context) {
    EXPECT_EQ(SSL_CTX_use_certificate(context, certificate), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context, key), 1);
  };
}

std::function<void(SSL_CTX*)> shows_good_one() {
  return shows(lab().client_certificate.x509(), lab().client_certificate.private_key());
}

/// No certificate any more: its notBefore is not of a type for times.
void break_certificate(X509* certificate, EVP_PKEY* issuer) {
  X509_getm_notBefore(certificate)->type = V_ASN1_IA5STRING;
  X509_sign(certificate, issuer, EVP_sha256());
}

struct Odd {
  pki::KeyPtr key = ec_key("P-256");
  pki::CertificatePtr certificate = certificate_of(key.get(), lab().pki.root);
};

Odd broken() {
  Odd odd;
  break_certificate(odd.certificate.get(), odd.key.get());
  return odd;
}

/// `count` certificates of 16 KB each follow the client's own.
std::function<void(SSL_CTX*)> sends_many(const Odd& odd, int count) {
  return [&odd, count](SSL_CTX* context) {
    shows(odd.certificate.get(), odd.key.get())(context);
    const pki::CertificatePtr large = certificate_of(odd.key.get(), lab().pki.root);
    const std::string comment(16 * 1024, 'a');
    ASN1_STRING* value = ASN1_STRING_type_new(V_ASN1_OCTET_STRING);
    ASN1_STRING_set(value, comment.data(), static_cast<int>(comment.size()));
    const std::unique_ptr<X509_EXTENSION, pki::Free<X509_EXTENSION_free>> extension(
        X509_EXTENSION_create_by_NID(nullptr, NID_netscape_comment, 0, value));
    ASN1_STRING_free(value);
    X509_add_ext(large.get(), extension.get(), -1);
    X509_sign(large.get(), odd.key.get(), EVP_sha256());
    for (int i = 0; i < count; ++i) SSL_CTX_add1_chain_cert(context, large.get());
  };
}

class CertificateMessage : public ::testing::TestWithParam<int> {};

std::string version_name(const ::testing::TestParamInfo<int>& info) {
  return info.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Tls, CertificateMessage, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         version_name);

TEST_P(CertificateMessage, WithACertificateThatIsNoneIsInvalid) {
  const Odd odd = broken();
  TellingJudge judge;
  Client client(GetParam(), shows(odd.certificate.get(), odd.key.get()), judge);
  EXPECT_EQ(client.send(), HandshakeFailure::certificate_invalid);
  EXPECT_FALSE(judge.judged);
  EXPECT_EQ(client.answer, "") << "no alert";
}

TEST_P(CertificateMessage, WithAnythingElseForACertificateIsInvalid) {
  for (const std::string& der : {std::string(), std::string("\x30"), pattern(2000)}) {
    TellingJudge judge;
    Client client(GetParam(), shows_good_one(), judge);
    client.send_instead({der});
    EXPECT_EQ(client.send(), HandshakeFailure::certificate_invalid);
  }
}

TEST_P(CertificateMessage, OfAnotherClientDoesNotProveTheKey) {
  TellingJudge judge;
  Client client(GetParam(), shows_good_one(), judge);
  client.send_instead({pki::certificate_der(lab().pki.client().x509())});
  EXPECT_EQ(client.send(), HandshakeFailure::key_not_proven);
  EXPECT_TRUE(judge.judged);
}

TEST_P(CertificateMessage, IsJudgedAsLongAsAChainMayBe) {
  const Odd odd;
  TellingJudge judge;
  EXPECT_EQ(Client(GetParam(), sends_many(odd, 7), judge).send(), HandshakeFailure::none);
  EXPECT_TRUE(judge.judged);
}

TEST_P(CertificateMessage, OfMoreThanIsReadIsTooLargeWhateverIsInIt) {
  const Odd odd = broken();
  // As large as is read off the wire, and larger than that.
  for (const int count : {pki::kMostPresentedBytes / 16384, 3 * pki::kMostPresentedBytes / 16384}) {
    TellingJudge judge;
    Client client(GetParam(), sends_many(odd, count), judge);
    EXPECT_EQ(client.send(), HandshakeFailure::certificate_too_large) << count;
    EXPECT_FALSE(judge.judged);
    EXPECT_EQ(client.answer, "");
  }
}

TEST_P(CertificateMessage, ARefusalOfItIsToldWhereRefusalsAreTold) {
  const Odd odd, other, none = broken();
  const auto stranger = key_that_only_seems(odd.key.get(), other.key.get());
  const pki::KeyPtr rsa = rsa_key(2048), other_rsa = rsa_key(2048);
  const auto rsa_certificate = certificate_of(rsa.get(), lab().pki.root);
  const auto rsa_stranger = key_that_only_seems(rsa.get(), other_rsa.get());
  for (const auto& prepare : {shows(none.certificate.get(), none.key.get()), sends_many(odd, 40),
                              shows(odd.certificate.get(), stranger.get()),
                              shows(rsa_certificate.get(), rsa_stranger.get())}) {
    TellingJudge judge;
    judge.tells = true;
    Client client(GetParam(), prepare, judge);
    EXPECT_TRUE(is_about_certificate(client.send()));
    EXPECT_NE(client.answer, "");
  }
}

TEST(CertificateMessageOfTls12, WhoseLengthsDisagreeIsInvalid) {
  for (const std::size_t field :
       {6u, 9u}) {  // the last byte of the list's, and of the certificate's in it
    TellingJudge judge;
    Client client(TLS1_2_VERSION, shows_good_one(), judge);
    ++client.flight[client.message_at(SSL3_MT_CERTIFICATE) + field];
    EXPECT_EQ(client.send(), HandshakeFailure::certificate_invalid);
  }
}

TEST(CertificateVerifyOfTls12, ThatIsAlteredDoesNotProveTheKey) {
  for (const std::size_t at : {5u, 7u, 40u}) {  // the scheme, the signature's length, a byte in it
    TellingJudge judge;
    Client client(TLS1_2_VERSION, shows_good_one(), judge);
    client.flight[client.message_at(SSL3_MT_CERTIFICATE_VERIFY) + at] ^= 1;
    EXPECT_EQ(client.send(), HandshakeFailure::key_not_proven) << at;
    EXPECT_TRUE(judge.judged);
  }
}

TEST(CertificateVerifyOfTls12, ThatDoesNotComeIsNoVerdictOnACertificate) {
  TellingJudge judge;
  Client client(TLS1_2_VERSION, shows_good_one(), judge);
  const std::size_t at = client.message_at(SSL3_MT_CERTIFICATE_VERIFY) - 5;
  client.flight.erase(at, 5 + client.record_size(at));
  EXPECT_EQ(client.send(), HandshakeFailure::negotiation);
}

}  // namespace hoplab::testing
