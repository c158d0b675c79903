#include "aws/nlb/flow_routing.h"

namespace hoplab::aws {

bool FlowRouting::fails_open(const NlbTargetGroup& group, const std::string& zone) const {
  const bool crosses = group.group->model().crosses_zones(load_balancer_);
  return group.group->fails_open(crosses ? std::string() : zone);
}

/// A node uses targets of its own zone, unless cross-zone load balancing is on (nlb-privatelink.md
/// 1.4).
std::vector<const NlbTarget*> FlowRouting::takers(const NlbTargetGroup& group,
                                                  const std::string& zone) const {
  const bool crosses = group.group->model().crosses_zones(load_balancer_);
  const bool unhealthy_too = fails_open(group, zone);
  std::vector<const NlbTarget*> takers;
  for (const NlbTarget& one : group.targets) {
    const Target& target = *one.target;
    const bool used = target.in_rotation && (unhealthy_too || target.healthy());
    if (used && (crosses || in_zone(one.zones, zone))) takers.push_back(&one);
  }
  return takers;
}

std::vector<FlowRoute> FlowRouting::candidates(const std::string& zone) const {
  std::vector<FlowRoute> all;
  for (const auto& group : groups_) {
    if (group.weight == 0) continue;
    for (const NlbTarget* const target : takers(group, zone)) all.push_back({&group, target});
  }
  return all;
}

FlowRoute FlowRouting::choose(const std::string& zone, const FlowHash& hash) const {
  std::uint64_t total = 0;
  for (const auto& group : groups_) total += static_cast<std::uint64_t>(group.weight);
  if (total == 0) return {};
  std::uint64_t ticket = (hash.flow >> 32) % total;
  const NlbTargetGroup* chosen = nullptr;
  for (const auto& group : groups_) {
    chosen = &group;
    const auto weight = static_cast<std::uint64_t>(group.weight);
    if (ticket < weight) break;
    ticket -= weight;
  }
  const auto among = takers(*chosen, zone);
  if (among.empty()) return {chosen, nullptr};
  const bool sticky = chosen->group->model().attributes.stickiness.enabled;
  return {chosen, among[(sticky ? hash.client : hash.flow) % among.size()]};
}

}  // namespace hoplab::aws
