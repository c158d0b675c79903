// Which target gets a flow, by zone, health and weight (nlb-privatelink.md 1.1, 1.3, 1.4 and 1.8).
#include "aws/nlb/flow_routing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/hash.h"
#include "support/test_loop.h"

namespace hoplab::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr int kFlows = 10'000;

class FlowShares : public ::testing::Test {
 protected:
  FlowShares() { std::printf("seed %llu\n", static_cast<unsigned long long>(seed_)); }

  /// A group with that many healthy and unhealthy targets in zone "a" and in zone "b": "g-a0" and
  /// so on.
  model::TargetGroupAttributes& add(const std::string& name, std::pair<int, int> a,
                                    std::pair<int, int> b, int weight = 1) {
    auto model = std::make_shared<model::TargetGroup>();
    model->name = name;
    model->protocol = "TCP";
    model->health_check.enabled = false;
    TargetGroup::Targets targets;
    NlbTargetGroup& group = groups_.emplace_back();
    for (const auto& [zone, counts] : {std::pair("a", a), std::pair("b", b)}) {
      for (int i = 0; i < counts.first + counts.second; ++i) {
        auto target = std::make_shared<Target>(name + "-" + zone + std::to_string(i), nullptr,
                                               nullptr, nullptr);
        target->zones = {zone};
        group.targets.push_back({target, nullptr, {}, {zone}, std::nullopt, std::nullopt});
        targets.push_back(target);
      }
    }
    model->targets.resize(targets.size());
    group.group = std::make_shared<TargetGroup>(
        loop_, model, targets, [] {}, 1);
    group.weight = weight;
    std::size_t at = 0;
    for (const auto& counts : {a, b}) {
      for (int i = 0; i < counts.first + counts.second; ++i, ++at) {
        targets[at]->health.state =
            i < counts.first ? TargetState::healthy : TargetState::unhealthy;
      }
    }
    return model->attributes;
  }

  /// The share of each target in the flows of the node in `zone`.
  std::map<std::string, double> shares(const std::string& zone) {
    const FlowRouting routing(balancer_, groups_);
    std::map<std::string, double> shares;
    for (int i = 0; i < kFlows; ++i) {
      const std::uint64_t hash = stirred_hash(std::to_string(seed_) + "#" + std::to_string(i));
      const FlowRoute route = routing.choose(zone, {hash, stirred_hash("192.0.2.1")});
      shares[route.target ? route.target->target->id() : "none"] += 1.0 / kFlows;
    }
    return shares;
  }
  static auto gets(const std::string& target, double share) {
    return Pair(target, ::testing::DoubleNear(share, 0.02));
  }

  testing::TestLoop loop_;
  std::uint64_t seed_ = std::random_device()();
  model::LoadBalancer balancer_;
  std::vector<NlbTargetGroup> groups_;
};

TEST_F(FlowShares, OfAZonesTargetsAreEven) {
  add("g", {3, 0}, {2, 0});
  EXPECT_THAT(shares("a"),
              ElementsAre(gets("g-a0", 1.0 / 3), gets("g-a1", 1.0 / 3), gets("g-a2", 1.0 / 3)));
  EXPECT_THAT(shares("b"), ElementsAre(gets("g-b0", 0.5), gets("g-b1", 0.5)));
}

TEST_F(FlowShares, OfTheHealthyOnesAreEven) {
  add("g", {2, 2}, {1, 0});
  EXPECT_THAT(shares("a"), ElementsAre(gets("g-a0", 0.5), gets("g-a1", 0.5)));
}

TEST_F(FlowShares, OfAZoneThatFailsOpenAreThoseOfAllItsTargets) {
  add("g", {2, 0}, {0, 2});
  EXPECT_THAT(shares("b"), ElementsAre(gets("g-b0", 0.5), gets("g-b1", 0.5)));
  EXPECT_THAT(shares("a"), ElementsAre(gets("g-a0", 0.5), gets("g-a1", 0.5)));
}

TEST_F(FlowShares, OfAZoneBelowItsThresholdAreThoseOfAllItsTargets) {
  add("g", {4, 0}, {1, 3}).unhealthy_state_routing.percentage = 50;
  EXPECT_THAT(shares("b"), ElementsAre(gets("g-b0", 0.25), gets("g-b1", 0.25), gets("g-b2", 0.25),
                                       gets("g-b3", 0.25)));
}

TEST_F(FlowShares, AcrossZonesAreThoseOfAllHealthyTargets) {
  balancer_.attributes.cross_zone = true;
  add("g", {2, 0}, {1, 3});
  for (const char* const zone : {"a", "b"}) {
    EXPECT_THAT(shares(zone),
                ElementsAre(gets("g-a0", 1.0 / 3), gets("g-a1", 1.0 / 3), gets("g-b0", 1.0 / 3)));
  }
}

TEST_F(FlowShares, GoByTheGroupsOwnCrossZoneSetting) {
  balancer_.attributes.cross_zone = true;
  add("g", {1, 0}, {0, 1}).cross_zone = false;
  EXPECT_THAT(shares("b"), ElementsAre(gets("g-b0", 1)));
}

TEST_F(FlowShares, OfAnEmptyZoneAreNobodys) {
  add("g", {2, 0}, {0, 0});
  EXPECT_THAT(shares("b"), ElementsAre(gets("none", 1)));
  EXPECT_THAT(FlowRouting(balancer_, groups_).candidates("b"), IsEmpty());
}

TEST_F(FlowShares, OfGroupsAreByWeightWhateverTheirHealth) {
  add("g", {1, 0}, {1, 0}, 3);
  add("h", {0, 1}, {1, 0}, 1);
  EXPECT_THAT(shares("a"), ElementsAre(gets("g-a0", 0.75), gets("h-a0", 0.25)));
}

TEST_F(FlowShares, OfAStickyGroupAreOneTargets) {
  add("g", {3, 1}, {0, 0}).stickiness.enabled = true;
  const auto seen = shares("a");
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_NE(seen.begin()->first, "g-a3") << "it is not healthy";
}

}  // namespace
}  // namespace hoplab::aws
