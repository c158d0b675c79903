// Clients that connect to an execute-api endpoint themselves: its names, its network interfaces,
// and how connections end there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using End = HttpsClient::End;
using enum model::EndpointState;

const std::string kSuffix = ".execute-api.eu-west-1.amazonaws.com";
const std::string kName = "a1b2c3d4e5" + kSuffix;
const std::string kWithId = "a1b2c3d4e5-vpce-0a1b2c3d4e5f67890" + kSuffix;
const std::string kOther = "f6g7h8i9j0" + kSuffix;
constexpr const char* kEndpoint = "execute-api-endpoint";
constexpr const char* kPlain = "plain-endpoint";

class ExecuteApiWayIn : public ::testing::Test {
 protected:
  EndpointAddress door(const std::string& name = kEndpoint) {
    for (const EndpointAddress& one : emulator().endpoints()) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << "no door of " << name;
    return {};
  }
  HttpsClient connect(const std::string& name = kEndpoint, int newest_version = TLS1_3_VERSION) {
    return HttpsClient(emulator(), door(name), CertificatePaths{}, newest_version);
  }
  void change(const model::Change& change) {
    const auto done = emulator().apply(change);
    ASSERT_TRUE(done.ok()) << done.error();
  }
  Emulator& emulator() { return lab_.emulator; }
  EndRecord next_end() { return lab_.ends->next().value_or(EndRecord()); }

  RunningEmulator lab_ = RunningEmulator::stepped("private-api-direct");
};

TEST_F(ExecuteApiWayIn, IsServedInTlsAndHttp11) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    HttpsClient client = connect(kEndpoint, version);
    ASSERT_TRUE(client.connected());
    EXPECT_THAT(client.get("/prod/widgets"), EndsWith(R"({"id":"1","value":"4.99"})"));
    EXPECT_THAT(client.get("/widgets"), EndsWith(R"({"message":"Forbidden"})"));
    client.close();
    const EndRecord end = next_end();
    EXPECT_EQ(end.reason, Reason::client_closed);
    EXPECT_THAT(end.hops, ElementsAre(kEndpoint)) << "one hop, which is passed once";
    EXPECT_EQ(end.requests, 2u);
    ASSERT_THAT(end.failures, SizeIs(1));
    EXPECT_EQ(end.failures[0].reason, Reason::api_refused);
  }
  EXPECT_EQ(HttpsClient::alpn_of(emulator(), door()), "");
}

TEST_F(ExecuteApiWayIn, EachNetworkInterfaceIsADoor) {
  std::vector<std::string> zones;
  for (const EndpointAddress& one : emulator().endpoints()) {
    if (one.name != kEndpoint) continue;
    zones.push_back(one.zone);
    EXPECT_EQ(one.listener_port, 443);
    HttpsClient client(emulator(), one, CertificatePaths{});
    EXPECT_THAT(client.get("/prod/widgets"), HasSubstr("4.99"));
  }
  EXPECT_THAT(zones, ElementsAre("eu-west-1a", "eu-west-1b"));
}

TEST_F(ExecuteApiWayIn, NamesAreThoseOfPrivateDnsAndOfTheAssociation) {
  EXPECT_EQ(door().client_name, kName);
  EXPECT_THAT(emulator().resolve(kName), SizeIs(2)) << "one address for each zone";
  EXPECT_THAT(emulator().resolve(kWithId), SizeIs(2));
  EXPECT_THAT(emulator().resolve(kOther), SizeIs(2)) << "public APIs, too";
  const std::string own = door(kPlain).client_name;
  EXPECT_THAT(own, HasSubstr("vpce-00f1e2d3c4b5a6978-"));
  EXPECT_THAT(own, EndsWith(".execute-api.eu-west-1.vpce.amazonaws.com"));
  EXPECT_THAT(emulator().resolve(own), ElementsAre(door(kPlain).address));
  EXPECT_THAT(emulator().resolve(door(kPlain).zonal_dns_name), ElementsAre(door(kPlain).address));
  EXPECT_THAT(emulator().resolve("nobody.eu-west-1.amazonaws.com"), SizeIs(0));
}

TEST_F(ExecuteApiWayIn, WithoutPrivateDnsTheApisOwnNameIsNotThere) {
  model::VpcEndpoint endpoint =
      *model::Topology::find(emulator().topology()->vpc_endpoints, kEndpoint);
  endpoint.private_dns_enabled = false;
  change(model::Put<model::VpcEndpoint>{endpoint});
  EXPECT_THAT(emulator().resolve(kName), SizeIs(0));
  EXPECT_EQ(door().client_name, kWithId);
  model::RestApi api = emulator().topology()->rest_apis[0];
  api.vpc_endpoints.clear();
  change(model::Put<model::RestApi>{api});
  EXPECT_THAT(emulator().resolve(kWithId), SizeIs(0));
  EXPECT_THAT(door().client_name, EndsWith(".vpce.amazonaws.com"));
}

