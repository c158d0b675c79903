// How a check connects: what it does not say is as the listener has it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/checks/runner.h"
#include "small_scenario.h"

namespace hoplab::scenario {
namespace {

/// Two listeners, the first of which has that protocol, and a network load balancer before each.
std::string two_listeners(const std::string& first) {
  const bool plain_first = first == "HTTP";
  const std::string answer = R"("DefaultActions": [{ "Type": "fixed-response", )"
                             R"("FixedResponseConfig": { "StatusCode": "200" } }])";
  const std::string plain = R"({ "Protocol": "HTTP", "Port": 80, )" + answer + "}";
  const std::string tls =
      R"({ "Protocol": "HTTPS", "Port": 443, "Certificates": ["server"], )" + answer + "}";
  const auto forward = [](int port) {
    const std::string text = std::to_string(port);
    return R"({ "Protocol": "TCP", "Port": )" + text +
           R"(, "DefaultActions": [{ "Type": "forward", "TargetGroup": "to-)" + text + "\" }] }";
  };
  const auto group = [](int port) {
    const std::string text = std::to_string(port);
    return "\"to-" + text + R"(": { "TargetType": "alb", "Protocol": "TCP", "Port": )" + text +
           R"(, "Targets": ["alb"] })";
  };
  return R"({ "title": "two listeners",
    "pki": { "authorities": { "ca": { "subject": "CN=CA" } }, "certificates": { "server": {
      "for": "listener", "subject": "CN=api.example.com", "issuer": "ca",
      "dnsNames": ["api.example.com"] } } },
    "LoadBalancers": {
      "alb": { "Type": "application", "Listeners": [)" +
         (plain_first ? plain + ", " + tls : tls + ", " + plain) + R"(] },
      "nlb": { "Type": "network", "Listeners": [)" +
         (plain_first ? forward(80) + ", " + forward(443) : forward(443) + ", " + forward(80)) +
         R"(] } },
    "TargetGroups": { )" +
         group(80) + ", " + group(443) + R"( },
    "entry": "alb",
    "checks": [
      { "name": "first", "request": { "path": "/" }, "expect": { "status": 200 } },
      { "name": "80", "port": 80, "request": { "path": "/" }, "expect": { "status": 200 } },
      { "name": "443", "port": 443, "request": { "path": "/" }, "expect": { "status": 200 } },
      { "name": "80 through", "through": "nlb", "port": 80, "request": { "path": "/" },
        "expect": { "status": 200 } },
      { "name": "443 through", "through": "nlb", "port": 443, "request": { "path": "/" },
        "expect": { "status": 200 } },
      { "name": "443 without TLS", "port": 443, "scheme": "http", "request": { "path": "/" },
        "expect": { "status": 400 } }
    ] })";
}

TEST(WayIn, SpeaksAsTheListenerOfItsPort) {
  for (const char* const first : {"HTTP", "HTTPS"}) {
    const Scenario scenario = read_good(two_listeners(first));
    auto emulator = Emulator::from_topology(scenario.topology);
    ASSERT_TRUE(emulator) << emulator.error();
    const auto started = emulator.value().start();
    ASSERT_TRUE(started) << started.error();
    const auto results = run_checks(scenario, emulator.value());
    EXPECT_EQ(results.size(), 6u);
    for (const CheckResult& one : results) {
      EXPECT_THAT(one.failures, ::testing::IsEmpty()) << first << " first, " << one.name;
    }
  }
}

TEST(WayIn, IsAZoneInDnsUnlessTheCheckSaysOne) {
  const Scenario scenario = read_good(R"({ "title": "the first of two zones is empty",
    "LoadBalancers": { "nlb": { "Type": "network",
      "AvailabilityZones": ["eu-west-1a", "eu-west-1b"],
      "Listeners": [{ "Protocol": "TCP", "Port": 80,
        "DefaultActions": [{ "Type": "forward", "TargetGroup": "group" }] }] } },
    "TargetGroups": { "group": {
      "TargetType": "ip", "Protocol": "TCP", "Port": 80, "Targets": ["service"] } },
    "services": { "service": { "AvailabilityZone": "eu-west-1b", "standIn": { "body": "b" } } },
    "entry": "nlb",
    "checks": [
      { "name": "by name", "request": { "path": "/" }, "expect": { "body": "b" } },
      { "name": "the zone", "zone": "eu-west-1a", "request": { "path": "/" },
        "expect": { "end": "silence" } }
    ] })");
  auto emulator = Emulator::from_topology(scenario.topology);
  ASSERT_TRUE(emulator) << emulator.error();
  const auto started = emulator.value().start();
  ASSERT_TRUE(started) << started.error();
  for (const CheckResult& one : run_checks(scenario, emulator.value())) {
    EXPECT_THAT(one.failures, ::testing::IsEmpty()) << one.name;
  }
}

}  // namespace
}  // namespace hoplab::scenario
