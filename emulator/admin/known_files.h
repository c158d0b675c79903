// Which files and commands the admin API lets a topology name. Whoever reaches the port of it may
// be another user of this machine, for whom this process must not read what they cannot read
// themselves, and must not run anything.
#pragma once

#include <vector>

#include "base/result.h"
#include "model/change.h"
#include "model/topology.h"

namespace hoplab::admin {

/// An error names a file (a body, a certificate, a key) that `running` does not name, or a function
/// whose command is not one of `running`, with its folder and its environment.
Result<void> names_known_files(const model::Topology& running, const model::Topology& next);
Result<void> names_known_files(const model::Topology& running,
                               const std::vector<model::Change>& changes);

}  // namespace hoplab::admin
