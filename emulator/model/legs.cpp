#include "model/legs.h"

#include <algorithm>

namespace hoplab::model {

bool forwards_to(const Listener& listener, const std::string& target_group) {
  const auto names = [&target_group](const Action& action) {
    return std::ranges::find(action.target_groups, target_group,
                             &WeightedTargetGroup::target_group) != action.target_groups.end();
  };
  return names(listener.default_action) ||
         std::ranges::any_of(listener.rules,
                             [&names](const Rule& rule) { return names(rule.action); });
}

bool forwards_to(const LoadBalancer& balancer, const std::string& target_group) {
  return std::ranges::any_of(balancer.listeners, [&target_group](const Listener& listener) {
    return forwards_to(listener, target_group);
  });
}

std::string leg_name(const std::string& load_balancer, const std::string& target_group) {
  return load_balancer + ">" + target_group;
}

std::vector<Leg> legs_of(const Topology& topology) {
  std::vector<Leg> legs;
  for (const TargetGroup& group : topology.target_groups) {
    if (group.target_type == TargetType::alb) continue;
    for (const LoadBalancer& balancer : topology.load_balancers) {
      if (!forwards_to(balancer, group.name)) continue;
      legs.push_back({leg_name(balancer.name, group.name), &balancer, &group});
      break;
    }
  }
  return legs;
}

}  // namespace hoplab::model
