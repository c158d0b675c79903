// Faults and the clock of a running emulator, through real sockets: each stage, kind and direction
// that makes sense; arming while connections are there; the same seed hits the same connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

constexpr const char* kGood = "HTTP/1.1 200 OK\r\n";

model::Fault fault_at(const std::string& hop, Stage stage, model::FaultAction action,
                      model::FaultDirection direction = model::FaultDirection::both) {
  model::Fault fault;
  fault.name = "the fault";
  fault.hop = hop;
  fault.stage = stage;
  fault.action = action;
  fault.direction = direction;
  return fault;
}

class Faults : public ::testing::Test {
 protected:
  static EmulatorOptions options() {
    EmulatorOptions out;
    out.seed = 7;
    return out;
  }

  RunningEmulator lab_{"private-api-mtls", options()};
  Emulator& emulator_ = lab_.emulator;
};

TEST_F(Faults, AtTheTargetAreThe502OfTheLoadBalancer) {
  auto fault = fault_at("execute-api-endpoint", Stage::request_headers, model::FaultAction::reset);
  ASSERT_TRUE(emulator_.arm(fault).ok());
  EXPECT_THAT(HttpsClient(emulator_).get("/widgets"), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  ASSERT_TRUE(emulator_.disarm(fault.name).ok());
  EXPECT_THAT(HttpsClient(emulator_).get("/widgets"), StartsWith(kGood));
}

TEST_F(Faults, HoldTheConnectionUntilTheyAreDisarmed) {
  HttpsClient client(emulator_);
  EXPECT_THAT(client.get("/widgets"), StartsWith(kGood));
  ASSERT_TRUE(emulator_.arm(fault_at("nlb", Stage::accept, model::FaultAction::hold)).ok());
  ASSERT_TRUE(client.send("GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n"));
  EXPECT_EQ(emulator_.counters().api_requests.at("widgets-api"), 1U);
  EXPECT_FALSE(client.peer_has_spoken());
  ASSERT_TRUE(emulator_.disarm("the fault").ok());
  EXPECT_THAT(client.receive_answer(), StartsWith(kGood));
}

TEST_F(Faults, CutAnAnswerAtTheByte) {
  auto fault = fault_at("alb", Stage::response_headers, model::FaultAction::reset,
                        model::FaultDirection::to_client);
  fault.after_bytes = 0;
  ASSERT_TRUE(emulator_.arm(fault).ok());
  HttpsClient client(emulator_);
  EXPECT_EQ(client.get("/widgets"), "");
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
}

TEST_F(Faults, HitTheConnectionsThatTheyChoose) {
  auto every = fault_at("nlb", Stage::client_hello, model::FaultAction::reset);
  every.every = 3;
  ASSERT_TRUE(emulator_.arm(every).ok());
  std::vector<bool> connected;
  for (int i = 0; i < 6; ++i) connected.push_back(HttpsClient(emulator_).connected());
  EXPECT_THAT(connected, ElementsAre(true, true, false, true, true, false));
  ASSERT_TRUE(emulator_.disarm(every.name).ok());
  auto limited = fault_at("nlb", Stage::client_hello, model::FaultAction::reset);
  limited.limit = 1;
  limited.from = "127.0.0.1";
  ASSERT_TRUE(emulator_.arm(limited).ok());
  EXPECT_FALSE(HttpsClient(emulator_).connected());
  EXPECT_TRUE(HttpsClient(emulator_).connected());
}

TEST_F(Faults, CountOnWhenArmedAgainAndAnewWhenTheyWereTakenAway) {
  const auto fault = fault_at("nlb", Stage::client_hello, model::FaultAction::reset);
  const auto hits = [this] { return emulator_.faults().back().hits.size(); };
  for (std::size_t times = 1; times <= 3; ++times) {
    ASSERT_TRUE(emulator_.arm(fault).ok());
    EXPECT_FALSE(HttpsClient(emulator_).connected());
    EXPECT_EQ(hits(), times);
    ASSERT_TRUE(emulator_.disarm(fault.name).ok());
    EXPECT_EQ(hits(), times);
  }
  model::Topology without = *emulator_.topology();
  without.faults.pop_back();
  ASSERT_TRUE(emulator_.apply(std::move(without)).ok());
  ASSERT_TRUE(emulator_.arm(fault).ok());
  EXPECT_EQ(hits(), 0U);
}

TEST_F(Faults, LeaveHealthChecksAlone) {
  ASSERT_TRUE(
      emulator_.arm(fault_at("execute-api-endpoint", Stage::accept, model::FaultAction::reset))
          .ok());
  ASSERT_TRUE(emulator_.set_clock({.mode = Clock::Mode::stepped, .start = {}}).ok());
  emulator_.advance(10min);
  for (const TargetStatus& target : emulator_.target_health()) {
    if (target.target_group == "api-group") {
      EXPECT_EQ(target.state, "healthy");
    }
  }
}

TEST_F(Faults, MistakesAreRefused) {
  EXPECT_THAT(emulator_.arm("nothing").error(), HasSubstr("there is no fault 'nothing'"));
  EXPECT_THAT(emulator_.disarm("nothing").error(), HasSubstr("no fault 'nothing' is armed"));
  EXPECT_THAT(emulator_.arm(fault_at("nbl", Stage::accept, model::FaultAction::reset)).error(),
              HasSubstr("there is no hop of that name"));
  auto both = fault_at("nlb", Stage::accept, model::FaultAction::reset);
  both.every = 2;
  both.percent = 50;
  EXPECT_THAT(emulator_.arm(both).error(), HasSubstr("one of them"));
  const auto good = fault_at("nlb", Stage::accept, model::FaultAction::reset);
  EXPECT_TRUE(emulator_.arm(good).ok());
  EXPECT_THAT(emulator_.arm(good).error(), HasSubstr("is armed already"));
}

std::vector<std::uint64_t> hits_under_seed(std::uint64_t seed) {
  EmulatorOptions options;
  options.seed = seed;
  RunningEmulator lab("private-api-mtls", options);
  auto fault = fault_at("consumer-endpoint", Stage::client_hello, model::FaultAction::reset);
  fault.percent = 50;
  EXPECT_TRUE(lab.emulator.arm(fault).ok());
  std::vector<std::uint64_t> order;  // by number, not by id: ids count health checks too
  for (std::uint64_t i = 0; i < 40; ++i) {
    if (!HttpsClient(lab.emulator).connected()) order.push_back(i);
    lab.ends->next();
  }
  return order;
}

TEST(FaultChance, IsTheSameUnderOneSeed) {
  const auto first = hits_under_seed(1);
  EXPECT_EQ(first, hits_under_seed(1));
  EXPECT_NE(first, hits_under_seed(2));
  EXPECT_GT(first.size(), 5U);
  EXPECT_LT(first.size(), 35U);
}

TEST(Clocks, ChangeWhileTheEmulatorRuns) {
  RunningEmulator lab("private-api-mtls", {});
  EXPECT_EQ(lab.emulator.clock().mode, Clock::Mode::real);
  ASSERT_TRUE(lab.emulator.set_clock({.mode = Clock::Mode::stepped, .start = {}}).ok());
  const Time at = lab.emulator.now();
  lab.emulator.advance(48h);
  EXPECT_EQ(lab.emulator.now(), at + 48h);
  EXPECT_TRUE(HttpsClient(lab.emulator, "not_yet_valid").connected());
  ASSERT_TRUE(
      lab.emulator.set_clock({.mode = Clock::Mode::scaled, .scale = 1000, .start = {}}).ok());
  EXPECT_GE(lab.emulator.now(), at + 48h);
  EmulatorOptions two;
  two.threads = 2;
  RunningEmulator threaded("private-api-mtls", two);
  EXPECT_THAT(threaded.emulator.set_clock({.mode = Clock::Mode::stepped, .start = {}}).error(),
              HasSubstr("one thread"));
}

TEST(TargetHealth, IsWhatSomebodySaysUntilItIsSaidOtherwise) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  const auto health = [&lab] {
    for (const TargetStatus& one : lab.emulator.target_health()) {
      if (one.target_group == "api-group") return one;
    }
    return TargetStatus();
  };
  const std::string target = health().target;
  ASSERT_TRUE(lab.emulator.set_target_health("api-group", target, "unhealthy").ok());
  EXPECT_EQ(health().state, "unhealthy");
  lab.emulator.advance(10min);
  EXPECT_EQ(health().state, "unhealthy");
  ASSERT_TRUE(lab.emulator.set_target_health("api-group", target, std::nullopt).ok());
  lab.emulator.advance(10min);
  EXPECT_EQ(health().state, "healthy");
  EXPECT_THAT(lab.emulator.set_target_health("api-group", "x", "healthy").error(),
              HasSubstr("there is no target 'x'"));
  EXPECT_THAT(lab.emulator.set_target_health("api-group", target, "sick").error(),
              HasSubstr("healthy or unhealthy"));
}

}  // namespace

}  // namespace hoplab::testing
