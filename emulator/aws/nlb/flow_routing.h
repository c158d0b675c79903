// Which target of a Network Load Balancer's target groups gets a flow: by weight, and by its hash
// among those that a node uses (nlb-privatelink.md 1.1, 1.3, 1.4 and 1.8).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/target_group/target_group.h"
#include "base/address_range.h"
#include "model/topology.h"
#include "net/connection.h"

namespace hoplab::aws {

/// A target as an NLB listener reaches it. A load balancer that is a target is one for each of its
/// nodes.
struct NlbTarget {
  std::shared_ptr<Target> target;                   // health and id
  std::shared_ptr<net::ConnectionHandler> handler;  // takes the connection
  net::Address address;                             // what it is connected to
  std::vector<std::string> zones;                   // where it is; empty: in every one
  std::optional<AddressSet> security_group;         // who may connect to it; none: everybody
  std::optional<Duration> connection_tracking;      // of its network interface
};

struct NlbTargetGroup {
  std::shared_ptr<TargetGroup> group;
  std::vector<NlbTarget> targets;
  int weight = 1;  // 0: no new connections, and the present ones are ended
};

/// What tells flows apart.
struct FlowHash {
  std::uint64_t flow = 0;    // of all that a flow is known by
  std::uint64_t client = 0;  // of the client's address alone, for groups that are sticky
};

struct FlowRoute {
  const NlbTargetGroup* group = nullptr;  // null: all weights are 0
  const NlbTarget* target = nullptr;      // null: the group has none for the node
};

/// A listener's groups, as a node of its load balancer routes to them. What is referred to outlives
/// this.
class FlowRouting {
 public:
  FlowRouting(const model::LoadBalancer& load_balancer, const std::vector<NlbTargetGroup>& groups)
      : load_balancer_(load_balancer), groups_(groups) {}

  /// Where the node in `zone` hands a new flow.
  [[nodiscard]] FlowRoute choose(const std::string& zone, const FlowHash& hash) const;
  /// All that it may choose.
  [[nodiscard]] std::vector<FlowRoute> candidates(const std::string& zone) const;
  /// Whether too few of the targets that it uses are healthy, so that it uses all.
  [[nodiscard]] bool fails_open(const NlbTargetGroup& group, const std::string& zone) const;

 private:
  [[nodiscard]] std::vector<const NlbTarget*> takers(const NlbTargetGroup& group,
                                                     const std::string& zone) const;

  const model::LoadBalancer& load_balancer_;
  const std::vector<NlbTargetGroup>& groups_;
};

}  // namespace hoplab::aws
