// One health check of one target.
#pragma once

#include <string>

#include "aws/target_group/target.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Opens a connection, asks as `check` says, and closes it. At most check.timeout_s of emulated
/// time. `reachability`: what connecting met.
Task<ProbeResult> probe_target(Loop& loop, Target& target, const model::HealthCheck& check,
                               Reachability& reachability);

}  // namespace hoplab::aws
