// Whom a network load balancer lets in, and what it cannot keep apart or follow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations_lab.h"

namespace hoplab::testing {
namespace {

using ::testing::HasSubstr;
using End = HttpsClient::End;

TEST_F(Operations, WithoutASourcePortTheNextConnectionIsDropped) {
  model::Topology topology = two_services();
  topology.load_balancers[0].source_ports = 1;
  topology.load_balancers[0].availability_zones = {"eu-west-1a"};
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  Emulator& emulator = start(topology);
  HttpsClient first = connect("endpoint");
  EXPECT_EQ(body(first), "first");
  EXPECT_FALSE(HttpsClient::answers(emulator.endpoints().back())) << "the SYN is dropped";
  EXPECT_GE(metric("nlb", "PortAllocationErrorCount"), 1u);
  first.close();
  next_end();
  HttpsClient second = connect("endpoint");
  EXPECT_EQ(body(second), "first");
}

TEST_F(Operations, AFullFlowTableRejects) {
  model::Topology topology = two_services();
  topology.load_balancers[0].flow_table = 2;
  Emulator& emulator = start(topology);
  HttpsClient one = connect("nlb"), two = connect("nlb");
  EXPECT_NE(body(one), "");
  EXPECT_NE(body(two), "");
  EXPECT_FALSE(HttpsClient::answers(emulator.endpoints().front()));
  EXPECT_GE(metric("nlb", "RejectedFlowCount"), 1u);
}

TEST_F(Operations, ASecurityGroupDropsTheClientsThatItDoesNotName) {
  model::Topology topology = two_services();
  model::SecurityGroup group;
  group.name = "sg";
  group.ingress.resize(1);
  group.ingress[0].cidr_ip = "127.0.0.2/32";
  topology.security_groups = {group};
  topology.load_balancers[0].security_groups = {"sg"};
  Emulator& emulator = start(topology);
  const EndpointAddress nlb = emulator.endpoints().front(), endpoint = emulator.endpoints().back();
  EXPECT_FALSE(HttpsClient::answers(nlb));
  EXPECT_FALSE(HttpsClient::answers(endpoint)) << "the client's own address is judged there too";
  EXPECT_TRUE(HttpsClient::answers(nlb, "127.0.0.2"));
  EXPECT_TRUE(HttpsClient::answers(endpoint, "127.0.0.2"));
  EXPECT_GE(metric("nlb", "SecurityGroupBlockedFlowCount_Inbound_TCP"), 2u);
  topology.load_balancers[0].security_groups_on_private_link = false;
  start(topology);
  EXPECT_TRUE(HttpsClient::answers(lab_->emulator.endpoints().back()));
}

TEST_F(Operations, TwoNodesAndOneClientPortCollideAtAPreservingTarget) {
  model::Topology topology = two_services();
  topology.load_balancers[0].attributes.cross_zone = true;
  topology.target_groups[0].attributes.preserve_client_ip = true;
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  Emulator& emulator = start(topology);
  const auto& doors = emulator.endpoints();
  ASSERT_EQ(doors[0].name, "nlb");
  ASSERT_EQ(doors[1].name, "nlb");
  HttpsClient older = HttpsClient::from(doors[0], "127.0.0.9", 0);
  EXPECT_EQ(body(older), "first");
  HttpsClient newer = HttpsClient::from(doors[1], "127.0.0.9", older.local_port());
  ASSERT_TRUE(newer.connected());
  ASSERT_TRUE(newer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_FALSE(newer.peer_has_spoken());
  emulator.advance(1s);  // the client's SYN, again
  EXPECT_THAT(newer.receive_answer(), HasSubstr("first"));
  EXPECT_EQ(body(older), "");
  EXPECT_EQ(older.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::tuple_collision);
  EXPECT_EQ(metric("nlb", "TCP_Client_Reset_Count"), 1u);
  EXPECT_EQ(metric("nlb", "TCP_ELB_Reset_Count"), 0u);
}

TEST_F(Operations, AServicesConnectionTrackingDropsWhatTheLoadBalancerStillKnows) {
  model::Topology topology = two_services();
  for (auto& service : topology.services.edit()) service.connection_tracking_s = 350;
  topology.load_balancers[0].listeners[0].attributes.tcp_idle_timeout_s = 6000;
  Emulator& emulator = start(topology);
  HttpsClient client = connect("nlb");
  EXPECT_NE(body(client), "");
  emulator.advance(351s);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  emulator.advance(1h);
  EXPECT_FALSE(client.peer_has_spoken());
  client.close();
  EXPECT_EQ(next_end().reason, Reason::connection_tracking_expired);
}

}  // namespace
}  // namespace hoplab::testing
