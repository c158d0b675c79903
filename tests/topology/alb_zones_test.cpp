// An Application Load Balancer in two zones with a service in each: which of them a node asks, and
// what CloudWatch counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> kZones{"eu-west-1a", "eu-west-1b"};

/// Services "eu-west-1a" and "eu-west-1b", each in its zone, behind an ALB; it has rules for /fixed
/// and /elsewhere.
model::Topology two_zones() {
  model::Topology topology;
  model::TargetGroup group;
  group.name = "group";
  group.target_type = model::TargetType::ip;
  for (const std::string& zone : kZones) {
    model::Service service;
    service.name = service.availability_zone = service.stand_in.body = zone;
    topology.services.push_back(service);
    group.targets.emplace_back().service = zone;
  }
  group.attributes.cross_zone = false;
  topology.target_groups = {group};
  model::Listener listener;
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups = {{"group", 1}};
  for (const char* path : {"/fixed", "/elsewhere"}) {
    model::Rule& rule = listener.rules.emplace_back();
    rule.priority = static_cast<int>(listener.rules.size());
    rule.conditions.resize(1);
    rule.conditions[0].field = model::RuleCondition::Field::path_pattern;
    rule.conditions[0].values = {path};
  }
  listener.rules[0].action.type = model::Action::Type::fixed_response;
  listener.rules[0].action.fixed_response = {404, "text/plain", "no"};
  listener.rules[1].action.type = model::Action::Type::redirect;
  listener.rules[1].action.redirect.host = "example.com";
  model::LoadBalancer alb;
  alb.name = "alb";
  alb.availability_zones = kZones;
  alb.listeners = {listener};
  topology.load_balancers = {alb};
  topology.entries = {"alb"};
  return topology;
}

class AlbZones : public ::testing::Test {
 protected:
  void start(const model::Topology& topology) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    lab_.emplace(Emulator::from_topology(topology, options));
  }
  /// To the node in that zone of a load balancer.
  HttpsClient connect(const std::string& balancer, const std::string& zone) {
    for (const EndpointAddress& door : lab_->emulator.endpoints()) {
      if (door.name == balancer && door.zone == zone) return HttpsClient(lab_->emulator, door, "");
    }
    ADD_FAILURE() << "no node of " << balancer << " in " << zone;
    return HttpsClient::plain(lab_->emulator);
  }
  std::string get(const std::string& balancer, const std::string& zone,
                  const std::string& path = "/") {
    return connect(balancer, zone).get(path);
  }
  std::uint64_t metric(const std::string& resource, const std::string& name) {
    return lab_->metric(resource, name);
  }
  std::optional<RunningEmulator> lab_;
};

TEST_F(AlbZones, WithoutCrossZoneANodeAsksItsOwnZone) {
  start(two_zones());
  for (int time = 0; time < 3; ++time) {
    for (const std::string& zone : kZones) EXPECT_THAT(get("alb", zone), EndsWith("\n" + zone));
  }
}

TEST_F(AlbZones, EachRequestOfAConnectionIsItsNodes) {
  start(two_zones());
  for (const std::string& zone : kZones) {
    HttpsClient client = connect("alb", zone);
    for (int time = 0; time < 3; ++time) EXPECT_THAT(client.get("/"), EndsWith("\n" + zone));
  }
}

TEST_F(AlbZones, EachNodeTakesItsTargetsInTurn) {
  model::Topology topology = two_zones();
  model::Service& third = topology.services.emplace_back(topology.services[0]);
  third.name = third.stand_in.body = "third";
  topology.target_groups[0].targets.emplace_back().service = "third";
  start(topology);
  std::set<std::string> met;
  for (int time = 0; time < 2; ++time) {
    const std::string answer = get("alb", kZones[0]);
    met.insert(answer.substr(answer.rfind('\n') + 1));
    EXPECT_THAT(get("alb", kZones[1]), EndsWith("\n" + kZones[1]));
  }
  EXPECT_THAT(met, ::testing::ElementsAre(kZones[0], "third"));
}

TEST_F(AlbZones, WithCrossZoneANodeAsksAll) {
  model::Topology topology = two_zones();
  topology.target_groups[0].attributes.cross_zone.reset();
  start(topology);
  const std::string first = get("alb", kZones[0]);
  EXPECT_NE(first.substr(first.size() - 1), get("alb", kZones[0]).substr(first.size() - 1));
}

TEST_F(AlbZones, AZoneFailsOpenByItself) {
  start(two_zones());
  for (const TargetStatus& one : lab_->emulator.target_health()) {
    ASSERT_TRUE(lab_->emulator.set_target_health("group", one.target, "unhealthy").ok());
    break;  // the first zone's
  }
  for (const TargetStatus& one : lab_->emulator.target_health()) {
    EXPECT_EQ(one.fail_open, one.state == "unhealthy");
  }
  for (const std::string& zone : kZones) EXPECT_THAT(get("alb", zone), EndsWith("\n" + zone));
  EXPECT_EQ(metric("group", "HealthyHostCount"), 1u);
  EXPECT_EQ(metric("group", "UnHealthyHostCount"), 1u);
}

