#include "topology/notes.h"

#include "base/address_range.h"
#include "topology/listener_tls.h"

namespace hoplab::topology {

namespace {

/// Which addresses clients have depends on where the topology runs.
void add_ranges_of_nobody(const Prepared& now, std::vector<std::string>& notes) {
  const std::string client = now.addresses.of_subnets() ? now.client_ip : "127.0.0.0/8";
  const AddressRange clients = parse_range(client).value();
  for (const auto& group : now.topology->security_groups) {
    for (const auto& rule : group.ingress) {
      const auto range = parse_range(rule.cidr_ip);
      if (!range || clients.contains(range.value().network) ||
          range.value().contains(clients.network)) {
        continue;
      }
      const std::string who = now.addresses.of_subnets()
                                  ? "the client has " + client + "; --client-ip chooses another"
                                  : "clients have addresses of " + client;
      notes.push_back("security group '" + group.name + "': " + rule.cidr_ip +
                      " lets nobody in here, where " + who);
    }
  }
}

}  // namespace

std::vector<std::string> notes_of(const Prepared& now) {
  std::vector<std::string> notes = security_policy_notes(*now.topology);
  add_ranges_of_nobody(now, notes);
  return notes;
}

}  // namespace hoplab::topology
