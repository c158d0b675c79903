// Subnets: which addresses a zone's network interfaces have.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/topology.h"

namespace hoplab::model {

/// Whether `zone` is one of the topology's Region: "eu-west-1a" of eu-west-1.
bool in_region(const Topology& topology, const std::string& zone);

/// Adds a subnet for each zone of an endpoint or a load balancer that has none: 10.0.n.0/24, where
/// n counts the Region's zones from 1, or the next that is free.
void complete_subnets(Topology& topology);

/// What a topology would share with others in one network: gives its subnets that
/// complete_subnets() has added other addresses, 10.m.n.0/24. The error names two subnets that
/// somebody has chosen.
Result<void> separate_subnets(Topology& topology, const std::vector<const Topology*>& others);

/// The one of `subnets`, by name, that is in `zone`; where none is named, the topology's first one
/// there. Null: there is none.
const Subnet* subnet_in(const Topology& topology, const std::vector<std::string>& subnets,
                        const std::string& zone);

}  // namespace hoplab::model
