// Routing: which target of a group gets the next request of an Application Load Balancer.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/target_group/target.h"
#include "base/rng.h"
#include "model/topology.h"

namespace hoplab::aws {

/// The targets that may get it.
struct Candidates {
  const std::vector<std::shared_ptr<Target>>& targets;
  std::string_view zone;       // where they are; empty: anywhere
  bool unhealthy_too = false;  // the group fails open
  [[nodiscard]] bool has(const Target& target) const noexcept {
    return target.in_rotation && in_zone(target.zones, zone) && (unhealthy_too || target.healthy());
  }
};

class Routing {
 public:
  explicit Routing(std::uint64_t seed) : rng_(seed) {}

  /// Null: there is none. `node` is the load balancer's that asks: each goes round by itself.
  std::shared_ptr<Target> choose(const Candidates& among, std::string_view node,
                                 const model::TargetGroupAttributes& attributes, Time now);

 private:
  std::shared_ptr<Target> in_turn(const Candidates& among, std::size_t& next, Duration slow_start,
                                  Time now);
  static std::shared_ptr<Target> least_busy(const Candidates& among, std::size_t& next);
  std::shared_ptr<Target> by_chance(const Candidates& among);

  std::map<std::string, std::size_t, std::less<>> next_;  // by node
  Rng rng_;
};

}  // namespace hoplab::aws
