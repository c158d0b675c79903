// How an API's integrations reach a load balancer of the scenario through a VPC link
// (apigateway-features.md 6.1, 6.2).
#pragma once

#include <memory>

#include "topology/building.h"

namespace hoplab::topology {

/// To the listener at the Uri's port, which is looked for at each dialing: load balancers are built
/// after the APIs.
std::unique_ptr<net::Dialer> vpc_link_dialer(const Building& building,
                                             const model::Integration& integration);
/// What such a dialer knows of who is let in: another text, another dialer.
std::string let_in_by_vpc_link(const model::Topology& topology,
                               const model::Integration& integration);

}  // namespace hoplab::topology
