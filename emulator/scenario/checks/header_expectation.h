// Comparing one header of a check with what was seen.
#pragma once

#include "scenario/checks/check.h"
#include "topology/emulator.h"

namespace hoplab::scenario {

/// What is wrong, in a sentence; empty when the headers are as expected. Values are masked unless
/// `shown`.
std::string mismatch(const HeaderExpectation& expected,
                     const std::vector<std::pair<std::string, std::string>>& headers,
                     const Emulator& emulator, bool shown = true);

}  // namespace hoplab::scenario
