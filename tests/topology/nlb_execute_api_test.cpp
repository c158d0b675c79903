// A network load balancer whose targets are an execute-api endpoint's addresses: TLS is the
// client's own, and ends there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {
namespace {

using ::testing::EndsWith;
using End = HttpsClient::End;

constexpr std::string_view kWidget = R"({"id":"1","value":"4.99"})";
const std::string kWidgetRequest =
    "GET /prod/widgets HTTP/1.1\r\n"
    "Host: a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com\r\n\r\n";

class NlbToExecuteApi : public ::testing::Test {
 protected:
  std::string ask(HttpsClient& client) {
    EXPECT_TRUE(client.send(kWidgetRequest));
    return client.receive_answer();
  }
  HttpsClient connect(int newest_version = TLS1_3_VERSION) {
    return HttpsClient(emulator(), emulator().endpoints().front(), CertificatePaths{},
                       newest_version);
  }
  Emulator& emulator() { return lab_.emulator; }
  EndRecord next_end() { return lab_.ends->next().value_or(EndRecord()); }

  RunningEmulator lab_ = RunningEmulator::stepped("private-api-nlb");
};

TEST_F(NlbToExecuteApi, TlsEndsAtTheEndpointInTheNameOfAws) {
  EXPECT_EQ(emulator().endpoints().front().client_name,
            "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com");
  HttpsClient client = connect();
  ASSERT_TRUE(client.connected());
  EXPECT_THAT(ask(client), EndsWith(kWidget));
  EXPECT_THAT(ask(client), EndsWith(kWidget)) << "on the same connection";
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::client_closed);
  EXPECT_EQ(end.requests, 2u);
  EXPECT_EQ(end.tls_version, "TLSv1.3");
}

TEST_F(NlbToExecuteApi, Http2IsNotNegotiated) {
  EXPECT_EQ(HttpsClient::alpn_of(emulator(), emulator().endpoints().front()), "");
}

TEST_F(NlbToExecuteApi, AnOlderVersionIsToldByAnAlert) {
  HttpsClient client = connect(TLS1_1_VERSION);
  EXPECT_FALSE(client.connected());
  EXPECT_EQ(client.alert(), 70);  // protocol_version
  client.receive_to_end();
  EXPECT_EQ(client.end(), End::fin);
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::tls_negotiation_failed);
  EXPECT_EQ(end.hop, "execute-api-endpoint");
}

TEST_F(NlbToExecuteApi, WhatIsNotTlsIsNoHandshake) {
  HttpsClient client = HttpsClient::plain(emulator());
  client.send(kWidgetRequest);
  client.receive_to_end();
  client.close();
  EXPECT_EQ(next_end().reason, Reason::tls_negotiation_failed);
}

TEST_F(NlbToExecuteApi, AHandshakeThatDoesNotComeIsWaitedForTenSeconds) {
  HttpsClient client = HttpsClient::plain(emulator());
  ASSERT_TRUE(client.send("\x16"));
  emulator().advance(std::chrono::seconds(10));
  client.receive_to_end();
  EXPECT_EQ(next_end().reason, Reason::handshake_timeout);
}

TEST_F(NlbToExecuteApi, ADeletedEndpointResetsItsConnections) {
  HttpsClient client = connect();
  ask(client);
  model::Topology topology = *emulator().topology();
  topology.vpc_endpoints.clear();
  topology.target_groups.clear();
  topology.rest_apis.clear();
  topology.load_balancers[0].listeners.clear();
  const auto done = emulator().apply(topology);
  ASSERT_TRUE(done.ok()) << done.error();
  client.receive_to_end();
  EXPECT_EQ(client.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::endpoint_not_available);
}

TEST_F(NlbToExecuteApi, AHealthCheckWithoutTlsIsNotTaken) {
  model::Topology topology = *emulator().topology();
  topology.target_groups[0].health_check.protocol = "HTTP";
  RunningEmulator lab(Emulator::from_topology(topology, {}));
  for (const TargetStatus& target : lab.emulator.target_health()) {
    EXPECT_EQ(target.state, "unhealthy");
    EXPECT_EQ(target.description, "Health checks failed with these codes: [400]");
  }
}

TEST_F(NlbToExecuteApi, TheCertificateStaysOverChanges) {
  model::Topology topology = *emulator().topology();
  topology.rest_apis[0].methods[0].integration.body = "other";
  ASSERT_TRUE(emulator().apply(topology).ok());
  HttpsClient client = connect();  // trusts what was written at the start
  ASSERT_TRUE(client.connected());
  EXPECT_THAT(ask(client), EndsWith("other"));
}

/// The load balancer ends TLS in a name of its own.
model::Topology with_tls_listener(const std::string& group_protocol) {
  model::Topology topology = *RunningEmulator::stepped("private-api-nlb").emulator.topology();
  model::Certificate certificate;
  certificate.name = "server";
  certificate.subject = "CN=api.example.com";
  certificate.dns_names = {"api.example.com"};
  certificate.extended_key_usage = {"serverAuth"};
  certificate.client = false;
  topology.pki.certificates.push_back(certificate);
  topology.target_groups[0].protocol = group_protocol;
  auto& listener = topology.load_balancers[0].listeners[0];
  listener.protocol = "TLS";
  listener.certificates = {"server"};
  return topology;
}

TEST(NlbToExecuteApiInTls, ATlsListenerAsksTheEndpointItself) {
  RunningEmulator lab(Emulator::from_topology(with_tls_listener("TLS"), {}));
  EXPECT_EQ(lab.emulator.endpoints().front().client_name, "api.example.com");
  HttpsClient client(lab.emulator, lab.emulator.endpoints().front(), CertificatePaths{});
  ASSERT_TRUE(client.connected());
  ASSERT_TRUE(client.send(kWidgetRequest));
  EXPECT_THAT(client.receive_answer(), EndsWith(kWidget));
  client.close();
  EXPECT_EQ(lab.ends->next().value_or(EndRecord()).reason, Reason::client_closed);
}

/// What it sends in TLS's place, the endpoint takes for no handshake.
TEST(NlbToExecuteApiInTls, ATcpGroupBehindATlsListenerFails) {
  RunningEmulator lab(Emulator::from_topology(with_tls_listener("TCP"), {}));
  HttpsClient client(lab.emulator, lab.emulator.endpoints().front(), CertificatePaths{});
  ASSERT_TRUE(client.connected());
  ASSERT_TRUE(client.send(kWidgetRequest));
  EXPECT_EQ(client.receive_answer(), "");
  const EndRecord end = lab.ends->next().value_or(EndRecord());
  EXPECT_EQ(end.reason, Reason::tls_negotiation_failed);
  EXPECT_NE(end.tls_cipher, "") << "the client's own handshake was good";
}

}  // namespace
}  // namespace hoplab::testing
