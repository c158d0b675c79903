// Target group health: when a group has too few healthy targets to route to them alone (it fails
// open), and which nodes of a load balancer its DNS name leads to.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "aws/target_group/target.h"
#include "model/topology.h"

namespace hoplab::aws {

/// What a node counts: with cross-zone load balancing the targets of all zones, else of its own.
struct TargetCount {
  std::int64_t registered = 0;
  std::int64_t healthy = 0;
  bool operator==(const TargetCount&) const = default;
};

/// Of `zone`; an empty one: of all.
TargetCount count_targets(const std::vector<std::shared_ptr<Target>>& targets,
                          std::string_view zone);

/// Whether as many are healthy as `minimum` says, by number and in percent. Nobody is too few,
/// unless both are off.
bool enough_healthy(const TargetCount& targets, const model::MinimumHealthyTargets& minimum);

/// The zones of a load balancer, in its order.
struct ZonesInDns {
  std::vector<bool> healthy;
  std::vector<bool> in_dns;  // the healthy ones, or all of them when none is
};

/// `groups`: of each group that it forwards to whether it is healthy in each zone. One that is not
/// takes the zone out of a network load balancer's name; of an application load balancer's name,
/// when all are not (alb-features.md 10, nlb-privatelink.md 1.4).
ZonesInDns zones_in_dns(model::LoadBalancerType type, std::size_t zones,
                        const std::vector<std::vector<bool>>& groups);

}  // namespace hoplab::aws
