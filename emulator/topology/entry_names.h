// What a client calls a way in, and whether it speaks TLS there.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/topology.h"
#include "topology/emulator.h"

namespace hoplab::topology {

/// The name by which a client would really call `endpoint`: the one that the certificate of whoever
/// ends TLS has, through whatever passes it on; else the DNS name of the endpoint itself.
std::string client_name(const model::Topology& topology, const EndpointAddress& endpoint);

/// Every name that leads to `endpoint`: those that AWS gives it, the private DNS name, and those of
/// the certificates that a client can meet there, without wildcards, and those of record sets. An
/// execute-api endpoint with private DNS has a wildcard of its own: `*` for the first label.
std::vector<std::string> names_of(const model::Topology& topology, const EndpointAddress& endpoint);

/// Names, and where each leads: the addresses of one way in, that of the first zone first. Where
/// several ways in have one name, it leads to the first of them.
using NameTable = std::vector<std::pair<std::string, std::vector<std::string>>>;
NameTable name_table(const std::vector<EndpointAddress>& endpoints);

/// Whether a client speaks TLS at `endpoint`: behind TCP that is for the targets to say.
bool speaks_tls(const model::Topology& topology, const EndpointAddress& endpoint);

}  // namespace hoplab::topology
