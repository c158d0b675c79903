// Proxies: what Toxiproxy's clients see of a topology. Each hop is one that exists, and so is each
// load balancer's leg to its targets (alb>target-group); those that clients create are proxies of
// the topology.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/toxiproxy/toxics.h"
#include "topology/emulator.h"

namespace hoplab::admin::toxiproxy {

struct ProxyView {
  std::string name;
  std::string listen;    // empty: no socket of this machine
  std::string upstream;  // empty: it ends connections itself
  bool enabled = true;
  bool created = false;       // a proxy of the topology, not one of its hops
  std::vector<Toxic> toxics;  // upstream's first
};

/// In the order of the topology.
std::vector<ProxyView> proxies_of(const Emulator& emulator);
std::optional<ProxyView> find_proxy(const Emulator& emulator, const std::string& name);
Json to_json(const ProxyView& proxy);

}  // namespace hoplab::admin::toxiproxy
