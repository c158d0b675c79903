// A topology made in code, without a scenario file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {

using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

model::Action fixed(int status, const std::string& body) {
  model::Action action;
  action.type = model::Action::Type::fixed_response;
  action.fixed_response = {status, "text/plain", body};
  return action;
}

/// One ALB with a plain listener: GET /teapot gets 418, everything else 200.
model::Topology small_topology() {
  model::Rule teapot;
  teapot.priority = 10;
  teapot.conditions.resize(1);
  teapot.conditions[0].field = model::RuleCondition::Field::path_pattern;
  teapot.conditions[0].values = {"/teapot*"};
  teapot.action = fixed(418, "short and stout");
  model::Listener listener;
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action = fixed(200, "hello");
  listener.rules = {teapot};
  model::LoadBalancer alb;
  alb.name = "alb";
  alb.availability_zones = {"eu-west-1a", "eu-west-1b"};
  alb.listeners = {listener};
  model::Topology topology;
  topology.load_balancers = {alb};
  topology.entries = {"alb"};
  return topology;
}

TEST(TopologyInCode, ServesByItsRules) {
  RunningEmulator lab(Emulator::from_topology(small_topology()));
  HttpsClient client = HttpsClient::plain(lab.emulator);
  const std::string hello = client.get("/");
  EXPECT_THAT(hello, StartsWith("HTTP/1.1 200 OK\r\nServer: awselb/2.0\r\n"));
  EXPECT_THAT(hello, HasSubstr("\r\n\r\nhello"));
  EXPECT_THAT(client.get("/teapot/1"), HasSubstr("\r\n\r\nshort and stout"));
  EXPECT_EQ(lab.emulator.counters().requests, 2u);
  EXPECT_THAT(lab.emulator.url(), StartsWith("http://"));
  EXPECT_EQ(lab.emulator.topology()->load_balancers.front().name, "alb");
}

TEST(TopologyInCode, ForwardsToAServiceAndItsStandInAnswers) {
  model::Topology topology = small_topology();
  model::TargetGroup group;
  group.name = "group";
  group.targets.resize(1);
  group.targets[0].service = "service";
  group.health_check.protocol = "HTTP";
  topology.target_groups = {group};
  model::Service service;
  service.name = "service";
  service.stand_in.body = "from the service";
  topology.services = {service};
  model::Action forward;
  forward.target_groups = {{"group", 1}};
  topology.load_balancers[0].listeners[0].default_action = forward;
  RunningEmulator lab(Emulator::from_topology(topology));
  HttpsClient client = HttpsClient::plain(lab.emulator);
  EXPECT_THAT(client.get("/"), HasSubstr("\r\n\r\nfrom the service"));
  EXPECT_EQ(lab.emulator.target_health().front().state, "healthy");
  EXPECT_EQ(lab.emulator.counters().flows, 1u) << "the leg to the service is not a client's flow";
}

TEST(TopologyInCode, AServiceThatIsNotThereGives502) {
  model::Topology topology = small_topology();
  model::TargetGroup group;
  group.name = "group";
  group.targets.resize(1);
  group.targets[0].service = "service";
  group.health_check.protocol = "HTTP";
  topology.target_groups = {group};
  topology.services.resize(1);
  topology.services[0].name = "service";
  topology.services[0].address = "127.0.0.1:1";  // tcpmux: nobody serves it
  model::Action forward;
  forward.target_groups = {{"group", 1}};
  topology.load_balancers[0].listeners[0].default_action = forward;
  RunningEmulator lab(Emulator::from_topology(topology));
  HttpsClient client = HttpsClient::plain(lab.emulator);
  EXPECT_THAT(client.get("/"), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  const TargetStatus target = lab.emulator.target_health().front();
  EXPECT_EQ(target.state, "unhealthy");
  EXPECT_TRUE(target.fail_open);
  EXPECT_EQ(target.reason, "Target.FailedHealthChecks");
}

TEST(TopologyInCode, AnAddressThatIsNoneIsAnErrorOfStart) {
  model::Topology topology = small_topology();
  topology.services.resize(1);
  topology.services[0].name = "service";
  topology.services[0].address = "no port";
  auto made = Emulator::from_topology(topology);
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(made.value().start().error(), HasSubstr("'no port' is not host:port"));
}

}  // namespace

}  // namespace hoplab::testing
