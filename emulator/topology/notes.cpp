#include "topology/notes.h"

#include "base/address_range.h"
#include "model/legs.h"
#include "net/syn_filter.h"
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

/// Where a filter cannot drop SYNs, a queue that is full drops everybody's: not some clients'.
void add_missing_filters(const Prepared& now, std::vector<std::string>& notes) {
  const AddressRange loopback = parse_range("127.0.0.0/8").value();
  for (const auto& group : now.topology->security_groups) {
    for (const auto& rule : group.ingress) {
      const auto range = parse_range(rule.cidr_ip);
      const bool some = range && loopback.contains(range.value().network) &&
                        range.value().prefix_bits > loopback.prefix_bits;
      if (!some || net::filters_are_allowed()) continue;
      notes.push_back("security group '" + group.name +
                      "': this kernel lets no ordinary user attach a socket filter, so clients "
                      "that it does not let in can connect and then meet silence; hoplab exec, or "
                      "root, drops their first packet as AWS does");
      break;
    }
  }
}

/// "If the Application Load Balancer is the target of a Network Load Balancer or Global
/// Accelerator, do not configure a threshold for DNS failover" (load-balancer-target-groups.html).
void add_dns_failover_behind_nlb(const model::Topology& topology, std::vector<std::string>& notes) {
  const model::MinimumHealthyTargets usual;
  for (const auto& group : topology.target_groups) {
    if (group.attributes.dns_failover == usual || group.behind_network_load_balancer()) continue;
    for (const auto& outer : topology.target_groups) {
      if (outer.target_type != model::TargetType::alb || outer.targets.empty()) continue;
      const auto* balancer =
          model::Topology::find(topology.load_balancers, outer.targets.front().load_balancer);
      if (!balancer || !model::forwards_to(*balancer, group.name)) continue;
      notes.push_back("target group '" + group.name +
                      "': AWS says not to configure DNS failover "
                      "behind an application load balancer that is a target itself; the network "
                      "load balancer before '" +
                      balancer->name + "' does not ask DNS here");
      break;
    }
  }
}

}  // namespace

std::vector<std::string> notes_of(const Prepared& now) {
  std::vector<std::string> notes = security_policy_notes(*now.topology);
  add_ranges_of_nobody(now, notes);
  add_dns_failover_behind_nlb(*now.topology, notes);
  if (!now.addresses.of_subnets()) add_missing_filters(now, notes);
  return notes;
}

}  // namespace hoplab::topology
