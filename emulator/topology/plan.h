// What has to happen so that one topology becomes another, for those who want to know: the order is
// that in which every loop does it.
#pragma once

#include <string>
#include <vector>

#include "model/topology.h"

namespace hoplab::topology {

struct PlanStep {
  enum class Act : std::uint8_t { create, update, drain } act = Act::update;
  std::string kind;  // "load balancer", "listener", ...
  std::string name;  // "alb", "alb:443"
};
/// "create", "update", "drain".
std::string_view to_text(PlanStep::Act act) noexcept;

/// What is created and updated, targets before listeners before doors; then what is drained, in the
/// reverse order. What is shared by both topologies is equal without a look at it.
std::vector<PlanStep> plan(const model::Topology& from, const model::Topology& to);

}  // namespace hoplab::topology
