// The address that the clients of a topology have in its network.
#pragma once

#include <string>

#include "base/result.h"
#include "model/topology.h"

namespace hoplab::sandbox {

/// `wanted`, when it is an address that a client can have; empty: the last one of the subnet of the
/// first way in.
Result<std::string> client_address(const model::Topology& topology, const std::string& wanted);

}  // namespace hoplab::sandbox
