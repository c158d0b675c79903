// Target group health: which zones of a load balancer are in DNS, which of its nodes fail open, and
// what share each target gets then (alb-features.md 10, nlb-privatelink.md 1.4 and 1.8).
#include "aws/target_group/group_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "aws/target_group/target_group.h"
#include "support/test_loop.h"

namespace hoplab::aws {
namespace {

using model::LoadBalancerType;
using model::MinimumHealthyTargets;
using model::RoutingAlgorithm;

constexpr MinimumHealthyTargets kUsual;
constexpr MinimumHealthyTargets kHalf{1, 50};
constexpr MinimumHealthyTargets kOff{std::nullopt, std::nullopt};

/// Healthy targets, and all of them, in each of the zones "a", "b" and so on.
using InZones = std::vector<std::pair<int, int>>;

const std::vector<std::string> kZones{"a", "b", "c"};

std::vector<std::shared_ptr<Target>> targets_of(const InZones& zones) {
  std::vector<std::shared_ptr<Target>> targets;
  for (std::size_t zone = 0; zone < zones.size(); ++zone) {
    for (int i = 0; i < zones[zone].second; ++i) {
      auto& one = targets.emplace_back(
          std::make_shared<Target>(kZones[zone] + std::to_string(i), nullptr, nullptr, nullptr));
      one->zones = {kZones[zone]};
      one->health.state = i < zones[zone].first ? TargetState::healthy : TargetState::unhealthy;
    }
  }
  return targets;
}

struct Group {
  InZones targets;
  bool cross_zone = false;
  MinimumHealthyTargets dns = kUsual;
  MinimumHealthyTargets routing = kUsual;
};

/// Of the zones, those for which that holds: "ab", and "-" for none.
std::string those(const std::vector<bool>& holds) {
  std::string zones;
  for (std::size_t zone = 0; zone < holds.size(); ++zone) {
    if (holds[zone]) zones += kZones[zone];
  }
  return zones.empty() ? "-" : zones;
}

struct Case {
  const char* says;
  LoadBalancerType type;
  std::vector<Group> groups;
  const char* in_dns;
  const char* fail_open;  // of the first group
};

class GroupHealth : public ::testing::TestWithParam<Case> {};

TEST_P(GroupHealth, DecidesWhatIsInDnsAndWhatFailsOpen) {
  const Case& one = GetParam();
  const std::size_t zones = one.groups.empty() ? 2 : one.groups.front().targets.size();
  std::vector<std::vector<bool>> dns, routing;
  for (const Group& group : one.groups) {
    const auto targets = targets_of(group.targets);
    auto& in_dns = dns.emplace_back();
    auto& fails_open = routing.emplace_back();
    for (std::size_t zone = 0; zone < zones; ++zone) {
      const auto count = count_targets(targets, group.cross_zone ? std::string() : kZones[zone]);
      in_dns.push_back(enough_healthy(count, group.dns));
      fails_open.push_back(!enough_healthy(count, group.routing));
    }
  }
  EXPECT_EQ(those(zones_in_dns(one.type, zones, dns).in_dns), one.in_dns) << one.says;
  if (!routing.empty()) {
    EXPECT_EQ(those(routing.front()), one.fail_open) << one.says;
  }
}

constexpr auto kAlb = LoadBalancerType::application;
constexpr auto kNlb = LoadBalancerType::network;

INSTANTIATE_TEST_SUITE_P(
    Table, GroupHealth,
    ::testing::Values(
        Case{"all healthy", kNlb, {{{{2, 2}, {2, 2}}}}, "ab", "-"},
        Case{"AWS's example: 50 %, four of ten in b",
             kAlb,
             {{{{10, 10}, {4, 10}}, false, kHalf, kHalf}},
             "a",
             "b"},
        Case{"the same, across zones: 14 of 20",
             kAlb,
             {{{{10, 10}, {4, 10}}, true, kHalf, kHalf}},
             "ab",
             "-"},
        Case{"the same, behind a network load balancer",
             kNlb,
             {{{{10, 10}, {4, 10}}, false, kHalf, kHalf}},
             "a",
             "b"},
        Case{"five of ten are 50 %", kNlb, {{{{10, 10}, {5, 10}}, false, kHalf, kHalf}}, "ab", "-"},
        Case{"across zones all of them are counted",
             kNlb,
             {{{{10, 10}, {0, 11}}, true, kHalf, kHalf}},
             "ab",
             "ab"},
        Case{"one healthy target is enough by default", kNlb, {{{{2, 2}, {1, 9}}}}, "ab", "-"},
        Case{"none is not", kNlb, {{{{2, 2}, {0, 9}}}}, "a", "b"},
        Case{"nor is an empty zone", kNlb, {{{{2, 2}, {0, 0}}}}, "a", "b"},
        Case{"across zones an empty one is like the others",
             kNlb,
             {{{{2, 2}, {0, 0}}, true}},
             "ab",
             "-"},
        Case{"all zones are bad: all stay", kNlb, {{{{0, 2}, {0, 2}}}}, "ab", "ab"},
        Case{"all of three", kAlb, {{{{0, 2}, {0, 2}, {0, 0}}}}, "abc", "abc"},
        Case{"two of three", kNlb, {{{{0, 2}, {1, 2}, {0, 0}}}}, "b", "ac"},
        Case{"DNS leaves before routing fails open",
             kNlb,
             {{{{4, 4}, {2, 4}}, false, {3, {}}, {2, {}}}},
             "a",
             "-"},
        Case{"either of the two thresholds is enough: percent",
             kNlb,
             {{{{4, 4}, {2, 4}}, false, {2, 75}, {1, {}}}},
             "a",
             "-"},
        Case{"either of the two thresholds is enough: count",
             kNlb,
             {{{{4, 4}, {2, 4}}, false, {3, 50}, {1, {}}}},
             "a",
             "-"},
        Case{"a count above what is registered is missed",
             kNlb,
             {{{{2, 2}, {1, 1}}, false, {2, {}}, {2, {}}}},
             "a",
             "b"},
        Case{"off: nothing leaves DNS, and routing fails open",
             kNlb,
             {{{{2, 2}, {0, 2}}, false, kOff, kUsual}},
             "ab",
             "b"},
        Case{"percent alone", kNlb, {{{{2, 2}, {0, 2}}, false, {{}, 10}, kUsual}}, "a", "b"},
        Case{"a network load balancer's zone needs every group",
             kNlb,
             {{{{2, 2}, {2, 2}}}, {{{2, 2}, {0, 2}}}},
             "a",
             "-"},
        Case{"an application load balancer's needs one",
             kAlb,
             {{{{2, 2}, {0, 2}}}, {{{2, 2}, {2, 2}}}},
             "ab",
             "b"},
        Case{"all groups of an application load balancer's zone",
             kAlb,
             {{{{2, 2}, {0, 2}}}, {{{1, 2}, {0, 2}}}},
             "a",
             "b"},
        Case{"each group bad in another zone",
             kNlb,
             {{{{0, 2}, {2, 2}}}, {{{2, 2}, {0, 2}}}},
             "ab",
             "a"},
        Case{"the same behind an application load balancer",
             kAlb,
             {{{{0, 2}, {2, 2}}}, {{{2, 2}, {0, 2}}}},
             "ab",
             "a"},
        Case{"one crosses zones and one does not",
             kAlb,
             {{{{1, 2}, {0, 2}}, true}, {{{2, 2}, {0, 2}}}},
             "ab",
             "-"},
        Case{"no group at all", kAlb, {}, "ab", ""}));

TEST(GroupHealthCount, IsOfWhoIsInRotation) {
  const auto targets = targets_of({{2, 3}, {1, 1}});
  EXPECT_EQ(count_targets(targets, {}), (TargetCount{4, 3}));
  EXPECT_EQ(count_targets(targets, "a"), (TargetCount{3, 2}));
  targets[0]->in_rotation = false;
  targets[1]->zones.clear();
  EXPECT_EQ(count_targets(targets, "a"), (TargetCount{2, 1}));
  EXPECT_EQ(count_targets(targets, "b"), (TargetCount{2, 2})) << "who is nowhere is everywhere";
  targets[1]->health.state = TargetState::initial;
  EXPECT_EQ(count_targets(targets, "b"), (TargetCount{2, 1})) << "it is not healthy yet";
}

TEST(GroupHealthZones, AreUnhealthyWhenAllAreAndStayInDns) {
  const auto zones = zones_in_dns(kNlb, 2, {{false, false}});
  EXPECT_EQ(those(zones.healthy), "-");
  EXPECT_EQ(those(zones.in_dns), "ab");
}

/// The shares of a group's targets in what a node sends, by AWS's example.
class GroupShares : public ::testing::TestWithParam<RoutingAlgorithm> {
 protected:
  static constexpr int kRequests = 10'000;

