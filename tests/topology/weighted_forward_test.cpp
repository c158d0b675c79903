// An ALB's action with several target groups (alb.md 6.1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

/// Groups "one" and "two" with a service each, of that name, by weight.
model::Topology two_groups(int weight_of_one, int weight_of_two) {
  model::Topology topology;
  model::LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "alb";
  topology.entries = {"alb"};
  alb.availability_zones = {"eu-west-1a"};
  model::Listener& listener = alb.listeners.emplace_back();
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups = {{"one", weight_of_one}, {"two", weight_of_two}};
  for (const char* name : {"one", "two"}) {
    model::Service& service = topology.services.emplace_back();
    service.name = service.stand_in.body = name;
    model::TargetGroup& group = topology.target_groups.emplace_back();
    group.name = name;
    group.targets.emplace_back().service = name;
    group.health_check.protocol = "HTTP";
  }
  return topology;
}

TEST(WeightedForward, AGroupOfWeightZeroGetsNothing) {
  RunningEmulator lab(Emulator::from_topology(two_groups(0, 1)));
  HttpsClient client = HttpsClient::plain(lab.emulator);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(client.get("/"), EndsWith("\r\n\r\ntwo"));
}

TEST(WeightedForward, EachGroupGetsItsShare) {
  EmulatorOptions options;
  options.seed = 1;
  RunningEmulator lab(Emulator::from_topology(two_groups(3, 1), options));
  HttpsClient client = HttpsClient::plain(lab.emulator);
  int one = 0;
  for (int i = 0; i < 400; ++i) one += client.get("/").ends_with("\r\n\r\none") ? 1 : 0;
  EXPECT_GT(one, 250);
  EXPECT_LT(one, 350);
}

TEST(WeightedForward, AnEmptyGroupIsNotFailedOverFrom) {
  RunningEmulator lab(Emulator::from_topology(two_groups(0, 1)));
  ASSERT_TRUE(lab.emulator.deregister_target("two", "two").ok());
  HttpsClient client = HttpsClient::plain(lab.emulator);
  EXPECT_THAT(client.get("/"), StartsWith("HTTP/1.1 503 Service Temporarily Unavailable\r\n"));
}

}  // namespace
}  // namespace hoplab::testing
