// Faults: the hop exists and is one that hoplab can reach into, and the action has what it takes.
#include <algorithm>

#include "model/fault_members.h"
#include "model/legs.h"
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
                 "balancer before it, or its leg to the target group, as in alb>target-group");
    return;
  }
  if (Topology::find(topology.proxies, fault.hop) != nullptr) return;
  if (Topology::find(topology.identity_providers, fault.hop) != nullptr) return;
  const std::vector<Leg> legs = legs_of(topology);
  if (std::ranges::find(legs, fault.hop, &Leg::name) != legs.end()) return;
  if (Topology::find(topology.vpc_endpoints, fault.hop) != nullptr) return;
  if (Topology::find(topology.load_balancers, fault.hop) != nullptr) return;
  std::vector<std::string_view> names = names_of(topology.vpc_endpoints);
  for (const std::string_view one : names_of(topology.load_balancers)) names.push_back(one);
  for (const std::string_view one : names_of(topology.services)) names.push_back(one);
  for (const std::string_view one : names_of(topology.identity_providers)) names.push_back(one);
  for (const std::string_view one : names_of(topology.proxies)) names.push_back(one);
  for (const Leg& one : legs) names.push_back(one.name);
  findings.add(here, in_quotes(fault.hop),
               "there is no hop of that name; there is " + one_of(names),
               nearest(fault.hop, names));
}

bool is_leg(const std::string& hop) {
  return hop.find('>') != std::string::npos;
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
  const auto* provider = Topology::find(topology.identity_providers, fault.hop);
  const bool unread = is_leg(fault.hop) || Topology::find(topology.proxies, fault.hop) ||
                      (provider && !provider->played());
  if (unread && fault.stage != Stage::accept) {
    findings.add(at(path, "stage"), in_quotes(to_text(fault.stage)),
                 "connections here have the stage accept only; use afterBytes");
    return;
  }
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

/// The actions that take a member, for who has given it to another one.
std::string actions_with(const FaultMember& member) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kLastFaultAction); ++i) {
    const auto action = static_cast<FaultAction>(i);
    const FaultMembers members = members_of(action);
    if ((members.needs | members.takes) & member.bit) names.push_back(to_text(action));
  }
  return one_of(names);
}

void validate_members(const Fault& fault, const std::string& path, Findings& findings) {
  const FaultMembers members = members_of(fault.action);
  const std::string action(to_text(fault.action));
  for (const FaultMember& one : fault_members()) {
    const bool given = one.given(fault);
    if (given && !((members.needs | members.takes) & one.bit)) {
      findings.add(at(path, one.name), {},
                   action + " does not take it; it belongs to " + actions_with(one));
    } else if (!given && (members.needs & one.bit)) {
      findings.add({path, {}, action + " needs " + std::string(one.name), {}, at(path, one.name)});
    }
  }
  constexpr Duration kMost = std::chrono::hours(24);
  for (const auto& [name, time] : {std::pair{"delay", fault.delay}, {"jitter", fault.jitter}}) {
    if (time && *time > kMost) findings.add(at(path, name), {}, "it takes at most 24h");
  }
  if (fault.variation && fault.size && *fault.variation >= *fault.size) {
    findings.add(at(path, "variation"), {}, "it takes less than the size");
  }
}

/// Requests are seen by whoever speaks HTTP, and handshakes are answered where clients come in.
void validate_place(const Topology& topology, const Fault& fault, const std::string& path,
                    Findings& findings) {
  const auto* balancer = Topology::find(topology.load_balancers, fault.hop);
  const auto* endpoint = Topology::find(topology.vpc_endpoints, fault.hop);
  const bool application = balancer && balancer->type == LoadBalancerType::application;
  const bool api = endpoint && endpoint->execute_api();
  const bool proxy = Topology::find(topology.proxies, fault.hop) != nullptr;
  const auto* provider = Topology::find(topology.identity_providers, fault.hop);
  const bool known = balancer || endpoint || proxy || provider || is_leg(fault.hop) ||
                     Topology::find(topology.services, fault.hop) != nullptr;
  if (!known) return;
  const bool played = provider && provider->played();
  if (is_about_requests(fault.action) && !application && !api && !played) {
    findings.add(at(path, "hop"), in_quotes(fault.hop),
                 std::string(to_text(fault.action)) +
                     " is about requests: it takes an application load balancer, the execute-api "
                     "endpoint of a private API, or an identity provider that hoplab plays");
  }
  const bool way_in = balancer || proxy || provider || (endpoint && topology.is_way_in(*endpoint));
  if (fault.action == FaultAction::slow_handshake && !way_in) {
    findings.add(at(path, "hop"), in_quotes(fault.hop),
                 "slow-handshake is about clients that connect: it takes an endpoint or a load "
                 "balancer");
  }
}

}  // namespace

void validate_fault(const Topology& topology, const Fault& fault, Findings& findings) {
  const std::string path = at("/faults", fault.name);
  validate_hop(topology, fault, path, findings);
  validate_stage(topology, fault, path, findings);
  validate_members(fault, path, findings);
  validate_place(topology, fault, path, findings);
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
