// TLS listeners of network load balancers, and TLS to their targets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "nlb_tls_lab.h"
#include "support/temporary_folder.h"

namespace hoplab::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using End = HttpsClient::End;

TEST_F(Operations, ATlsListenerEndsTlsAndLogsTheConnection) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/access.log";
  Emulator& emulator = start(tls_listener(), log);
  {
    HttpsClient client(emulator, emulator.endpoints().front(), "none");
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(body(client), "first");
  }
  next_end();
  const std::string line = read_file(log).value();
  EXPECT_THAT(line, StartsWith("tls 2.0 "));
  EXPECT_THAT(line, HasSubstr(" net/nlb/"));
  EXPECT_THAT(line, HasSubstr(" TLS_AES_128_GCM_SHA256 tlsv13 "));
  EXPECT_THAT(line, HasSubstr(" " + emulator.endpoints().front().dns_name + " "));
  HttpsClient idle(emulator, emulator.endpoints().front(), "none");
  EXPECT_EQ(body(idle), "first");
  emulator.advance(350s);
  idle.receive_to_end();
  EXPECT_EQ(idle.end(), End::rst) << "both sockets are the load balancer's own";
}

TEST_F(Operations, ATlsListenersAlpnPolicyDecides) {
  const std::vector<std::pair<const char*, std::string>> rows = {{"None", ""},
                                                                 {"HTTP1Only", "http/1.1"},
                                                                 {"HTTP2Only", "h2"},
                                                                 {"HTTP2Optional", "http/1.1"},
                                                                 {"HTTP2Preferred", "h2"}};
  for (const auto& [policy, agreed] : rows) {
    model::Topology topology = tls_listener();
    topology.load_balancers[0].listeners[0].alpn_policy = policy;
    Emulator& emulator = start(topology);
    EXPECT_EQ(HttpsClient::alpn_of(emulator, emulator.endpoints().front()), agreed) << policy;
  }
}

TEST_F(Operations, ATlsListenerRefusesWhatItsPolicyDoesNotHave) {
  Emulator& emulator = start(tls_listener());
  HttpsClient old(emulator, emulator.endpoints().front(), CertificatePaths(), TLS1_1_VERSION);
  EXPECT_FALSE(old.connected());
  EXPECT_EQ(old.end(), End::fin);
  old.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::tls_negotiation_failed);
  EXPECT_EQ(end.hop, "nlb");
  EXPECT_EQ(metric("nlb", "ClientTLSNegotiationErrorCount"), 1u);
}

TEST_F(Operations, TlsToATargetThatSpeaksNoneFails) {
  model::Topology topology = tls_listener();
  topology.target_groups[0].protocol = "TLS";
  Emulator& emulator = start(topology);
  HttpsClient client(emulator, emulator.endpoints().front(), "none");
  ASSERT_TRUE(client.connected()) << "the client's own handshake is the load balancer's";
  EXPECT_EQ(body(client), "");
  EXPECT_EQ(next_end().reason, Reason::tls_target_failed);
  EXPECT_EQ(metric("nlb", "TargetTLSNegotiationErrorCount"), 1u);
}

}  // namespace
}  // namespace hoplab::testing
