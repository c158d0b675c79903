// Legs: the connections that load balancers open themselves, one for each target group that they
// forward to. A fault can be there, and its hop is called `alb>target-group`.
#pragma once

#include <string>
#include <vector>

#include "model/topology.h"

namespace hoplab::model {

struct Leg {
  std::string name;
  const LoadBalancer* load_balancer = nullptr;  // the first that forwards to the group
  const TargetGroup* target_group = nullptr;    // not of load balancers: no connection is opened
};

/// Whether an action names the group.
bool forwards_to(const Listener& listener, const std::string& target_group);
bool forwards_to(const LoadBalancer& balancer, const std::string& target_group);

std::string leg_name(const std::string& load_balancer, const std::string& target_group);

/// In the order of the target groups; groups that nobody forwards to have none.
std::vector<Leg> legs_of(const Topology& topology);

}  // namespace hoplab::model
