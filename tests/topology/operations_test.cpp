// What an operator does on AWS while connections are there: targets, weights, endpoints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations_lab.h"

namespace hoplab::testing {
namespace {

using ::testing::HasSubstr;
using End = HttpsClient::End;

TEST_F(Operations, ATargetThatBecomesUnhealthyLosesItsConnectionsAtTheirNextPacket) {
  Emulator& emulator = start(two_services());
  HttpsClient lost = client_of("first"), kept = client_of("second");
  ASSERT_TRUE(emulator.set_target_health("group", "first", "unhealthy").ok());
  EXPECT_FALSE(lost.peer_has_spoken()) << "nothing is sent at that moment";
  EXPECT_EQ(body(lost), "");
  EXPECT_EQ(lost.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::target_unhealthy);
  EXPECT_EQ(metric("nlb", "TCP_ELB_Reset_Count"), 1u);
  EXPECT_EQ(body(kept), "second");
  for (int i = 0; i < 8; ++i) {
    HttpsClient fresh = connect("nlb");
    EXPECT_EQ(body(fresh), "second");
  }
}

TEST_F(Operations, WithoutConnectionTerminationTheyGoOn) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.unhealthy_connection_termination = false;
  Emulator& emulator = start(topology);
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.set_target_health("group", "first", "unhealthy").ok());
  EXPECT_EQ(body(client), "first");
}

TEST_F(Operations, AnUnhealthyTargetThatDrainsSaysSo) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.unhealthy_connection_termination = false;
  topology.target_groups[0].attributes.unhealthy_draining_interval_s = 100;
  Emulator& emulator = start(topology);
  const std::string first = emulator.target_health().front().target;
  const auto state = [&] {
    for (const TargetStatus& one : emulator.target_health()) {
      if (one.target == first) return one.state;
    }
    return std::string("?");
  };
  ASSERT_TRUE(emulator.set_syn_answer("first", model::SynAnswer::refuse).ok());
  emulator.advance(65s);  // two checks
  EXPECT_EQ(state(), "unhealthy.draining");
  emulator.advance(100s);
  EXPECT_EQ(state(), "unhealthy");
}

TEST_F(Operations, TheLastHealthyTargetLostIsFailOpen) {
  Emulator& emulator = start(two_services());
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.set_target_health("group", "first", "unhealthy").ok());
  ASSERT_TRUE(emulator.set_target_health("group", "second", "unhealthy").ok());
  HttpsClient fresh = connect("nlb");
  EXPECT_NE(body(fresh), "");
  EXPECT_GE(metric("nlb", "UnhealthyRoutingFlowCount"), 1u);
}

TEST_F(Operations, ADeregisteredTargetKeepsItsConnections) {
  Emulator& emulator = start(two_services());
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  EXPECT_EQ(emulator.target_health().front().state, "draining");
  for (int i = 0; i < 8; ++i) {
    HttpsClient fresh = connect("nlb");
    EXPECT_EQ(body(fresh), "second");
  }
  emulator.advance(300s);
  EXPECT_EQ(emulator.target_health().front().state, "unused");
  EXPECT_EQ(emulator.target_health().front().reason, "Target.NotRegistered");
  EXPECT_EQ(body(client), "first") << "even after unused, while the flow is not idle";
  ASSERT_TRUE(emulator.register_target("group", "first").ok());
  emulator.advance(1s);
  EXPECT_EQ(emulator.target_health().front().state, "healthy") << "one pass is enough";
}

TEST_F(Operations, WithConnectionTerminationTheDelayEndsThem) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.deregistration_connection_termination = true;
  topology.target_groups[0].attributes.deregistration_delay_s = 60;
  Emulator& emulator = start(topology);
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  emulator.advance(59s);
  EXPECT_EQ(body(client), "first");
  emulator.advance(1s);
  client.receive_to_end();
  EXPECT_EQ(client.end(), End::rst);
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::target_deregistered);
  EXPECT_EQ(end.hop, "nlb");
}

TEST_F(Operations, ForAWhileADeregisteredTargetStillGetsNewConnections) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.registration_propagation_s = 120;
  topology.target_groups[0].attributes.deregistration_delay_s = 0;
  Emulator& emulator = start(topology);
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  emulator.advance(119s);
  client_of("first").close();
  emulator.advance(1s);
  for (int i = 0; i < 8; ++i) {
    HttpsClient fresh = connect("nlb");
    EXPECT_EQ(body(fresh), "second");
  }
  EXPECT_EQ(emulator.target_health().front().state, "unused");
}

TEST_F(Operations, AWeightOfZeroEndsTheConnections) {
  model::Topology topology = two_services();
  topology.target_groups.push_back(topology.target_groups[0]);
  topology.target_groups[0].targets.pop_back();
  topology.target_groups[1].targets.erase(topology.target_groups[1].targets.begin());
  topology.target_groups[1].name = "other";
  topology.load_balancers[0].listeners[0].default_action.target_groups = {{"group", 1},
                                                                          {"other", 1}};
  Emulator& emulator = start(topology);
  HttpsClient lost = client_of("first"), kept = client_of("second");
  ASSERT_TRUE(emulator.set_weight("nlb", 443, "group", 0).ok());
  lost.receive_to_end();
  EXPECT_EQ(lost.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::target_group_weight_zero);
  EXPECT_EQ(body(kept), "second");
  EXPECT_THAT(emulator.set_weight("nlb", 80, "group", 1).error(), HasSubstr("no network load"));
  ASSERT_TRUE(emulator.restore().ok());
  HttpsClient again = client_of("first");
}

