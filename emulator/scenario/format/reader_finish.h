// After the table has read everything: what needs the whole scenario to be said.
#pragma once

#include <vector>

#include "model/problem.h"
#include "scenario/scenario.h"

namespace hoplab::scenario {

/// Rules about the checks and the topology: names of certificates, what can be expected.
void validate_checks(const Scenario& scenario, model::Findings& findings);

}  // namespace hoplab::scenario
