// The nodes of load balancers, as the health of their target groups has them: in DNS or out of it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "topology/building.h"
#include "topology/emulator.h"

namespace hoplab::topology {

/// Of all load balancers of the topology that `components` run.
std::vector<ZoneStatus> zonal_health(const Prepared& prepared, const Components& components);

/// Addresses of those that are not in DNS.
std::set<std::string> out_of_dns(const std::vector<ZoneStatus>& zones);

/// Whether a node that may use `target` uses it although it is not healthy.
bool fails_open_for(const model::Topology& topology, const aws::TargetGroup& group,
                    const aws::Target& target);

}  // namespace hoplab::topology
