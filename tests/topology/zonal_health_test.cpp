// Zones of load balancers in DNS and out of it, and what their nodes do meanwhile
// (alb-features.md 10, nlb-privatelink.md 1.4 and 1.8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const std::string kZoneA = "eu-west-1a", kZoneB = "eu-west-1b";

/// A load balancer "lb" in both zones, and a group "group" of `in_a` and `in_b` services "a0", "b0"
/// and so on, each of which answers with its name.
model::Topology services_in_zones(model::LoadBalancerType type, int in_a, int in_b) {
  const bool network = type == model::LoadBalancerType::network;
  model::Topology topology;
  model::TargetGroup group;
  group.name = "group";
  group.protocol = network ? "TCP" : "HTTP";
  group.health_check.protocol = group.protocol;
  group.attributes.cross_zone = false;
  for (const auto& [zone, letter, count] :
       {std::tuple(kZoneA, "a", in_a), std::tuple(kZoneB, "b", in_b)}) {
    for (int i = 0; i < count; ++i) {
      model::Service service;
      service.name = service.stand_in.body = letter + std::to_string(i);
      service.availability_zone = zone;
      topology.services.push_back(service);
      group.targets.emplace_back().service = service.name;
    }
  }
  topology.target_groups = {group};
  model::Listener listener;
  listener.protocol = network ? "TCP" : "HTTP";
  listener.port = 80;
  listener.default_action.target_groups = {{"group", 1}};
  model::LoadBalancer balancer;
  balancer.name = "lb";
  balancer.type = type;
  balancer.availability_zones = {kZoneA, kZoneB};
  balancer.listeners = {listener};
  topology.load_balancers = {balancer};
  topology.entries = {"lb"};
  return topology;
}

constexpr auto kNetwork = model::LoadBalancerType::network;
constexpr auto kApplication = model::LoadBalancerType::application;

class ZonalHealth : public ::testing::Test {
 protected:
  Emulator& start(const model::Topology& topology) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    options.connect_door = true;
    lab_.emplace(Emulator::from_topology(topology, options));
    return lab_->emulator;
  }
  EndpointAddress door(const std::string& zone, const std::string& name = "lb") {
    for (const EndpointAddress& one : lab_->emulator.endpoints()) {
      if (one.name == name && one.zone == zone) return one;
    }
    ADD_FAILURE() << "no node in " << zone;
    return {};
  }
  /// The zones that the load balancer's name leads to.
  std::vector<std::string> in_dns() { return zones_of(door(kZoneA).dns_name); }
  std::vector<std::string> zones_of(const std::string& name) {
    std::vector<std::string> zones;
    const auto doors = lab_->emulator.endpoints();
    for (const std::string& address : lab_->emulator.resolve(name)) {
      const auto one = std::ranges::find(doors, address, &EndpointAddress::address);
      zones.push_back(one == doors.end() ? "?" : one->zone.substr(one->zone.size() - 1));
    }
    return zones;
  }
  void set(const std::string& target, const char* state, const std::string& group = "group") {
    const auto done = lab_->emulator.set_target_health(group, target, state);
    ASSERT_TRUE(done.ok()) << done.error();
  }
  std::string ask(const std::string& zone) {
    HttpsClient client(lab_->emulator, door(zone), "");
    const std::string answer = client.get("/");
    const auto head_end = answer.find("\r\n\r\n");
    return head_end == std::string::npos ? "" : answer.substr(head_end + 4);
  }
  std::uint64_t metric(const std::string& resource, const std::string& name,
                       const std::string& zone = {}) {
    for (const MetricValue& one : lab_->emulator.metrics()) {
      if (one.resource == resource && one.metric == name && one.availability_zone == zone) {
        return one.value;
      }
    }
    ADD_FAILURE() << "no metric " << name;
    return 0;
  }
  std::optional<RunningEmulator> lab_;
};

TEST_F(ZonalHealth, AZoneWithoutAHealthyTargetLeavesDnsAndComesBack) {
  for (const auto type : {kNetwork, kApplication}) {
    start(services_in_zones(type, 1, 1));
    EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
    set("b0", "unhealthy");
    EXPECT_THAT(in_dns(), ElementsAre("a"));
    set("a0", "unhealthy");
    EXPECT_THAT(in_dns(), ElementsAre("a", "b")) << "all are bad: all stay";
    set("b0", "healthy");
    EXPECT_THAT(in_dns(), ElementsAre("b"));
    set("a0", "healthy");
    EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
  }
}

