// A topology in the form of a scenario: what reads back as an equal one.
#pragma once

#include <string>

#include "base/clock.h"
#include "model/topology.h"

namespace hoplab::scenario {

/// JSON, indented. `clock` is how time passes.
std::string scenario_text(const model::Topology& topology, const ClockSettings& clock);

}  // namespace hoplab::scenario
