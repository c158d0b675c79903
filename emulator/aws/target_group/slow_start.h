// Slow start: the share of a target that has just become healthy grows linearly to a whole one
// (alb.md 6.3, alb-features.md 10).
#pragma once

#include <memory>
#include <vector>

#include "aws/target_group/target.h"

namespace hoplab::aws {

/// `target` has become healthy, as one of `targets`: it begins unless it came with the first batch,
/// or no other target is healthy with its whole share. `length` is the group's.
void begin_slow_start(Target& target, const std::vector<std::shared_ptr<Target>>& targets,
                      Duration length, Time now);

/// It is a target's turn: whether it takes it. Of many turns it takes as many as its share says, at
/// even distances. `length` is the group's; zero: there is no slow start.
bool takes_turn(TargetShare& share, Duration length, Time now);

}  // namespace hoplab::aws
