// After the table has read everything: what needs the whole scenario to be said.
#pragma once

#include <vector>

#include "model/problem.h"
#include "scenario/scenario.h"

namespace hoplab::scenario {

/// Rules about the checks and the topology: names of certificates, what can be expected.
void validate_checks(const Scenario& scenario, model::Findings& findings);

/// What would be an error of the start: policies, resources and answers as the API compiles them.
/// Only of a topology that has no other mistakes.
void compile_apis(const model::Topology& topology, model::Findings& findings);

}  // namespace hoplab::scenario
