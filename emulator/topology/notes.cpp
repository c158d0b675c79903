#include "topology/notes.h"

#include "base/address_range.h"
#include "topology/listener_tls.h"

namespace hoplab::topology {

namespace {

/// The address plan is of loopback addresses, and so are all clients'.
void add_ranges_of_nobody(const model::Topology& topology, std::vector<std::string>& notes) {
  const AddressRange loopback = parse_range("127.0.0.0/8").value();
  for (const auto& group : topology.security_groups) {
    for (const auto& rule : group.ingress) {
      const auto range = parse_range(rule.cidr_ip);
      if (!range || loopback.contains(range.value().network) ||
          range.value().contains(loopback.network)) {
        continue;
      }
      notes.push_back("security group '" + group.name + "': " + rule.cidr_ip +
                      " lets nobody in here, where clients have addresses of 127.0.0.0/8");
    }
  }
}

}  // namespace

std::vector<std::string> notes_of(const model::Topology& topology) {
  std::vector<std::string> notes = security_policy_notes(topology);
  add_ranges_of_nobody(topology, notes);
  return notes;
}

}  // namespace hoplab::topology
