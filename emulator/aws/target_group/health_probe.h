// One health check of one target.
#pragma once

#include <string>

#include "aws/target_group/target.h"
#include "model/topology.h"

namespace hoplab::aws {

/// For a network load balancer's groups AWS documents one reason of failure only,
/// Target.FailedHealthChecks; the others are in the API's list for groups of all kinds
/// (nlb-privatelink.md 3.3).
struct ProbeResult {
  bool passed = false;
  std::string reason;       // AWS's code: "Target.Timeout", ...
  std::string description;  // AWS's sentence
  int status = 0;           // of the answer; 0: there was none
  std::string log_reason;   // of a failure, as the health check log names it: "TimedOut", ...
};

/// Opens a connection, asks as the group's health check says, and closes it. At most its timeout of
/// emulated time. `reachability`: what connecting met.
Task<ProbeResult> probe_target(Loop& loop, Target& target,
                               std::shared_ptr<const model::TargetGroup> group,
                               Reachability& reachability);

}  // namespace hoplab::aws