TEST_F(AlbZones, AZoneWithoutTargetsAnswers503) {
  model::Topology topology = two_zones();
  topology.target_groups[0].targets.pop_back();
  start(topology);
  EXPECT_THAT(get("alb", kZones[0]), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(get("alb", kZones[1]),
              StartsWith("HTTP/1.1 503 Service Temporarily Unavailable\r\n"));
}

/// With a network load balancer before it, in both zones too.
model::Topology two_zones_behind_nlb() {
  model::Topology topology = two_zones();
  model::TargetGroup group;
  group.name = "alb-group";
  group.target_type = model::TargetType::alb;
  group.protocol = "TCP";
  group.port = 80;
  group.targets.emplace_back().load_balancer = "alb";
  topology.target_groups.push_back(group);
  model::LoadBalancer nlb;
  nlb.name = "nlb";
  nlb.type = model::LoadBalancerType::network;
  nlb.availability_zones = kZones;
  model::Listener& listener = nlb.listeners.emplace_back();
  listener.protocol = "TCP";
  listener.port = 80;
  listener.default_action.target_groups = {{"alb-group", 1}};
  topology.load_balancers.push_back(nlb);
  return topology;
}

TEST_F(AlbZones, ANetworkLoadBalancerHandsItsZoneOn) {
  start(two_zones_behind_nlb());
  for (const std::string& zone : kZones) EXPECT_THAT(get("nlb", zone), EndsWith("\n" + zone));
}

TEST_F(AlbZones, WithCrossZoneANetworkLoadBalancerUsesEachNode) {
  model::Topology topology = two_zones_behind_nlb();
  topology.load_balancers[1].attributes.cross_zone = true;
  start(topology);
  std::set<std::string> met;
  for (int time = 0; time < 100 && met.size() < 2; ++time) {
    const std::string answer = get("nlb", kZones[0]);
    met.insert(answer.substr(answer.rfind('\n') + 1));
  }
  EXPECT_THAT(met, ::testing::ElementsAreArray(kZones));
}

TEST_F(AlbZones, OneClientPortAtTwoNodesIsTwoConnections) {
  start(two_zones_behind_nlb());
  std::vector<EndpointAddress> doors;
  for (const EndpointAddress& door : lab_->emulator.endpoints()) {
    if (door.name == "nlb") doors.push_back(door);
  }
  ASSERT_EQ(doors.size(), 2U);
  HttpsClient first = HttpsClient::from(doors[0], "127.0.0.9", 0);
  HttpsClient second = HttpsClient::from(doors[1], "127.0.0.9", first.local_port());
  EXPECT_THAT(second.get("/"), EndsWith("\n" + kZones[1]))
      << "at once, on a clock that stands still";
  EXPECT_THAT(first.get("/"), EndsWith("\n" + kZones[0]));
}

TEST_F(AlbZones, ANetworkLoadBalancersHealthCheckAsksTheFirstNode) {
  for (const std::size_t without : {0U, 1U}) {
    model::Topology topology = two_zones_behind_nlb();
    auto& targets = topology.target_groups[0].targets;
    targets.erase(targets.begin() + static_cast<std::ptrdiff_t>(without));
    start(topology);
    for (const TargetStatus& one : lab_->emulator.target_health()) {
      if (one.target_group != "alb-group") continue;
      EXPECT_EQ(one.state, without == 0 ? "unhealthy" : "healthy");
    }
  }
}

TEST_F(AlbZones, HealthChecksOfANetworkLoadBalancerAreNotCounted) {
  start(two_zones_behind_nlb());
  lab_->emulator.advance(5min);
  EXPECT_EQ(metric("alb", "RequestCount"), 0u);
  EXPECT_EQ(metric("alb", "HTTPCode_Target_2XX_Count"), 0u);
  get("nlb", kZones[0]);
  EXPECT_EQ(metric("alb", "RequestCount"), 1u);
}

TEST_F(AlbZones, HealthChecksOfANetworkLoadBalancerAreNoRequests) {
  start(two_zones_behind_nlb());
  EXPECT_EQ(lab_->emulator.counters().requests, 0u);
  get("nlb", kZones[0]);
  EXPECT_EQ(lab_->emulator.counters().requests, 1u);
}

TEST_F(AlbZones, CloudWatchCountsConnectionsToTargetsToo) {
  start(two_zones());
  HttpsClient client = connect("alb", kZones[0]);
  for (int time = 0; time < 2; ++time) {
    client.get("/");
    EXPECT_EQ(metric("alb", "NewConnectionCount"), 2u) << "the target's is used again";
    EXPECT_EQ(metric("alb", "ActiveConnectionCount"), 2u);
  }
  client.close();
  lab_->ends->next();
  EXPECT_EQ(metric("alb", "ActiveConnectionCount"), 1u) << "the target's, at rest";
  lab_->emulator.advance(61s);
  EXPECT_EQ(metric("alb", "ActiveConnectionCount"), 0u);
  EXPECT_EQ(metric("alb", "NewConnectionCount"), 2u);
}

TEST_F(AlbZones, CloudWatchCountsHostsByGroupAndLoadBalancer) {
  model::Topology topology = two_zones_behind_nlb();
  topology.target_groups.push_back(topology.target_groups[0]);
  topology.target_groups.back().name = "unused";
  start(topology);
  std::vector<std::string> seen;
  for (const MetricValue& one : lab_->emulator.metrics()) {
    if (one.metric != "HealthyHostCount") continue;
    EXPECT_EQ(one.dimension, "TargetGroup");
    seen.push_back(one.resource + " of " + one.load_balancer);
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("group of alb")) << "a load balancer is not counted";
}

TEST_F(AlbZones, CloudWatchCountsWhatRulesAndHeadersAre) {
  model::Topology topology = two_zones();
  topology.load_balancers[0].listeners[0].rules[1].action.redirect.path =
      "/#{path}" + std::string(100, 'x');
  start(topology);
  get("alb", kZones[0], "/fixed");
  EXPECT_EQ(metric("alb", "RuleEvaluations"), 1u) << "the first of two matches";
  get("alb", kZones[0]);
  EXPECT_EQ(metric("alb", "RuleEvaluations"), 3u) << "both, and the default does not count";
  EXPECT_EQ(metric("alb", "HTTP_Redirect_Url_Limit_Exceeded_Count"), 0u);
  get("alb", kZones[0], "/elsewhere?" + std::string(8'192, 'q'));
  EXPECT_EQ(metric("alb", "HTTP_Redirect_Url_Limit_Exceeded_Count"), 1u);
  EXPECT_EQ(metric("group", "UnhealthyRoutingRequestCount"), 0u);
  for (const TargetStatus& one : lab_->emulator.target_health()) {
    ASSERT_TRUE(lab_->emulator.set_target_health("group", one.target, "unhealthy").ok());
  }
  get("alb", kZones[0]);
  EXPECT_EQ(metric("group", "UnhealthyRoutingRequestCount"), 1u);
}

TEST_F(AlbZones, CloudWatchCountsRequestsWithInvalidHeaderNames) {
  for (const bool drops : {false, true}) {
    model::Topology topology = two_zones();
    topology.load_balancers[0].attributes.drop_invalid_header_fields = drops;
    start(topology);
    get("alb", kZones[0]);
    HttpsClient client = connect("alb", kZones[0]);
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\nX_One: 1\r\nX_Two: 2\r\n\r\n"));
    EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(metric("alb", "DroppedInvalidHeaderRequestCount"), drops ? 1u : 0u);
    EXPECT_EQ(metric("alb", "ForwardedInvalidHeaderRequestCount"), drops ? 0u : 1u);
  }
}

TEST_F(AlbZones, CloudWatchCountsAnswersByWhoGaveThem) {
  model::Topology topology = two_zones();
  topology.services[1].address = "127.0.0.1:1";  // nobody listens
  start(topology);
  get("alb", kZones[0]);
  EXPECT_EQ(metric("alb", "RequestCount"), 1u);
  EXPECT_EQ(metric("alb", "HTTPCode_Target_2XX_Count"), 1u);
  EXPECT_THAT(get("alb", kZones[1]), StartsWith("HTTP/1.1 502"));
  EXPECT_EQ(metric("alb", "RequestCount"), 2u);
  EXPECT_EQ(metric("alb", "HTTPCode_ELB_502_Count"), 1u);
  EXPECT_EQ(metric("alb", "HTTPCode_ELB_5XX_Count"), 1u);
  EXPECT_EQ(metric("alb", "TargetConnectionErrorCount"), 1u);
  EXPECT_THAT(get("alb", kZones[0], "/fixed"), StartsWith("HTTP/1.1 404"));
  EXPECT_EQ(metric("alb", "HTTP_Fixed_Response_Count"), 1u);
  EXPECT_EQ(metric("alb", "HTTPCode_ELB_4XX_Count"), 1u);
  EXPECT_THAT(get("alb", kZones[0], "/elsewhere"), HasSubstr("Location: http://example.com:80/"));
  EXPECT_EQ(metric("alb", "HTTP_Redirect_Count"), 1u);
  EXPECT_EQ(metric("alb", "HTTPCode_ELB_3XX_Count"), 1u);
  EXPECT_EQ(metric("alb", "RequestCount"), 2u) << "only requests for which a target was chosen";
  HttpsClient hostless = connect("alb", kZones[0]);
  ASSERT_TRUE(hostless.send("GET / HTTP/1.1\r\n\r\n"));
  EXPECT_THAT(hostless.receive_answer(), StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(metric("alb", "HTTPCode_ELB_4XX_Count"), 2u);
  EXPECT_EQ(metric("alb", "DesyncMitigationMode_NonCompliant_Request_Count"), 1u);
}

}  // namespace
}  // namespace hoplab::testing