TEST_F(Operations, AClosedPortBehindIsAClosedPortInFront) {
  model::Topology topology = two_services();
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  topology.services[0].syn_answer = model::SynAnswer::refuse;
  Emulator& emulator = start(topology);
  EXPECT_FALSE(connect("nlb").connected());
  EXPECT_FALSE(connect("endpoint").connected());
  EXPECT_EQ(emulator.counters().flows, 0u) << "a refused SYN is no connection";
  ASSERT_TRUE(emulator.set_syn_answer("first", model::SynAnswer::accept).ok());
  emulator.advance(1s);  // the load balancer notices
  EXPECT_TRUE(connect("nlb").connected());
  ASSERT_TRUE(emulator.set_syn_answer("first", model::SynAnswer::refuse).ok());
  HttpsClient client = connect("nlb");
  EXPECT_EQ(body(client), "") << "the first one finds out";
  static_cast<void>(emulator.now());  // behind what it has found out
  EXPECT_FALSE(connect("nlb").connected());
}

TEST_F(Operations, AllTargetsGoneAndAGroupThatResets) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.reset_without_targets = true;
  Emulator& emulator = start(topology);
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  ASSERT_TRUE(emulator.deregister_target("group", "second").ok());
  HttpsClient client = connect("nlb");
  EXPECT_EQ(body(client), "");
  EXPECT_EQ(client.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::no_target);
}

TEST_F(Operations, TwoListenersShareATargetGroup) {
  model::Topology topology = two_services();
  topology.load_balancers[0].listeners.push_back(topology.load_balancers[0].listeners[0]);
  topology.load_balancers[0].listeners[1].port = 444;
  start(topology);
  for (std::size_t door = 0; door < 4; ++door) {  // two zones, two listeners
    HttpsClient client = connect("nlb", door);
    EXPECT_NE(body(client), "") << door;
  }
}

TEST_F(Operations, AFaultAtAServiceLeavesItsHealthChecksAlone) {
  Emulator& emulator = start(two_services());
  model::Fault fault;
  fault.name = "fault";
  fault.hop = "first";
  fault.action = model::FaultAction::reset;
  fault.limit = 1;
  ASSERT_TRUE(emulator.arm(fault).ok());
  emulator.advance(10min);
  EXPECT_TRUE(emulator.faults().front().hits.empty());
  EXPECT_EQ(emulator.target_health().front().state, "healthy");
  int lost = 0;
  for (int i = 0; i < 20; ++i) {
    HttpsClient client = connect("nlb");
    lost += body(client).empty() ? 1 : 0;
  }
  EXPECT_EQ(lost, 1);
}

TEST_F(Operations, AStickyGroupGivesAClientTheSameTarget) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.stickiness.enabled = true;
  start(topology);
  HttpsClient first = connect("nlb");
  const std::string target = body(first);
  for (int i = 0; i < 12; ++i) {
    HttpsClient again = connect("nlb");
    EXPECT_EQ(body(again), target);
  }
}

TEST_F(Operations, ANodeUsesTheTargetsOfItsZone) {
  model::Topology topology = two_services();
  topology.services[0].availability_zone = "eu-west-1a";
  topology.services[1].availability_zone = "eu-west-1b";
  start(topology);
  for (int i = 0; i < 8; ++i) {
    HttpsClient a = connect("nlb", 0), b = connect("nlb", 1);
    EXPECT_EQ(body(a), "first");
    EXPECT_EQ(body(b), "second");
  }
}

TEST_F(Operations, ANodeWithoutATargetInItsZoneDropsUnlessItMayCrossZones) {
  model::Topology topology = two_services();
  for (auto& service : topology.services.edit()) service.availability_zone = "eu-west-1a";
  Emulator& emulator = start(topology);
  EXPECT_TRUE(HttpsClient::answers(emulator.endpoints()[0]));
  EXPECT_FALSE(HttpsClient::answers(emulator.endpoints()[1]));
  topology.load_balancers[0].attributes.cross_zone = true;
  start(topology);
  EXPECT_TRUE(HttpsClient::answers(lab_->emulator.endpoints()[1]));
  topology.target_groups[0].attributes.cross_zone = false;
  start(topology);
  EXPECT_FALSE(HttpsClient::answers(lab_->emulator.endpoints()[1]))
      << "the group's own setting counts";
}

TEST_F(Operations, ARejectedEndpointLeavesItsConnectionsInSilence) {
  Emulator& emulator = start(two_services());
  HttpsClient client = connect("endpoint");
  EXPECT_NE(body(client), "");
  ASSERT_TRUE(emulator.set_endpoint_state("endpoint", model::EndpointState::rejected).ok());
  EXPECT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  emulator.advance(100s);
  EXPECT_FALSE(client.peer_has_spoken());
  ASSERT_EQ(emulator.flows().size(), 1u);
  EXPECT_EQ(emulator.flows().front().cause->how, EndKind::silence);
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::endpoint_not_available);
  EXPECT_EQ(end.how, EndKind::silence);
  for (const EndpointAddress& one : emulator.endpoints()) {
    if (one.name == "endpoint") {
      EXPECT_EQ(emulator.endpoint_state(one), "rejected");
    }
  }
  ASSERT_TRUE(emulator.set_endpoint_state("endpoint", model::EndpointState::available).ok());
  HttpsClient again = connect("endpoint");
  EXPECT_NE(body(again), "");
  EXPECT_THAT(emulator.set_endpoint_state("nlb", model::EndpointState::failed).error(),
              HasSubstr("there is no interface endpoint 'nlb'"));
}

}  // namespace
}  // namespace hoplab::testing
