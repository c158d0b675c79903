// One health check of one target.
#pragma once

#include <string>

#include "aws/target_group/target.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Opens a connection, asks as the group's health check says, and closes it. At most its timeout of
/// emulated time. `reachability`: what connecting met.
Task<ProbeResult> probe_target(Loop& loop, Target& target,
                               std::shared_ptr<const model::TargetGroup> group,
                               Reachability& reachability);

}  // namespace hoplab::aws
