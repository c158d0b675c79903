// What runs, as AWS's APIs show it: counts by CloudWatch's dimensions, the health of targets, lines
// of logs.
#pragma once

#include "awsapi/control_plane.h"
#include "topology/emulator.h"

namespace hoplab::awsapi {

/// `emulator` outlives it.
TrafficView view_of(Emulator& emulator);

}  // namespace hoplab::awsapi
