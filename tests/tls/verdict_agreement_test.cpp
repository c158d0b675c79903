// `hoplab verify` and a listener give one verdict on the same client, whatever it sends: random
// clients, each judged by both, the listener's in a handshake.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>

#include "aws/tls/client_certificate.h"
#include "client_flight.h"
#include "odd_clients.h"
#include "offline/verification.h"

namespace hoplab::testing {
namespace {

/// A verify-mode listener, as far as its handshakes go.
class Listener {
 public:
  Listener(const char* policy, std::shared_ptr<const pki::TrustStore> store) : store_(store) {
    model_.ssl_policy = policy;
    model_.mutual_authentication.mode = model::MutualAuthenticationMode::verify;
    auto settings = lab().mutual_settings();
    settings.policy = tls::find_security_policy(policy);
    settings.ca_names_pem.clear();
    tls_.emplace(lab().server(settings));
    judging_.emplace(std::make_shared<const model::Listener>(model_), std::move(store));
  }

  /// The code of the connection log for `client`, and in `sent` the certificates that its library
  /// sent.
  std::string judge(const OddClient& client, int version, std::vector<std::string>& sent) {
    Clock clock;
    clock.set_stepped(kStart);
    Journal journal;
    aws::ClientCertificate certificate(*judging_, journal, clock);
    ClientFlight flight(*tls_, &certificate, version, shows(client, sent));
    if (!client.instead.empty() && !sent.empty()) flight.send_instead(client.instead);
    const auto failure = flight.send();
    if (failure != tls::HandshakeFailure::none) certificate.note_failure(failure);
    EXPECT_FALSE(certificate.refused_later() && failure == tls::HandshakeFailure::none);
    return journal.verify_status;
  }

  [[nodiscard]] offline::Verification verify(const std::vector<std::string>& certificates) const {
    offline::PemText pem{"the client", ""};
    for (const std::string& der : certificates) pem.text += pki::pem_encode("CERTIFICATE", der);
    const auto chain = TestPki::must(offline::read_chain(pem));
    return offline::verify_chain(*store_, chain, epoch_seconds(kStart), aws::judge_options(model_));
  }

 private:
  static std::function<void(SSL_CTX*)> shows(const OddClient& client,
                                             std::vector<std::string>& sent) {
    return [&client, &sent](SSL_CTX* context) {
      SSL_CTX_set_security_level(context, 0);
      SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
      SSL_CTX_set_msg_callback(context, note_certificates);
      SSL_CTX_set_msg_callback_arg(context, &sent);
      SSL_CTX_use_certificate(context,
                              pki::certificate_from_der(client.certificates.front()).get());
      SSL_CTX_use_PrivateKey(context, client.key);
      for (std::size_t i = 1; i < client.certificates.size(); ++i) {
        SSL_CTX_add1_chain_cert(context, pki::certificate_from_der(client.certificates[i]).get());
      }
      ERR_clear_error();
    };
  }

  static void note_certificates(int is_sent, int version, int type, const void* content,
                                std::size_t size, SSL*, void* into) {
    const std::string_view message(static_cast<const char*>(content), size);
    if (is_sent == 0 || type != SSL3_RT_HANDSHAKE || message[0] != SSL3_MT_CERTIFICATE) return;
    const bool tls13 = version == TLS1_3_VERSION;
    auto& sent = *static_cast<std::vector<std::string>*>(into);
    for (std::size_t at = tls13 ? 8 : 7; at < message.size();) {
      std::size_t length = 0;
      for (int i = 0; i < 3; ++i) length = length << 8U | static_cast<unsigned char>(message[at++]);
      sent.emplace_back(message.substr(at, length));
      at += length + (tls13 ? 2 : 0);
    }
  }

  std::shared_ptr<const pki::TrustStore> store_;
  model::Listener model_;
  std::optional<tls::Context> tls_;
  std::optional<aws::ClientCertificatePolicy> judging_;  // remembers verdicts from client to client
};

/// What the listener must say when verify says `verification`: only TLS can see who lacks the key.
std::string_view expected(const OddClient& client, const std::vector<std::string>& shown,
                          const pki::Judgement& verified) {
  const bool without_key = !client.key_is_its_own || !client.instead.empty();
  const bool unmapped = shown.empty() || (verified.ok() && without_key);
  return pki::to_log_text(unmapped ? pki::VerifyStatus::unmapped_connection_error
                                   : verified.status);
}

TEST(VerdictAgreement, VerifyAndAListenerSayTheSameOfRandomClients) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::cout << "seed " << seed << '\n';
  Rng rng(seed);
  OddClients clients(rng);
  const auto store = TestPki::must(pki::TrustStore::build(clients.trust_store()));
  Listener listeners[] = {{"ELBSecurityPolicy-TLS13-1-2-2021-06", store},
                          {"ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", store}};
  std::map<std::string, int> codes;
  for (int i = 0; i < 300; ++i) {
    OddClient client = clients.next();
    Listener& listener = listeners[rng.below(2)];
    // What is altered and needs more than a record is for TLS 1.2: see send_instead().
    const bool large = client.story.find("large") != std::string::npos;
    const bool tls13 = rng.below(2) == 0 && !(large && !client.instead.empty());
    SCOPED_TRACE("client " + std::to_string(i) + ", " + (tls13 ? "TLS 1.3" : "TLS 1.2") + ": " +
                 client.story);
    std::vector<std::string> sent;
    const std::string said = listener.judge(client, tls13 ? TLS1_3_VERSION : TLS1_2_VERSION, sent);
    const auto& shown = sent.empty() || client.instead.empty() ? sent : client.instead;
    const auto verified = shown.empty() ? offline::Verification() : listener.verify(shown);
    EXPECT_EQ(said, expected(client, shown, verified.judgement)) << verified.judgement.reason;
    ++codes[said];
  }
  for (const auto& [code, count] : codes) std::cout << count << " " << code << '\n';
  EXPECT_GE(codes.size(), 8U) << "the clients are of too few kinds";
}

}  // namespace
}  // namespace hoplab::testing
