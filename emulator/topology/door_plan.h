// Which addresses and ports of this machine stand for which way into a topology.
#pragma once

#include <string>
#include <vector>

#include "model/topology.h"
#include "topology/address_plan.h"
#include "topology/emulator.h"

namespace hoplab::topology {

/// What a door leads to.
enum class Leads : std::uint8_t {
  to_endpoint,     // of an endpoint service
  to_execute_api,  // an endpoint of API Gateway's own
  to_application,
  to_network,
  to_proxy,
  to_web_site,
  nowhere,
};

/// A listening socket that a topology needs.
struct DoorPlan {
  EndpointAddress endpoint;  // its port: 0 for any free one
  Leads leads = Leads::nowhere;
  std::string listener;  // listener_key() of the load balancer behind it; of a proxy its relay's
                         // key; of a web site its name, or its relay's key
  /// What tells it from the others for as long as it is there.
  [[nodiscard]] std::string key() const {
    const std::string at = endpoint.address + ":" + std::to_string(endpoint.listener_port);
    // Several proxies may ask for any port of one address.
    return leads == Leads::to_proxy ? "proxy " + endpoint.name + " " + at : at;
  }
};

/// Whether something of the topology counts connections one after another: a fault for every third
/// of them, a flow table of a certain size, ports that run out, one client's address at two nodes.
/// Then all of them are in the first loop, however many there are: each loop would count its own.
bool counts_in_one_loop(const model::Topology& topology);

/// Tells a proxy's relay from all others.
std::string proxy_key(const model::Proxy& proxy);

/// In the order of application and network load balancers, endpoints, web sites and proxies; the
/// addresses are `plan`'s.
std::vector<DoorPlan> doors_of(const model::Topology& topology, const AddressPlan& plan);

}  // namespace hoplab::topology
