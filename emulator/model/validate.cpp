// The whole: names across kinds, the entry, and then each kind's own rules.
#include "model/validate.h"

#include <algorithm>
#include <map>

#include "model/text_rule.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// Endpoints, load balancers and services are hops and targets under one name space.
void unique_names(const Topology& topology, Findings& findings) {
  std::map<std::string, std::string> seen;  // name, path
  const auto add = [&](std::string_view section, const std::string& name) {
    const std::string path = at(section, name);
    const auto [it, fresh] = seen.emplace(name, path);
    if (!fresh) findings.add(path, in_quotes(name), it->second + " has this name already");
  };
  for (const auto& one : topology.vpc_endpoints) add("/VpcEndpoints", one.name);
  for (const auto& one : topology.load_balancers) add("/LoadBalancers", one.name);
  for (const auto& one : topology.services) add("/services", one.name);
  for (const auto& one : topology.identity_providers) add(kIdentityProviders, one.name);
  for (const auto& one : topology.proxies) add("/proxies", one.name);
}

void unique_access_key_ids(const Topology& topology, Findings& findings) {
  std::map<std::string, std::string> seen;  // id, path
  for (const AccessKey& one : topology.access_keys) {
    const std::string path = at(at("/AccessKeys", one.name), "AccessKeyId");
    const auto [it, fresh] = seen.emplace(one.access_key_id, path);
    if (!fresh) findings.add(path, in_quotes(one.access_key_id), it->second + " is the same");
  }
}

void validate_proxies(const Topology& topology, Findings& findings) {
  constexpr int kLastPort = 65535;
  for (const Proxy& one : topology.proxies) {
    const std::string path = at("/proxies", one.name);
    if (!rules::kUpstream.matches(one.upstream)) {
      findings.add(at(path, "upstream"), in_quotes(one.upstream),
                   "it takes " + std::string(rules::kUpstream.says));
    }
    if (!rules::kIpPort.matches(one.listen)) {
      findings.add(at(path, "listen"), in_quotes(one.listen),
                   "it takes " + std::string(rules::kIpPort.says));
      continue;
    }
    const auto port = parse_number(std::string_view(one.listen).substr(one.listen.rfind(':') + 1));
    if (!port || *port > kLastPort) {
      findings.add(at(path, "listen"), in_quotes(one.listen), "a port is at most 65535");
    }
  }
}

void validate_entry(const Topology& topology, const std::string& entry, const std::string& path,
                    Findings& findings) {
  if (Topology::find(topology.vpc_endpoints, entry) != nullptr) return;
  if (Topology::find(topology.load_balancers, entry) != nullptr) return;
  std::vector<std::string_view> names = names_of(topology.vpc_endpoints);
  for (const std::string_view one : names_of(topology.load_balancers)) names.push_back(one);
  findings.add(path, in_quotes(entry), "there is no VPC endpoint and no load balancer of that name",
               nearest(entry, names));
}

void validate_entries(const Topology& topology, Findings& findings) {
  const auto& entries = topology.entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string path = entries.size() == 1 ? "/entry" : at("/entry", i);
    validate_entry(topology, entries[i], path, findings);
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(entries.begin(), end, entries[i]) != end) {
      findings.add(path, in_quotes(entries[i]), "it stands twice in the list");
    }
  }
}

/// Fixed local ports, of which this machine has one each.
void unique_local_ports(const Topology& topology, Findings& findings) {
  std::map<int, std::string> seen;
  const auto add = [&](int port, const std::string& path) {
    if (port == 0) return;
    const auto [it, fresh] = seen.emplace(port, path);
    if (!fresh) findings.add(path, std::to_string(port), it->second + " has this port already");
  };
  for (const auto& one : topology.vpc_endpoints) {
    add(one.local_port, at(at("/VpcEndpoints", one.name), "localPort"));
  }
  for (const auto& one : topology.load_balancers) {
    const std::string listeners = at(at("/LoadBalancers", one.name), "Listeners");
    for (std::size_t i = 0; i < one.listeners.size(); ++i) {
      add(one.listeners[i].local_port, at(at(listeners, i), "localPort"));
    }
  }
  for (const auto& one : topology.identity_providers) {
    add(one.local_port, at(at(kIdentityProviders, one.name), "localPort"));
  }
}

}  // namespace

std::vector<Problem> validate(const Topology& topology) {
  Findings findings;
  unique_names(topology, findings);
  validate_entries(topology, findings);
  unique_local_ports(topology, findings);
  validate_pki(topology, findings);
  unique_access_key_ids(topology, findings);
  validate_subnets(topology, findings);
  validate_security_groups(topology, findings);
  validate_privatelink(topology, findings);
  validate_load_balancers(topology, findings);
  validate_target_groups(topology, findings);
  validate_functions(topology, findings);
  validate_identity_providers(topology, findings);
  validate_trust_stores(topology, findings);
  validate_api(topology, findings);
  validate_usage_plans(topology, findings);
  validate_domain_names(topology, findings);
  validate_record_sets(topology, findings);
  validate_proxies(topology, findings);
  validate_faults(topology, findings);
  return findings.take();
}

std::vector<Problem> validate(const Topology& topology, const Fault& fault) {
  Findings findings;
  validate_fault(topology, fault, findings);
  return findings.take();
}

}  // namespace hoplab::model
