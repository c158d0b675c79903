// Which target gets the next request (alb.md 6.3, alb-features.md 10).
#include "aws/target_group/routing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/target_group/anomalies.h"
#include "aws/target_group/slow_start.h"

namespace hoplab::aws {
namespace {

using model::RoutingAlgorithm;
using ::testing::ElementsAre;

constexpr int kRequests = 10'000;
constexpr std::uint64_t kSeed = 7;  // of what is by chance
constexpr Duration kLength = 100s;  // of a slow start

/// A service that is as busy as the test says.
class BusyBackend final : public Backend {
 public:
  Task<BackendOutcome> exchange(http::Request&, http::Response&, const BackendLimits&,
                                BackendCaller) override {
    co_return BackendOutcome{};
  }
  void cut() override {}
  void close_idle() override {}
  void stop() override {}
  [[nodiscard]] std::size_t outstanding() const noexcept override { return busy; }
  [[nodiscard]] std::size_t running() const noexcept override { return 0; }

  std::size_t busy = 0;
};

class RoutingTo : public ::testing::Test {
 protected:
  /// Healthy targets "0", "1", ...
  void register_targets(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto backend = std::make_shared<BusyBackend>();
      auto target = std::make_shared<Target>(std::to_string(i), backend, nullptr, nullptr);
      target->health.state = TargetState::healthy;
      backends_.push_back(std::move(backend));
      targets_.push_back(std::move(target));
    }
  }
  std::string next(std::string_view node = "a") {
    const auto chosen = routing_.choose({targets_, {}, false}, node, attributes_, now_);
    return chosen ? chosen->id() : "none";
  }
  /// The share of many requests that each target gets.
  std::vector<double> shares() {
    std::map<std::string, int> counts;
    for (int i = 0; i < kRequests; ++i) ++counts[next()];
    std::vector<double> shares;
    for (const auto& target : targets_) {
      shares.push_back(static_cast<double>(counts[target->id()]) / kRequests);
    }
    return shares;
  }
  static auto near(double share) { return ::testing::DoubleNear(share, 0.02); }

