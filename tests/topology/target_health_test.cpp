// The reasons that DescribeTargetHealth gives for a target's state, in AWS's codes and words
// (alb.md 6.4).
#include <gtest/gtest.h>

#include "running_emulator.h"

namespace hoplab::testing {
namespace {

/// An ALB in front of one service, whose stand-in answers with `status`.
model::Topology one_service(int status = 200) {
  model::Topology topology;
  model::Service& service = topology.services.emplace_back();
  service.name = "service";
  service.stand_in.status_code = status;
  model::TargetGroup& group = topology.target_groups.emplace_back();
  group.name = "group";
  group.targets.emplace_back().service = "service";
  group.health_check.protocol = "HTTP";
  model::LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "alb";
  alb.availability_zones = {"eu-west-1a"};
  model::Listener& listener = alb.listeners.emplace_back();
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups = {{"group", 1}};
  topology.entries = {"alb"};
  return topology;
}

class TargetHealthReasons : public ::testing::Test {
 protected:
  Emulator& start(const model::Topology& topology) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    lab_.emplace(Emulator::from_topology(topology, options));
    return lab_->emulator;
  }
  /// State, reason and description of the one target.
  std::string health() {
    const TargetStatus one = lab_->emulator.target_health().front();
    return one.state + "|" + one.reason + "|" + one.description;
  }
  std::optional<RunningEmulator> lab_;
};

TEST_F(TargetHealthReasons, AnotherStatusIsAMismatchThatNamesIt) {
  start(one_service(404));
  EXPECT_EQ(health(),
            "unhealthy|Target.ResponseCodeMismatch|Health checks failed with these codes: [404]");
}

TEST_F(TargetHealthReasons, SilenceIsATimeout) {
  Emulator& emulator = start(one_service());
  EXPECT_EQ(health(), "healthy||");
  ASSERT_TRUE(emulator.set_syn_answer("service", model::SynAnswer::drop).ok());
  emulator.advance(2min);
  EXPECT_EQ(health(), "unhealthy|Target.Timeout|Request timed out");
}

TEST_F(TargetHealthReasons, ARefusalIsAFailedCheckAndFivePassesMendIt) {
  Emulator& emulator = start(one_service());
  ASSERT_TRUE(emulator.set_syn_answer("service", model::SynAnswer::refuse).ok());
  emulator.advance(35s);
  EXPECT_EQ(health(), "healthy||") << "one failure is not enough";
  emulator.advance(30s);
  EXPECT_EQ(health(), "unhealthy|Target.FailedHealthChecks|Health checks failed");
  ASSERT_TRUE(emulator.set_syn_answer("service", model::SynAnswer::accept).ok());
  emulator.advance(2min);
  EXPECT_EQ(health(), "unhealthy|Target.FailedHealthChecks|Health checks failed")
      << "four passes are not enough";
  emulator.advance(30s);
  EXPECT_EQ(health(), "healthy||");
}

TEST_F(TargetHealthReasons, DeregistrationAndRegistrationAreInProgress) {
  Emulator& emulator = start(one_service());
  ASSERT_TRUE(emulator.deregister_target("group", "service").ok());
  EXPECT_EQ(health(), "draining|Target.DeregistrationInProgress|");
  emulator.advance(300s);
  EXPECT_EQ(health(), "unused|Target.NotRegistered|");
  ASSERT_TRUE(emulator.set_syn_answer("service", model::SynAnswer::drop).ok());
  ASSERT_TRUE(emulator.register_target("group", "service").ok());
  EXPECT_EQ(health(), "initial|Elb.RegistrationInProgress|");
}

TEST_F(TargetHealthReasons, WhatIsNotCheckedIsUnavailable) {
  model::Topology topology = one_service();
  topology.target_groups.front().health_check.enabled = false;
  start(topology);
  EXPECT_EQ(health(), "unavailable|Target.HealthCheckDisabled|");
}

}  // namespace
}  // namespace hoplab::testing
