#include "aws/target_group/group_health.h"

#include <algorithm>

namespace hoplab::aws {

TargetCount count_targets(const std::vector<std::shared_ptr<Target>>& targets,
                          std::string_view zone) {
  TargetCount count;
  for (const auto& target : targets) {
    if (!target->in_rotation || !in_zone(target->zones, zone)) continue;
    ++count.registered;
    count.healthy += target->healthy() ? 1 : 0;
  }
  return count;
}

bool enough_healthy(const TargetCount& targets, const model::MinimumHealthyTargets& minimum) {
  if (!minimum.count && !minimum.percentage) return true;
  return targets.healthy > 0 && targets.healthy >= minimum.count.value_or(0) &&
         targets.healthy * 100 >= minimum.percentage.value_or(0) * targets.registered;
}

ZonesInDns zones_in_dns(model::LoadBalancerType type, std::size_t zones,
                        const std::vector<std::vector<bool>>& groups) {
  ZonesInDns all;
  for (std::size_t zone = 0; zone < zones; ++zone) {
    const auto healthy_there = [zone](const std::vector<bool>& group) { return group[zone]; };
    const bool healthy = groups.empty() || (type == model::LoadBalancerType::network
                                                ? std::ranges::all_of(groups, healthy_there)
                                                : std::ranges::any_of(groups, healthy_there));
    all.healthy.push_back(healthy);
  }
  const bool none = std::ranges::find(all.healthy, true) == all.healthy.end();
  all.in_dns = none ? std::vector<bool>(zones, true) : all.healthy;
  return all;
}

}  // namespace hoplab::aws