  void make(const Group& group) {
    auto model = std::make_shared<model::TargetGroup>();
    model->name = "group";
    model->health_check.enabled = false;
    model->attributes.algorithm = GetParam();
    model->attributes.cross_zone = group.cross_zone;
    model->attributes.dns_failover = group.dns;
    model->attributes.unhealthy_state_routing = group.routing;
    const auto targets = targets_of(group.targets);
    model->targets.resize(targets.size());
    const std::uint64_t seed = std::random_device()();
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    std::vector<TargetHealth> health;
    for (const auto& one : targets) health.push_back(one->health);
    group_ = std::make_shared<TargetGroup>(
        loop_, model, targets, [] {}, seed);
    for (std::size_t i = 0; i < targets.size(); ++i) targets[i]->health = health[i];
  }

  /// Each of `expected` of the targets that the zone's node asks gets an equal share.
  void each_gets_its_share(const std::string& zone, std::size_t expected) {
    std::map<std::string, int> counts;
    for (int i = 0; i < kRequests; ++i) ++counts[group_->choose(zone)->id()];
    EXPECT_EQ(counts.size(), expected) << zone;
    for (const auto& [target, count] : counts) {
      EXPECT_NEAR(static_cast<double>(count) / kRequests, 1.0 / static_cast<double>(expected), 0.02)
          << target << " of " << zone;
    }
  }

  testing::TestLoop loop_;
  std::shared_ptr<TargetGroup> group_;
};

TEST_P(GroupShares, OfAZoneThatFailsOpenAreEven) {
  make({{{10, 10}, {4, 10}}, false, kHalf, kHalf});
  each_gets_its_share("a", 10);
  each_gets_its_share("b", 10);
}

TEST_P(GroupShares, OfAZoneThatDoesNotAreThoseOfTheHealthy) {
  make({{{10, 10}, {4, 10}}, false, {1, 40}, {1, 40}});
  each_gets_its_share("b", 4);
}

TEST_P(GroupShares, AcrossZonesAreThoseOfAllHealthy) {
  make({{{10, 10}, {4, 10}}, true, kHalf, kHalf});
  each_gets_its_share("a", 14);
  each_gets_its_share("b", 14);
}

TEST_P(GroupShares, OfAGroupThatFailsOpenAcrossZonesAreEven) {
  make({{{5, 10}, {4, 10}}, true, kHalf, kHalf});
  each_gets_its_share("a", 20);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, GroupShares,
                         ::testing::Values(RoutingAlgorithm::round_robin,
                                           RoutingAlgorithm::least_outstanding_requests,
                                           RoutingAlgorithm::weighted_random));

}  // namespace
}  // namespace hoplab::aws
