// Faults: the hop exists and is one that hoplab can reach into.
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
  findings.add(here, in_quotes(fault.hop), "there is no hop of that name; there is " + one_of(names),
               nearest(fault.hop, names));
}

}  // namespace

void validate_fault(const Topology& topology, const Fault& fault, Findings& findings) {
  const std::string path = at("/faults", fault.name);
  validate_hop(topology, fault, path, findings);
  const int choices = (fault.every ? 1 : 0) + (fault.percent ? 1 : 0) + (fault.from.empty() ? 0 : 1);
  if (choices > 1) {
    findings.add(at(path, "connections"), {}, "every, percent and from: it takes one of them");
  }
}

void validate_faults(const Topology& topology, Findings& findings) {
  for (const Fault& fault : topology.faults) validate_fault(topology, fault, findings);
}

}  // namespace hoplab::model
