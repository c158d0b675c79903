#include "aws/target_group/routing.h"

#include "aws/target_group/anomalies.h"
#include "aws/target_group/slow_start.h"

namespace hoplab::aws {

std::shared_ptr<Target> Routing::choose(const Candidates& among, std::string_view node,
                                        const model::TargetGroupAttributes& attributes, Time now) {
  if (among.targets.empty()) return nullptr;
  if (attributes.algorithm == model::RoutingAlgorithm::weighted_random) return by_chance(among);
  auto next = next_.find(node);
  if (next == next_.end()) next = next_.emplace(node, 0).first;
  if (attributes.algorithm == model::RoutingAlgorithm::least_outstanding_requests) {
    return least_busy(among, next->second);
  }
  return in_turn(among, next->second, std::chrono::seconds(attributes.slow_start_s), now);
}

std::shared_ptr<Target> Routing::in_turn(const Candidates& among, std::size_t& next,
                                         Duration slow_start, Time now) {
  const auto& targets = among.targets;
  std::shared_ptr<Target> passed_over;  // in case there is no other
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto& target = targets[next % targets.size()];
    next = (next + 1) % targets.size();
    if (!among.has(*target)) continue;
    if (takes_turn(target->share, slow_start, now)) return target;
    if (!passed_over) passed_over = target;
  }
  return passed_over;
}

/// Of several that have as few, the one whose turn it is.
std::shared_ptr<Target> Routing::least_busy(const Candidates& among, std::size_t& next) {
  const auto& targets = among.targets;
  const std::size_t first = next;
  std::shared_ptr<Target> best;
  std::size_t fewest = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::size_t at = (first + i) % targets.size();
    const auto& target = targets[at];
    if (!among.has(*target)) continue;
    const std::size_t busy = target->outstanding();
    if (best && busy >= fewest) continue;
    best = target;
    fewest = busy;
    next = (at + 1) % targets.size();
  }
  return best;
}

std::shared_ptr<Target> Routing::by_chance(const Candidates& among) {
  const auto weight = [](const Target& target) {
    return std::uint32_t{1} << (kMostHalvings - target.share.halved);
  };
  std::uint32_t sum = 0;
  for (const auto& target : among.targets) {
    if (among.has(*target)) sum += weight(*target);
  }
  if (sum == 0) return nullptr;
  std::uint32_t ticket = rng_.below(sum);
  for (const auto& target : among.targets) {
    if (!among.has(*target)) continue;
    if (ticket < weight(*target)) return target;
    ticket -= weight(*target);
  }
  return nullptr;
}

}  // namespace hoplab::aws