TEST_F(ZonalHealth, HealthChecksDecide) {
  Emulator& emulator = start(services_in_zones(kNetwork, 1, 1));
  ASSERT_TRUE(emulator.set_syn_answer("b0", model::SynAnswer::refuse).ok());
  emulator.advance(35s);
  EXPECT_THAT(in_dns(), ElementsAre("a", "b")) << "one failure is not enough";
  emulator.advance(30s);
  EXPECT_THAT(in_dns(), ElementsAre("a"));
  ASSERT_TRUE(emulator.set_syn_answer("b0", model::SynAnswer::accept).ok());
  emulator.advance(2min);
  EXPECT_THAT(in_dns(), ElementsAre("a")) << "four passes are not enough";
  emulator.advance(30s);
  EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
}

TEST_F(ZonalHealth, AnEmptyZoneIsOutFromTheStart) {
  start(services_in_zones(kNetwork, 1, 0));
  EXPECT_THAT(in_dns(), ElementsAre("a"));
  EXPECT_THAT(zones_of(door(kZoneB).zonal_dns_name), ElementsAre("b"))
      << "a zone's own name leads there all the same";
}

TEST_F(ZonalHealth, AcrossZonesNoneLeavesForItself) {
  model::Topology topology = services_in_zones(kNetwork, 1, 1);
  topology.target_groups[0].attributes.cross_zone.reset();
  topology.load_balancers[0].attributes.cross_zone = true;
  start(topology);
  set("b0", "unhealthy");
  EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
}

TEST_F(ZonalHealth, TheExampleOfAws) {
  for (const auto type : {kNetwork, kApplication}) {
    model::Topology topology = services_in_zones(type, 10, 10);
    auto& attributes = topology.target_groups[0].attributes;
    attributes.dns_failover.percentage = attributes.unhealthy_state_routing.percentage = 50;
    Emulator& emulator = start(topology);
    for (int i = 0; i < 6; ++i) set("b" + std::to_string(i), "unhealthy");
    EXPECT_THAT(in_dns(), ElementsAre("a"));
    const ZoneStatus b = emulator.zonal_health().at(1);
    EXPECT_FALSE(b.healthy);
    ASSERT_EQ(b.target_groups.size(), 1u);
    EXPECT_EQ(b.target_groups[0].targets, 10);
    EXPECT_EQ(b.target_groups[0].healthy, 4);
    std::set<std::string> met;
    for (int i = 0; i < 200 && met.size() < 10; ++i) met.insert(ask(kZoneB));
    EXPECT_EQ(met.size(), 10u) << "the node in b uses all of them";
    EXPECT_EQ(std::ranges::count(emulator.target_health(), true, &TargetStatus::fail_open), 10);
    attributes.cross_zone = true;
    ASSERT_TRUE(emulator.apply(topology).ok());
    for (int i = 0; i < 6; ++i) set("b" + std::to_string(i), "unhealthy");
    EXPECT_THAT(in_dns(), ElementsAre("a", "b")) << "14 of 20 are healthy";
    EXPECT_EQ(std::ranges::count(emulator.target_health(), true, &TargetStatus::fail_open), 0);
    for (int i = 0; i < 40; ++i) EXPECT_THAT(ask(kZoneB), Not(MatchesRegex("b[0-5]")));
  }
}

TEST_F(ZonalHealth, OneBadGroupTakesTheZoneFromANetworkLoadBalancer) {
  for (const auto type : {kNetwork, kApplication}) {
    model::Topology topology = services_in_zones(type, 1, 1);
    topology.target_groups.push_back(topology.target_groups[0]);
    topology.target_groups.back().name = "other";
    auto& listeners = topology.load_balancers[0].listeners;
    listeners.push_back(listeners[0]);
    listeners.back().port = 81;
    listeners.back().default_action.target_groups = {{"other", 1}};
    start(topology);
    set("b0", "unhealthy", "other");
    EXPECT_EQ(in_dns().size(), type == kNetwork ? 1u : 2u);
    set("b0", "unhealthy");
    EXPECT_THAT(in_dns(), ElementsAre("a")) << "every group of the zone is bad";
  }
}

TEST_F(ZonalHealth, OffKeepsTheZone) {
  model::Topology topology = services_in_zones(kNetwork, 1, 1);
  topology.target_groups[0].attributes.dns_failover = {std::nullopt, std::nullopt};
  start(topology);
  set("b0", "unhealthy");
  EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
  EXPECT_EQ(ask(kZoneB), "b0");
}