TEST_F(ExecuteApiWayIn, AnOlderVersionIsToldByAnAlert) {
  HttpsClient client = connect(kEndpoint, TLS1_1_VERSION);
  EXPECT_FALSE(client.connected());
  EXPECT_EQ(client.alert(), 70);  // protocol_version
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::tls_negotiation_failed);
  EXPECT_EQ(end.hop, kEndpoint);
}

TEST_F(ExecuteApiWayIn, AnEndpointThatIsNotAvailableIsSilent) {
  HttpsClient client = connect();
  EXPECT_THAT(client.get("/prod/widgets"), HasSubstr("4.99"));
  change(model::SetEndpointState{kEndpoint, rejected});
  EXPECT_FALSE(HttpsClient::answers(door()));
  EXPECT_FALSE(client.peer_has_spoken());
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::endpoint_not_available);
  EXPECT_EQ(end.how, EndKind::silence);
  EXPECT_TRUE(HttpsClient::answers(door(kPlain)));
  change(model::SetEndpointState{kEndpoint, available});
  EXPECT_THAT(connect().get("/prod/widgets"), HasSubstr("4.99"));
}

TEST_F(ExecuteApiWayIn, ADeletedEndpointIsSilentToItsClients) {
  HttpsClient client = connect(kPlain);
  client.get("/ping");
  model::Topology topology = *emulator().topology();
  topology.entries = {kEndpoint};
  topology.vpc_endpoints.erase(1);
  topology.rest_apis[0].policy = R"({"Statement":[{"Effect":"Allow","Principal":"*",)"
                                 R"("Action":"execute-api:Invoke","Resource":"*"}]})";
  const auto done = emulator().apply(topology);
  ASSERT_TRUE(done.ok()) << done.error();
  EXPECT_FALSE(client.peer_has_spoken());
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::endpoint_not_available);
  EXPECT_EQ(end.hop, kPlain);
}

TEST_F(ExecuteApiWayIn, WhatIsNoEntryAnyMoreKeepsItsClients) {
  HttpsClient client = connect(kPlain);
  const EndpointAddress before = door(kPlain);
  change(model::SetEntries{{kEndpoint}});
  EXPECT_FALSE(HttpsClient::answers(before));
  EXPECT_THAT(client.get("/ping"), EndsWith("healthy"));
  change(model::SetEntries{{kEndpoint, kPlain}});
  EXPECT_TRUE(HttpsClient::answers(door(kPlain)));
}

TEST_F(ExecuteApiWayIn, SecurityGroupsSayWhoIsLetIn) {
  model::SecurityGroup group = emulator().topology()->security_groups[0];
  group.ingress[0].cidr_ip = "127.0.0.9/32";
  change(model::Put<model::SecurityGroup>{group});
  EXPECT_FALSE(HttpsClient::answers(door()));
  EXPECT_TRUE(HttpsClient::answers(door(), "127.0.0.9"));
  EXPECT_TRUE(HttpsClient::answers(door(kPlain))) << "which has none";
  EXPECT_GE(lab_.metric(kEndpoint, "PacketsDropped"), 1u);
}

TEST_F(ExecuteApiWayIn, FaultsHappenOnceAtItsHop) {
  model::Fault fault;
  fault.name = "each-second";
  fault.hop = kEndpoint;
  fault.every = 2;
  fault.stage = Stage::client_hello;
  change(model::Put<model::Fault>{fault});
  int refused = 0;
  for (int i = 0; i < 4; ++i) refused += connect().connected() ? 0 : 1;
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(lab_.metric(kEndpoint, "NewConnections"), 4u);
}

/// Load balancers reach an endpoint that is a way in as well, by the same network interfaces.
TEST(ExecuteApiWayInAndTarget, AnEndpointThatIsNotAvailableDoesNotAnswerHealthChecks) {
  RunningEmulator lab = RunningEmulator::stepped("private-api-nlb");
  const auto states = [&] {
    std::set<std::string> all;
    for (const TargetStatus& target : lab.emulator.target_health()) all.insert(target.state);
    return all;
  };
  const auto become = [&](const std::string& state) {
    const std::set<std::string> wanted = {state};
    for (int i = 0; i < 60 && states() != wanted; ++i) lab.emulator.advance(10s);
    EXPECT_EQ(states(), wanted);
  };
  ASSERT_TRUE(lab.emulator.apply(model::SetEntries{{"nlb", kEndpoint}}).ok());
  EXPECT_THAT(states(), ElementsAre("healthy"));
  ASSERT_TRUE(lab.emulator.apply(model::SetEndpointState{kEndpoint, deleted}).ok());
  become("unhealthy");
  ASSERT_TRUE(lab.emulator.apply(model::SetEndpointState{kEndpoint, available}).ok());
  become("healthy");
}

}  // namespace
}  // namespace hoplab::testing
