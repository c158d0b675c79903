// What an operator does between two requests of a check.
#pragma once

#include "base/result.h"
#include "scenario/checks/check.h"
#include "topology/emulator.h"

namespace hoplab::scenario {

/// All of it, in the order of the members; stops at the first that the emulator refuses.
Result<void> operate(Emulator& emulator, const Operations& operations);

}  // namespace hoplab::scenario
