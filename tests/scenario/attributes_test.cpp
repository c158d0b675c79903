// Attributes by AWS's keys: each arrives in the model, where the components read it (alb.md 5,
// nlb-privatelink.md 3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/format/writer.h"
#include "small_scenario.h"

namespace hoplab::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// kSmall with the load balancer's member `name`.
model::LoadBalancer balancer_with(const std::string& member) {
  return read_good(small_with("\"Type\": \"application\"", "\"Type\": \"application\", " + member))
      .topology.load_balancers.front();
}

model::ListenerAttributes listener_with(const std::string& attributes) {
  return read_good(small_with("\"Port\": 80",
                              "\"Port\": 80, \"ListenerAttributes\": { " + attributes + " }"))
      .topology.load_balancers.front()
      .listeners.front()
      .attributes;
}

TEST(Attributes, OfAnApplicationLoadBalancer) {
  const auto given = balancer_with(R"("LoadBalancerAttributes": {
      "load_balancing.cross_zone.enabled": true,
      "idle_timeout.timeout_seconds": 4000,
      "client_keep_alive.seconds": 604800,
      "routing.http.desync_mitigation_mode": "strictest",
      "routing.http.drop_invalid_header_fields.enabled": true,
      "routing.http.preserve_host_header.enabled": true,
      "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": true,
      "routing.http.xff_client_port.enabled": true,
      "routing.http.xff_header_processing.mode": "preserve",
      "routing.http2.enabled": false })")
                         .attributes;
  EXPECT_TRUE(given.cross_zone);
  EXPECT_EQ(given.idle_timeout_s, 4000);
  EXPECT_EQ(given.client_keep_alive_s, 604800);
  EXPECT_EQ(given.desync_mitigation_mode, "strictest");
  EXPECT_TRUE(given.drop_invalid_header_fields);
  EXPECT_TRUE(given.preserve_host_header);
  EXPECT_TRUE(given.tls_version_and_cipher_headers);
  EXPECT_TRUE(given.xff_client_port);
  EXPECT_EQ(given.xff_mode, "preserve");
  EXPECT_FALSE(given.http2);
}

TEST(Attributes, OfAnApplicationLoadBalancerHaveAwssDefaults) {
  const auto defaults = balancer_with(R"("Scheme": "internal")").attributes;
  EXPECT_EQ(defaults.idle_timeout_s, 60);
  EXPECT_EQ(defaults.client_keep_alive_s, 3600);
  EXPECT_EQ(defaults.desync_mitigation_mode, "defensive");
  EXPECT_FALSE(defaults.drop_invalid_header_fields);
  EXPECT_FALSE(defaults.preserve_host_header);
  EXPECT_FALSE(defaults.tls_version_and_cipher_headers);
  EXPECT_FALSE(defaults.xff_client_port);
  EXPECT_EQ(defaults.xff_mode, "append");
  EXPECT_TRUE(defaults.http2);
}

TEST(Attributes, OfAListenerSetHeadersOfEveryAnswer) {
  const auto given = listener_with(R"(
      "routing.http.response.strict_transport_security.header_value": "1",
      "routing.http.response.access_control_allow_origin.header_value": "2",
      "routing.http.response.access_control_allow_methods.header_value": "3",
      "routing.http.response.access_control_allow_headers.header_value": "4",
      "routing.http.response.access_control_allow_credentials.header_value": "5",
      "routing.http.response.access_control_expose_headers.header_value": "6",
      "routing.http.response.access_control_max_age.header_value": "7",
      "routing.http.response.content_security_policy.header_value": "8",
      "routing.http.response.x_content_type_options.header_value": "9",
      "routing.http.response.x_frame_options.header_value": "",
      "routing.http.response.server.enabled": false)");
  EXPECT_THAT(
      given.response_headers,
      ElementsAre(Pair("Strict-Transport-Security", "1"), Pair("Access-Control-Allow-Origin", "2"),
                  Pair("Access-Control-Allow-Methods", "3"),
                  Pair("Access-Control-Allow-Headers", "4"),
                  Pair("Access-Control-Allow-Credentials", "5"),
                  Pair("Access-Control-Expose-Headers", "6"), Pair("Access-Control-Max-Age", "7"),
                  Pair("Content-Security-Policy", "8"), Pair("X-Content-Type-Options", "9")))
      << "an empty value does nothing";
  EXPECT_FALSE(given.server_header);
}