  std::vector<std::shared_ptr<BusyBackend>> backends_;
  std::vector<std::shared_ptr<Target>> targets_;
  model::TargetGroupAttributes attributes_;
  Routing routing_{kSeed};
  Time now_ = Time(1h);
};

TEST_F(RoutingTo, NobodyGivesNothing) {
  for (const auto algorithm :
       {RoutingAlgorithm::round_robin, RoutingAlgorithm::least_outstanding_requests,
        RoutingAlgorithm::weighted_random}) {
    attributes_.algorithm = algorithm;
    EXPECT_EQ(next(), "none");
  }
  register_targets(1);
  targets_[0]->health.state = TargetState::unhealthy;
  for (const auto algorithm :
       {RoutingAlgorithm::round_robin, RoutingAlgorithm::least_outstanding_requests,
        RoutingAlgorithm::weighted_random}) {
    attributes_.algorithm = algorithm;
    EXPECT_EQ(next(), "none");
  }
}

TEST_F(RoutingTo, RoundRobinIsByNode) {
  register_targets(3);
  EXPECT_EQ(next("a"), "0");
  EXPECT_EQ(next("a"), "1");
  EXPECT_EQ(next("b"), "0");
  EXPECT_EQ(next("a"), "2");
  EXPECT_EQ(next("b"), "1");
}

TEST_F(RoutingTo, LeastOutstandingTakesWhoHasTheFewest) {
  attributes_.algorithm = RoutingAlgorithm::least_outstanding_requests;
  register_targets(3);
  backends_[0]->busy = 2;
  backends_[1]->busy = 1;
  backends_[2]->busy = 3;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(next(), "1");
  targets_[1]->health.state = TargetState::unhealthy;
  EXPECT_EQ(next(), "0");
}

TEST_F(RoutingTo, LeastOutstandingTakesThoseThatHaveAsFewInTurn) {
  attributes_.algorithm = RoutingAlgorithm::least_outstanding_requests;
  register_targets(4);
  backends_[1]->busy = 1;
  EXPECT_THAT(shares(), ElementsAre(near(1.0 / 3), 0, near(1.0 / 3), near(1.0 / 3)));
}

TEST_F(RoutingTo, WeightedRandomIsEven) {
  attributes_.algorithm = RoutingAlgorithm::weighted_random;
  register_targets(4);
  EXPECT_THAT(shares(), ElementsAre(near(0.25), near(0.25), near(0.25), near(0.25)));
}

TEST_F(RoutingTo, WeightedRandomIsNotInTurn) {
  attributes_.algorithm = RoutingAlgorithm::weighted_random;
  register_targets(2);
  int repeated = 0;
  std::string before = next();
  for (int i = 0; i < 1000; ++i) {
    const std::string one = next();
    repeated += one == before ? 1 : 0;
    before = one;
  }
  EXPECT_GT(repeated, 400);
  EXPECT_LT(repeated, 600);
}

TEST_F(RoutingTo, TheShareOfASlowStartGrowsLinearly) {
  attributes_.slow_start_s = 100;
  register_targets(3);
  begin_slow_start(*targets_[2], targets_, kLength, now_);
  for (const int seconds : {0, 25, 50, 75}) {
    now_ = Time(1h) + std::chrono::seconds(seconds);
    const double grown = seconds / 100.0;
    const double whole = 2 + grown;
    EXPECT_THAT(shares(), ElementsAre(near(1 / whole), near(1 / whole), near(grown / whole)))
        << seconds;
  }
  now_ = Time(1h) + 100s;
  EXPECT_THAT(shares(), ElementsAre(near(1.0 / 3), near(1.0 / 3), near(1.0 / 3)));
  EXPECT_FALSE(targets_[2]->share.growing_since) << "it is over";
}

TEST_F(RoutingTo, WhoIsAloneServesInItsSlowStart) {
  attributes_.slow_start_s = 30;
  register_targets(2);
  begin_slow_start(*targets_[1], targets_, kLength, now_);
  targets_[0]->health.state = TargetState::unhealthy;
  EXPECT_EQ(next(), "1");
}

TEST_F(RoutingTo, ASlowStartNeedsSomebodyWithAWholeShare) {
  register_targets(3);
  for (const auto& target : targets_) target->health.state = TargetState::unhealthy;
  targets_[0]->health.state = TargetState::healthy;
  begin_slow_start(*targets_[0], targets_, kLength, now_);
  EXPECT_FALSE(targets_[0]->share.growing_since) << "the only one";
  targets_[1]->health.state = TargetState::healthy;
  begin_slow_start(*targets_[1], targets_, kLength, now_);
  EXPECT_TRUE(targets_[1]->share.growing_since);
  targets_[0]->health.state = TargetState::unhealthy;
  targets_[2]->health.state = TargetState::healthy;
  begin_slow_start(*targets_[2], targets_, kLength, now_);
  EXPECT_FALSE(targets_[2]->share.growing_since) << "the other one grows";
}

TEST_F(RoutingTo, WhoHasGrownUpUnaskedServes) {
  register_targets(3);
  targets_[2]->health.state = TargetState::unhealthy;
  begin_slow_start(*targets_[1], targets_, kLength, now_);
  targets_[0]->health.state = TargetState::unhealthy;
  now_ += kLength;
  targets_[2]->health.state = TargetState::healthy;
  begin_slow_start(*targets_[2], targets_, kLength, now_);
  EXPECT_TRUE(targets_[2]->share.growing_since);
}

TEST_F(RoutingTo, TheFirstBatchHasNoSlowStart) {
  register_targets(2);
  targets_[1]->share.of_first_batch = true;
  begin_slow_start(*targets_[1], targets_, kLength, now_);
  EXPECT_FALSE(targets_[1]->share.growing_since);
}

class Anomalies : public RoutingTo {
 protected:
  void SetUp() override {
    attributes_.algorithm = RoutingAlgorithm::weighted_random;
    register_targets(3);
    look(false);
  }
  void answers(std::size_t target, std::uint64_t all, std::uint64_t failed) {
    targets_[target]->share.answers += all;
    targets_[target]->share.failures += failed;
  }
  void look(bool mitigate) { detection_.look(targets_, mitigate, now_); }
  void pass(Duration time, bool mitigate) {
    now_ += time;
    look(mitigate);
  }
  AnomalyDetection detection_;
};

TEST_F(Anomalies, WhoFailsMoreThanTheOthersIsAnomalous) {
  answers(0, 100, 0);
  answers(1, 100, 2);
  answers(2, 100, 30);
  pass(4s, false);
  EXPECT_FALSE(targets_[2]->share.anomalous) << "five seconds are not over";
  pass(1s, false);
  EXPECT_FALSE(targets_[0]->share.anomalous);
  EXPECT_FALSE(targets_[1]->share.anomalous);
  EXPECT_TRUE(targets_[2]->share.anomalous);
  EXPECT_THAT(shares(), ElementsAre(near(1.0 / 3), near(1.0 / 3), near(1.0 / 3)))
      << "nothing is mitigated";
}

TEST_F(Anomalies, WhenAllFailAlikeNobodyIs) {
  for (std::size_t i = 0; i < 3; ++i) answers(i, 100, 50);
  pass(5s, false);
  for (const auto& target : targets_) EXPECT_FALSE(target->share.anomalous);
}

TEST_F(Anomalies, MitigationTakesFromItsShareAndGivesItBack) {
  answers(0, 100, 0);
  answers(1, 100, 0);
  answers(2, 100, 50);
  pass(5s, true);
  EXPECT_THAT(shares(), ElementsAre(near(0.4), near(0.4), near(0.2)));
  pass(5s, true);  // it is not asked, and stays what it was
  EXPECT_THAT(shares(), ElementsAre(near(4.0 / 9), near(4.0 / 9), near(1.0 / 9)));
  pass(1h, true);
  EXPECT_THAT(shares(), ElementsAre(near(32.0 / 65), near(32.0 / 65), near(1.0 / 65)));
  answers(2, 10, 0);
  pass(5s, true);
  EXPECT_FALSE(targets_[2]->share.anomalous);
  EXPECT_THAT(shares(), ElementsAre(near(16.0 / 33), near(16.0 / 33), near(1.0 / 33)));
  pass(1h, true);
  EXPECT_THAT(shares(), ElementsAre(near(1.0 / 3), near(1.0 / 3), near(1.0 / 3)));
}

TEST_F(Anomalies, NeedThreeHealthyTargets) {
  targets_[0]->health.state = TargetState::unhealthy;
  answers(1, 100, 0);
  answers(2, 100, 50);
  pass(5s, true);
  EXPECT_FALSE(targets_[2]->share.anomalous);
}

}  // namespace
}  // namespace hoplab::aws