TEST_F(ZonalHealth, AFunctionKeepsItsLoadBalancersZones) {
  model::Topology topology = services_in_zones(kApplication, 1, 1);
  model::Function function;
  function.name = "function";
  function.endpoint = "127.0.0.1:1";  // nobody answers
  topology.functions = {function};
  model::TargetGroup group;
  group.name = "of-function";
  group.target_type = model::TargetType::lambda;
  group.health_check.enabled = true;
  group.targets.emplace_back().function = "function";
  topology.target_groups.push_back(group);
  model::Rule& rule = topology.load_balancers[0].listeners[0].rules.emplace_back();
  rule.conditions.resize(1);
  rule.conditions[0].values = {"/function"};
  rule.action.target_groups = {{"of-function", 1}};
  start(topology);
  set("b0", "unhealthy");
  EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
  EXPECT_EQ(lab_->emulator.zonal_health().at(0).target_groups.size(), 1u)
      << "a function has no thresholds";
}

TEST_F(ZonalHealth, ANodeFailsOpenInItsOwnZone) {
  for (const auto type : {kNetwork, kApplication}) {
    start(services_in_zones(type, 1, 1));
    set("b0", "unhealthy");
    EXPECT_EQ(ask(kZoneB), "b0") << "who has the old address gets an answer";
    EXPECT_EQ(ask(kZoneA), "a0");
    if (type == kNetwork) {
      EXPECT_EQ(metric("lb", "UnhealthyRoutingFlowCount"), 1u);
      EXPECT_EQ(metric("lb", "ZonalHealthStatus"), 1u);
      EXPECT_EQ(metric("lb", "ZonalHealthStatus", kZoneA), 1u);
      EXPECT_EQ(metric("lb", "ZonalHealthStatus", kZoneB), 0u);
    } else {
      EXPECT_EQ(metric("group", "UnhealthyRoutingRequestCount"), 1u);
      EXPECT_EQ(metric("group", "UnhealthyRoutingRequestCount", kZoneA), 0u);
      EXPECT_EQ(metric("group", "UnhealthyRoutingRequestCount", kZoneB), 1u);
    }
  }
}

TEST_F(ZonalHealth, TheLastHealthyTargetOfAZoneKeepsItsFlows) {
  model::Topology topology = services_in_zones(kNetwork, 1, 2);
  start(topology);
  HttpsClient client(lab_->emulator, door(kZoneB), "");
  const std::string answer = client.get("/");
  const std::string met = answer.substr(answer.size() - 2);
  set(met == "b0" ? "b1" : "b0", "unhealthy");
  set(met, "unhealthy");
  EXPECT_TRUE(client.get("/").ends_with(met)) << "the zone fails open";
  set(met == "b0" ? "b1" : "b0", "healthy");
  EXPECT_EQ(client.get("/"), "") << "now there is a better one";
}

TEST_F(ZonalHealth, CloudWatchCountsTheZonesOfAnApplicationLoadBalancer) {
  model::Topology topology = services_in_zones(kApplication, 2, 2);
  topology.target_groups[0].attributes.dns_failover.count = 2;
  start(topology);
  set("b0", "unhealthy");
  EXPECT_EQ(metric("group", "HealthyStateDNS"), 1u);
  EXPECT_EQ(metric("group", "HealthyStateDNS", kZoneA), 1u);
  EXPECT_EQ(metric("group", "HealthyStateDNS", kZoneB), 0u);
  EXPECT_EQ(metric("group", "UnhealthyStateDNS"), 1u);
  EXPECT_EQ(metric("group", "UnhealthyStateDNS", kZoneA), 0u);
  EXPECT_EQ(metric("group", "UnhealthyStateDNS", kZoneB), 1u);
  EXPECT_EQ(metric("group", "HealthyStateRouting"), 2u) << "one is enough there";
  EXPECT_EQ(metric("group", "HealthyStateRouting", kZoneB), 1u);
  EXPECT_EQ(metric("group", "UnhealthyStateRouting"), 0u);
  set("b1", "unhealthy");
  EXPECT_EQ(metric("group", "HealthyStateRouting"), 1u);
  EXPECT_EQ(metric("group", "UnhealthyStateRouting"), 1u);
  EXPECT_EQ(metric("group", "UnhealthyStateRouting", kZoneB), 1u);
  ASSERT_TRUE(lab_->emulator.restore().ok());
  lab_->emulator.advance(151s);  // five checks pass
  EXPECT_EQ(metric("group", "HealthyStateRouting"), 2u) << "it is what is now, and no sum";
}

