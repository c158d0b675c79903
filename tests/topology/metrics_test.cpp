// CloudWatch's counts of connections, bytes and answers, by AWS's names (alb.md 9,
// nlb-privatelink.md 2.2 and 4.6, apigateway.md 16).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations_lab.h"
#include "scenario/format/reader.h"

namespace hoplab::testing {
namespace {

using ::testing::StartsWith;

using Metrics = Operations;

TEST_F(Metrics, FollowAConnectionThroughPrivateLink) {
  start(two_services());
  HttpsClient client = connect("endpoint");
  EXPECT_NE(body(client), "");
  EXPECT_EQ(metric("nlb", "ActiveFlowCount"), 1u);
  EXPECT_EQ(metric("endpoint", "ActiveConnections"), 1u);
  EXPECT_EQ(metric("endpoint-service", "ActiveConnections"), 1u);
  client.close();
  next_end();
  EXPECT_EQ(metric("nlb", "ActiveFlowCount"), 0u);
  EXPECT_EQ(metric("nlb", "NewFlowCount"), 1u);
  EXPECT_EQ(metric("endpoint", "ActiveConnections"), 0u);
  EXPECT_EQ(metric("endpoint", "NewConnections"), 1u);
  EXPECT_EQ(metric("endpoint-service", "NewConnections"), 1u);
  EXPECT_EQ(metric("endpoint-service", "EndpointsCount"), 1u);
  EXPECT_GT(metric("nlb", "ProcessedBytes"), 0u);
  EXPECT_GT(metric("endpoint", "BytesProcessed"), 0u);
  EXPECT_EQ(metric("endpoint-service", "BytesProcessed"), metric("endpoint", "BytesProcessed"));
}

TEST_F(Metrics, OfAnApplicationLoadBalancerCountClientsAndAnswersByClass) {
  model::Topology topology = two_services();
  topology.vpc_endpoints.clear();
  topology.vpc_endpoint_services.clear();
  topology.services[0].stand_in.status_code = 302;
  topology.services[1].stand_in.status_code = 500;
  topology.target_groups[0].protocol = "HTTP";
  topology.target_groups[0].health_check.protocol = "HTTP";
  topology.target_groups[0].health_check.enabled = false;
  model::LoadBalancer& alb = topology.load_balancers[0];
  alb.name = "alb";
  topology.entries = {"alb"};
  alb.type = model::LoadBalancerType::application;
  alb.listeners[0].protocol = "HTTP";
  alb.listeners[0].port = 80;
  start(topology);
  HttpsClient client = connect("alb");
  client.get("/");  // round robin
  client.get("/");
  // The client's, and one to each target.
  EXPECT_EQ(metric("alb", "ActiveConnectionCount"), 3u);
  EXPECT_EQ(metric("alb", "NewConnectionCount"), 3u);
  EXPECT_EQ(metric("alb", "HTTPCode_Target_3XX_Count"), 1u);
  EXPECT_EQ(metric("alb", "HTTPCode_Target_5XX_Count"), 1u);
  EXPECT_EQ(metric("alb", "HTTPCode_ELB_5XX_Count"), 0u);
  EXPECT_EQ(metric("alb", "HTTPCode_ELB_500_Count"), 0u);
  client.close();
  next_end();
  EXPECT_EQ(metric("alb", "ActiveConnectionCount"), 2u) << "those to the targets are at rest";
  EXPECT_GT(metric("alb", "ProcessedBytes"), 0u);
}

TEST(AnomalyMetrics, CountAnomalousHosts) {
  model::Topology topology;
  model::TargetGroup& group = topology.target_groups.emplace_back();
  group.name = "group";
  group.health_check.enabled = false;
  group.attributes.algorithm = model::RoutingAlgorithm::weighted_random;
  group.attributes.anomaly_mitigation = true;
  for (const char* const name : {"good", "better", "bad"}) {
    model::Service& service = topology.services.emplace_back();
    service.name = name;
    service.stand_in.status_code = service.name == "bad" ? 503 : 200;
    group.targets.emplace_back().service = name;
  }
  model::LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "alb";
  alb.availability_zones = {"eu-west-1a"};
  model::Listener& listener = alb.listeners.emplace_back();
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups = {{"group", 1}};
  topology.entries = {"alb"};
  EmulatorOptions options;
  options.clock.mode = Clock::Mode::stepped;
  options.seed = 1;
  RunningEmulator lab(Emulator::from_topology(std::move(topology), options));
  HttpsClient client = HttpsClient::plain(lab.emulator);
  for (int i = 0; i < 60; ++i) client.get("/");
  EXPECT_EQ(lab.metric("group", "AnomalousHostCount"), 0u);
  lab.emulator.advance(5s);
  EXPECT_EQ(lab.metric("group", "AnomalousHostCount"), 1u);
  EXPECT_EQ(lab.metric("group", "MitigatedHostCount"), 1u);
}

TEST(ApiMetrics, CountWhatReachedTheApiAndItsErrors) {
  auto read = scenario::read_scenario({scenario_file("private-api-mtls")});
  ASSERT_TRUE(read.ok());
  auto topology = std::move(read.scenario->topology);
  auto& integration = topology.rest_apis.front().methods.front().integration;
  integration.body.clear();
  integration.body_bytes = 10485761;  // a byte over the payload limit: 500
  EmulatorOptions options;
  options.clock.mode = Clock::Mode::stepped;
  RunningEmulator lab(Emulator::from_topology(std::move(topology), options));
  HttpsClient client(lab.emulator);
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(client.get("/nothing"), StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(lab.metric("widgets-api", "Count"), 2u);
  EXPECT_EQ(lab.metric("widgets-api", "5XXError"), 1u);
  EXPECT_EQ(lab.metric("widgets-api", "4XXError"), 1u);
}

}  // namespace
}  // namespace hoplab::testing
