// Faults: the hop exists and is one that hoplab can reach into.
#include <algorithm>

#include "model/validate.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

void validate_hop(const Topology& topology, const Fault& fault, const std::string& path,
                  Findings& findings) {
  if (fault.hop.empty()) return;
  const std::string here = at(path, "hop");
  if (const Service* service = Topology::find(topology.services, fault.hop)) {
    if (service->address.empty()) return;
    findings.add(here, in_quotes(fault.hop),
                 "this service is a program of its own, with its own connections; name the load "
                 "balancer before it");
    return;
  }
  if (Topology::find(topology.vpc_endpoints, fault.hop) != nullptr) return;
  if (Topology::find(topology.load_balancers, fault.hop) != nullptr) return;
  std::vector<std::string_view> names = names_of(topology.vpc_endpoints);
  for (const std::string_view one : names_of(topology.load_balancers)) names.push_back(one);
  for (const std::string_view one : names_of(topology.services)) names.push_back(one);
  findings.add(here, in_quotes(fault.hop),
               "there is no hop of that name; there is " + one_of(names),
               nearest(fault.hop, names));
}

/// How far a network load balancer sees a connection get: behind an application load balancer all
/// the way, a TLS listener's own handshake, and of what passes to a service nothing but that it is
/// there.
Stage furthest_stage(const Topology& topology, const LoadBalancer& balancer) {
  Stage furthest = Stage::accept;
  for (const Listener& listener : balancer.listeners) {
    if (listener.protocol == "TLS") furthest = std::max(furthest, Stage::handshake_done);
    for (const auto& weighted : listener.default_action.target_groups) {
      const auto* group = Topology::find(topology.target_groups, weighted.target_group);
      if (group && group->target_type == TargetType::alb) return Stage::idle;
    }
  }
  return furthest;
}

/// A stage that the hop's connections never reach would make a fault without effect.
void validate_stage(const Topology& topology, const Fault& fault, const std::string& path,
                    Findings& findings) {
  const auto* balancer = Topology::find(topology.load_balancers, fault.hop);
  if (const auto* endpoint = Topology::find(topology.vpc_endpoints, fault.hop)) {
    const auto* service = Topology::find(topology.vpc_endpoint_services, endpoint->service_name);
    if (!service) return;
    balancer = Topology::find(topology.load_balancers, service->network_load_balancer);
  }
  if (!balancer || balancer->type != LoadBalancerType::network) return;
  const Stage furthest = furthest_stage(topology, *balancer);
  if (fault.stage <= furthest) return;
  findings.add(at(path, "stage"), in_quotes(to_text(fault.stage)),
               "connections here get to " + std::string(to_text(furthest)) +
                   ": what is behind passes through unread; name the service as the hop, or use "
                   "accept with afterBytes");
}

}  // namespace

void validate_fault(const Topology& topology, const Fault& fault, Findings& findings) {
  const std::string path = at("/faults", fault.name);
  validate_hop(topology, fault, path, findings);
  validate_stage(topology, fault, path, findings);
  const int choices =
      (fault.every ? 1 : 0) + (fault.percent ? 1 : 0) + (fault.from.empty() ? 0 : 1);
  if (choices > 1) {
    findings.add(at(path, "connections"), {}, "every, percent and from: it takes one of them");
  }
}

void validate_faults(const Topology& topology, Findings& findings) {
  for (const Fault& fault : topology.faults) validate_fault(topology, fault, findings);
}

}  // namespace hoplab::model
