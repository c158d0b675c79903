// After the table has read everything: what needs the whole scenario to be said.
#pragma once

#include <vector>

#include "model/problem.h"
#include "scenario/scenario.h"

namespace hoplab::scenario {

/// Moves targets to the member for what they name, gives zones their default, and shortens
/// com.amazonaws.<region>.execute-api. Names that lead nowhere stay and are found by validation.
void resolve(model::Topology& topology);

/// Rules about the checks and the topology: names of certificates, what can be expected.
void validate_checks(const Scenario& scenario, model::Findings& findings);

}  // namespace hoplab::scenario