TEST(Attributes, OfAGroupBehindANetworkLoadBalancer) {
  constexpr std::string_view kNetwork = R"({
    "title": "small",
    "LoadBalancers": { "nlb": { "Type": "network", "Listeners": [
      { "Protocol": "TCP", "Port": 80, "ListenerAttributes": { "tcp.idle_timeout.seconds": 6000 },
        "DefaultActions": [{ "Type": "forward", "TargetGroup": "group" }] }] } },
    "TargetGroups": { "group": {
      "TargetType": "ip", "Protocol": "TCP", "Port": 80, "Targets": ["mine"],
      "TargetGroupAttributes": {
        "deregistration_delay.timeout_seconds": 3600,
        "deregistration_delay.connection_termination.enabled": true,
        "preserve_client_ip.enabled": true,
        "proxy_protocol_v2.enabled": true,
        "stickiness.enabled": true,
        "stickiness.type": "source_ip",
        "load_balancing.cross_zone.enabled": false,
        "target_health_state.unhealthy.connection_termination.enabled": false,
        "target_health_state.unhealthy.draining_interval_seconds": 360000,
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": 2,
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": 50,
        "target_group_health.dns_failover.minimum_healthy_targets.count": "off",
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": 60,
        "deregistrationPropagationSeconds": 120,
        "withoutTargets": "reset" } } },
    "services": { "mine": { "standIn": { "body": "hello" } } },
    "entry": "nlb"
  })";
  const model::Topology topology = read_good(kNetwork).topology;
  ASSERT_EQ(topology.target_groups.size(), 1u);
  const auto& given = topology.target_groups.front().attributes;
  EXPECT_EQ(given.deregistration_delay_s, 3600);
  EXPECT_TRUE(given.deregistration_connection_termination);
  EXPECT_EQ(given.preserve_client_ip, true);
  EXPECT_TRUE(given.proxy_protocol_v2);
  EXPECT_TRUE(given.stickiness.enabled);
  EXPECT_EQ(given.cross_zone, false);
  EXPECT_FALSE(given.unhealthy_connection_termination);
  EXPECT_EQ(given.unhealthy_draining_interval_s, 360000);
  EXPECT_EQ(given.unhealthy_state_routing, (model::MinimumHealthyTargets{2, 50}));
  EXPECT_EQ(given.dns_failover, (model::MinimumHealthyTargets{std::nullopt, 60}));
  EXPECT_EQ(given.registration_propagation_s, 120);
  EXPECT_TRUE(given.reset_without_targets);
  EXPECT_EQ(topology.load_balancers.front().listeners.front().attributes.tcp_idle_timeout_s, 6000);
}

TEST(Attributes, OfAGroupsHealthAreWrittenAsTheyWereRead) {
  const std::string name = "target_group_health.";
  const std::string count = ".minimum_healthy_targets.count";
  const std::string percentage = ".minimum_healthy_targets.percentage";
  for (const std::string& given :
       {std::string(), "\"" + name + "dns_failover" + count + "\": \"off\"",
        "\"" + name + "dns_failover" + count + "\": 3, \"" + name + "unhealthy_state_routing" +
            count + "\": 2",
        "\"" + name + "dns_failover" + percentage + "\": 100, \"" + name +
            "unhealthy_state_routing" + percentage + "\": 1"}) {
    const Scenario read =
        read_good(small_with(R"("Targets": ["mine"])", R"("TargetGroupAttributes": { )" + given +
                                                           R"( }, "Targets": [{ "Id": "mine", )" +
                                                           R"("AvailabilityZone": "all" }])"));
    EXPECT_EQ(read.topology.target_groups.front().targets.front().availability_zone, "all");
    const std::string text = scenario_text(read.topology, read.clock);
    EXPECT_TRUE(read_good(text).topology == read.topology) << text;
    const auto written = text.find(name);
    EXPECT_EQ(written != std::string::npos, !given.empty()) << "defaults are not said: " << text;
  }
}

}  // namespace
}  // namespace hoplab::scenario