TEST_F(ZonalHealth, AnEndpointsNamesDoNotFollow) {
  model::Topology topology = services_in_zones(kNetwork, 1, 1);
  model::VpcEndpointService service;
  service.name = "endpoint-service";
  service.network_load_balancer = "lb";
  service.allowed_principals = {"*"};
  topology.vpc_endpoint_services = {service};
  model::VpcEndpoint endpoint;
  endpoint.name = "endpoint";
  endpoint.account = "222222222222";
  endpoint.service_name = "endpoint-service";
  endpoint.availability_zones = {kZoneA, kZoneB};
  topology.vpc_endpoints = {endpoint};
  start(topology);
  set("b0", "unhealthy");
  EXPECT_THAT(in_dns(), ElementsAre("a"));
  EXPECT_THAT(zones_of(door(kZoneA, "endpoint").dns_name), ElementsAre("a", "b"));
}

TEST_F(ZonalHealth, ATargetIsWhereWhoRegistersItSays) {
  model::Topology topology = services_in_zones(kNetwork, 1, 1);
  topology.target_groups[0].targets[1].availability_zone = kZoneA;
  start(topology);
  EXPECT_THAT(in_dns(), ElementsAre("a")) << "nobody is left in b";
  topology.target_groups[0].targets[1].availability_zone = model::kAllZones;
  ASSERT_TRUE(lab_->emulator.apply(topology).ok());
  EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
  set("a0", "unhealthy");
  EXPECT_THAT(in_dns(), ElementsAre("a", "b"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask(kZoneA), "b0");
}

TEST_F(ZonalHealth, RecordSetsAreNamesOfTheirTargets) {
  model::Topology topology = services_in_zones(kNetwork, 1, 1);
  topology.record_sets = {{"shop.example.com", "lb"}, {"*.shop.example.com", "lb"}};
  Emulator& emulator = start(topology);
  EXPECT_THAT(zones_of("shop.example.com"), ElementsAre("a", "b"));
  EXPECT_THAT(zones_of("any.shop.example.com"), ElementsAre("a", "b"));
  topology.record_sets.clear();
  ASSERT_TRUE(emulator.apply(topology).ok());
  EXPECT_THAT(emulator.resolve("shop.example.com"), IsEmpty());
  topology.record_sets = {{"shop.example.com", "nobody"}};
  EXPECT_THAT(emulator.apply(topology).error(),
              ::testing::HasSubstr("/RecordSets/shop.example.com/AliasTarget: found \"nobody\""));
}

TEST_F(ZonalHealth, NamesFollowChanges) {
  model::Topology topology = services_in_zones(kNetwork, 1, 1);
  Emulator& emulator = start(topology);
  EXPECT_THAT(emulator.resolve("nobody.example.com"), IsEmpty());
  topology.load_balancers[0].availability_zones = {kZoneB};
  topology.target_groups[0].targets.erase(topology.target_groups[0].targets.begin());
  ASSERT_TRUE(emulator.apply(topology).ok());
  EXPECT_THAT(zones_of(door(kZoneB).dns_name), ElementsAre("b"));
  std::string upper = door(kZoneB).dns_name;
  for (char& one : upper) one = static_cast<char>(std::toupper(static_cast<unsigned char>(one)));
  EXPECT_THAT(zones_of(upper), ElementsAre("b"));
}

/// What a proxy answers to a client that asks for the load balancer, and then its node.
TEST_F(ZonalHealth, AProxysClientsAreLedToZonesInDns) {
  Emulator& emulator = start(services_in_zones(kNetwork, 1, 1));
  EndpointAddress proxy;
  const std::string address = emulator.connect_door();
  proxy.address = address.substr(0, address.find(':'));
  proxy.port = static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1)));
  const std::string authority = door(kZoneA).dns_name + ":80";
  const auto met = [&] {
    HttpsClient client = HttpsClient::from(proxy, "127.0.0.1", 0);
    EXPECT_TRUE(client.send("CONNECT " + authority + " HTTP/1.1\r\n\r\n"));
    EXPECT_NE(client.receive_until("\r\n\r\n").find("200"), std::string::npos);
    const std::string answer = client.get("/");
    return answer.substr(answer.rfind('\n') + 1);
  };
  std::set<std::string> both{met(), met()};
  EXPECT_THAT(both, UnorderedElementsAre("a0", "b0"));
  set("b0", "unhealthy");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(met(), "a0");
}

}  // namespace
}  // namespace hoplab::testing
