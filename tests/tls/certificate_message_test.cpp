// Certificate and CertificateVerify messages that cannot be read, or not whole: each fails the handshake
// for what it is, and an alert leaves where the refusal is told.
#include <gtest/gtest.h>

#include "pki/verdict.h"
#include "support/openssl_certificate.h"
#include "tls_lab.h"

namespace hoplab::testing {

using tls::HandshakeFailure;

namespace {

const TlsLab& lab() { return TlsLab::shared(); }

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

/// A client whose last flight the test may change before it leaves.
class ClientFlight {
 public:
  ClientFlight(int version, const std::function<void(SSL_CTX*)>& prepare)
      : raw_(loop_, lab().server(lab().mutual_settings()), &judge),
        client_(loop_, *raw_.far, [&](SSL_CTX* context) {
          SSL_CTX_set_min_proto_version(context, version);
          SSL_CTX_set_max_proto_version(context, version);
          prepare(context);
        }) {
    SSL_connect(client_.ssl());
    client_.exchange();
    SSL_connect(client_.ssl());
    ERR_clear_error();
    flight = client_.take_output();
  }

  /// What the server makes of `flight`.
  HandshakeFailure send() {
    for (std::string_view rest = flight; !rest.empty() && raw_.group.running() > 0;) {
      const auto taken = raw_.far->try_write(rest);
      if (!taken.ok() && !taken.would_block()) break;
      rest.remove_prefix(taken.ok() ? taken.size : 0);
      loop_.settle();
    }
    answer = read_now(*raw_.far);
    return raw_.group.running() == 0 ? raw_.result.failure : HandshakeFailure::timeout;
  }

  TellingJudge judge;
  std::string flight, answer;

 private:
  TestLoop loop_;
  RawHandshake raw_;
  OpensslClient client_;
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

/// Where the handshake message of this type begins in a flight of TLS 1.2, each in a record of its own.
std::size_t message_at(const std::string& flight, unsigned char type) {
  for (std::size_t at = 0; at + 5 < flight.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(flight[at + i]); };
    if (byte(0) == SSL3_RT_HANDSHAKE && byte(5) == type) return at + 5;
    at += 5 + (byte(3) << 8U | byte(4));
  }
  ADD_FAILURE() << "the client sent no message of type " << int{type};
  return 0;
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
  ClientFlight client(GetParam(), shows(odd.certificate.get(), odd.key.get()));
  EXPECT_EQ(client.send(), HandshakeFailure::certificate_invalid);
  EXPECT_FALSE(client.judge.judged);
  EXPECT_EQ(client.answer, "") << "no alert";
}

TEST_P(CertificateMessage, IsJudgedAsLongAsAChainMayBe) {
  const Odd odd;
  ClientFlight client(GetParam(), sends_many(odd, 7));
  EXPECT_EQ(client.send(), HandshakeFailure::none);
  EXPECT_TRUE(client.judge.judged);
}

TEST_P(CertificateMessage, OfMoreThanIsReadIsTooLargeWhateverIsInIt) {
  const Odd odd = broken();
  // As large as is read off the wire, and larger than that.
  for (const int count : {pki::kMostPresentedBytes / 16384, 3 * pki::kMostPresentedBytes / 16384}) {
    ClientFlight client(GetParam(), sends_many(odd, count));
    EXPECT_EQ(client.send(), HandshakeFailure::certificate_too_large) << count;
    EXPECT_FALSE(client.judge.judged);
    EXPECT_EQ(client.answer, "");
  }
}

TEST_P(CertificateMessage, ARefusalOfItIsToldWhereRefusalsAreTold) {
  const Odd odd, other, none = broken();
  const auto stranger = key_that_only_seems(odd.key.get(), other.key.get());
  const pki::KeyPtr rsa = rsa_key(2048), other_rsa = rsa_key(2048);
  const auto rsa_certificate = certificate_of(rsa.get(), lab().pki.root);
  const auto rsa_stranger = key_that_only_seems(rsa.get(), other_rsa.get());
  for (const auto& prepare :
       {shows(none.certificate.get(), none.key.get()), sends_many(odd, 40),
        shows(odd.certificate.get(), stranger.get()), shows(rsa_certificate.get(), rsa_stranger.get())}) {
    ClientFlight client(GetParam(), prepare);
    client.judge.tells = true;
    EXPECT_TRUE(is_about_certificate(client.send()));
    EXPECT_NE(client.answer, "");
  }
}

TEST(CertificateMessageOfTls12, WhoseLengthsDisagreeIsInvalid) {
  for (const int field : {4, 7}) {  // of the list, and of the certificate in it
    ClientFlight client(TLS1_2_VERSION, shows_good_one());
    ++client.flight[message_at(client.flight, SSL3_MT_CERTIFICATE) + static_cast<std::size_t>(field) + 2];
    EXPECT_EQ(client.send(), HandshakeFailure::certificate_invalid);
  }
}

TEST(CertificateVerifyOfTls12, ThatIsAlteredDoesNotProveTheKey) {
  // The scheme's number, the signature's length, and a byte in it.
  for (const int at : {5, 7, 40}) {
    ClientFlight client(TLS1_2_VERSION, shows_good_one());
    client.flight[message_at(client.flight, SSL3_MT_CERTIFICATE_VERIFY) + static_cast<std::size_t>(at)] ^= 1;
    EXPECT_EQ(client.send(), HandshakeFailure::key_not_proven) << at;
    EXPECT_TRUE(client.judge.judged);
  }
}

TEST(CertificateVerifyOfTls12, ThatDoesNotComeIsNoVerdictOnACertificate) {
  ClientFlight client(TLS1_2_VERSION, shows_good_one());
  const std::size_t at = message_at(client.flight, SSL3_MT_CERTIFICATE_VERIFY) - 5;
  const auto length = static_cast<unsigned char>(client.flight[at + 3]) << 8 |
                      static_cast<unsigned char>(client.flight[at + 4]);
  client.flight.erase(at, static_cast<std::size_t>(length) + 5);
  EXPECT_EQ(client.send(), HandshakeFailure::negotiation);
}

}  // namespace hoplab::testing
