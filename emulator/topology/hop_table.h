// HopTable: the places on the path that any topology of an emulator has named. Records refer to
// them when the topology has long been another, so none is ever taken away.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/cause.h"
#include "model/legs.h"
#include "model/topology.h"
#include "topology/web_site_plan.h"

namespace hoplab::topology {

class HopTable {
 public:
  const Hop& hop(const std::string& kind, const std::string& name) {
    return hops_.try_emplace({kind, name}, Hop{kind, name}).first->second;
  }

  /// Those of `topology`, by name.
  std::map<std::string, const Hop*> of(const model::Topology& topology) {
    std::map<std::string, const Hop*> all;
    const auto add = [&](const std::string& kind, const std::string& name) {
      all[name] = &hop(kind, name);
    };
    for (const auto& one : topology.vpc_endpoints) {
      add(one.execute_api() ? "execute-api" : "vpc-endpoint", one.name);
    }
    for (const auto& one : topology.load_balancers) {
      const bool network = one.type == model::LoadBalancerType::network;
      add(network ? "network-load-balancer" : "application-load-balancer", one.name);
    }
    for (const auto& one : topology.services) add("service", one.name);
    for (const auto& one : topology.proxies) add("proxy", one.name);
    for (const auto& one : web_sites_of(topology)) add(one.kind, one.name);
    for (const auto& one : model::legs_of(topology)) add("leg", one.name);
    return all;
  }

 private:
  std::map<std::pair<std::string, std::string>, Hop> hops_;  // by kind and name
};

}  // namespace hoplab::topology
