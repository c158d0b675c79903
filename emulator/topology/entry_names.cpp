#include "topology/entry_names.h"

#include <algorithm>
#include <map>

#include "topology/address_plan.h"

namespace hoplab::topology {

namespace {

using model::Topology;

const model::Listener* listener_at(const model::LoadBalancer& balancer, std::uint16_t port) {
  const auto found = std::ranges::find(balancer.listeners, port, &model::Listener::port);
  return found == balancer.listeners.end() ? nullptr : &*found;
}

/// The load balancer that `endpoint` is, or that is behind it.
const model::LoadBalancer* balancer_of(const Topology& topology, const EndpointAddress& endpoint) {
  if (const auto* balancer = Topology::find(topology.load_balancers, endpoint.name)) {
    return balancer;
  }
  const auto* vpc_endpoint = Topology::find(topology.vpc_endpoints, endpoint.name);
  const auto* service =
      vpc_endpoint ? Topology::find(topology.vpc_endpoint_services, vpc_endpoint->service_name)
                   : nullptr;
  return service ? Topology::find(topology.load_balancers, service->network_load_balancer)
                 : nullptr;
}

/// What a TCP listener passes its connections to.
struct Behind {
  const model::TargetGroup* group = nullptr;
  const model::Listener* application = nullptr;     // of the load balancer that is its target
  const model::VpcEndpoint* execute_api = nullptr;  // that is its target
};

Behind behind(const Topology& topology, const model::Listener& listener) {
  for (const auto& weighted : listener.default_action.target_groups) {
    const auto* group = Topology::find(topology.target_groups, weighted.target_group);
    if (!group || group->targets.empty()) continue;
    const model::Target& target = group->targets.front();
    const auto* alb = Topology::find(topology.load_balancers, target.load_balancer);
    return {group, alb ? listener_at(*alb, group->port) : nullptr,
            Topology::find(topology.vpc_endpoints, target.vpc_endpoint)};
  }
  return {};
}

/// Who ends the TLS of a client at `listener`: itself, or an application load balancer behind it.
const model::Listener* ends_tls(const Topology& topology, const model::Listener& listener) {
  if (listener.protocol != "TCP") return &listener;
  return behind(topology, listener).application;
}

std::string execute_api_name(const Topology& topology, const std::string& label) {
  return label + ".execute-api." + topology.region + ".amazonaws.com";
}

/// The names of private APIs by which clients come to `endpoint` (apigateway.md 1): the APIs' own
/// where private DNS is enabled, those with the endpoint's id that associated APIs have, and
/// private custom domain names.
std::vector<std::string> execute_api_names(const Topology& topology,
                                           const model::VpcEndpoint& endpoint) {
  std::vector<std::string> names, with_id;
  for (const model::RestApi& api : topology.rest_apis) {
    if (api.disable_execute_api_endpoint) continue;
    if (endpoint.private_dns_enabled) names.push_back(execute_api_name(topology, api.id));
    if (std::ranges::find(api.vpc_endpoints, endpoint.name) != api.vpc_endpoints.end()) {
      with_id.push_back(execute_api_name(topology, api.id + "-" + endpoint.id));
    }
  }
  names.insert(names.end(), with_id.begin(), with_id.end());
  for (const model::DomainName& domain : topology.domain_names) {
    if (std::ranges::find(domain.vpc_endpoints, endpoint.name) != domain.vpc_endpoints.end())
      names.push_back(domain.name);
  }
  return names;
}

/// By which a client calls a private API through a load balancer that passes its connection on to
/// `endpoint`. Whoever has the load balancer can give it the API's own name, too. Empty: there is
/// none.
std::string name_through(const Topology& topology, const model::VpcEndpoint& endpoint) {
  const auto names = execute_api_names(topology, endpoint);
  if (!names.empty()) return names.front();
  const auto api =
      std::ranges::find(topology.rest_apis, false, &model::RestApi::disable_execute_api_endpoint);
  return api == topology.rest_apis.end() ? std::string() : execute_api_name(topology, api->id);
}

/// Whether a record set says of the name that it is another's.
bool leads_elsewhere(const Topology& topology, const std::string& name, const std::string& than) {
  const auto* record = Topology::find(topology.record_sets, name);
  return record && record->alias_target != than;
}

}  // namespace

std::string client_name(const Topology& topology, const EndpointAddress& endpoint) {
  const auto* balancer = balancer_of(topology, endpoint);
  const auto* listener = balancer ? listener_at(*balancer, endpoint.listener_port) : nullptr;
  const auto* end = listener ? ends_tls(topology, *listener) : nullptr;
  const auto* vpc_endpoint = Topology::find(topology.vpc_endpoints, endpoint.name);
  if (vpc_endpoint && vpc_endpoint->execute_api()) {
    const auto names = execute_api_names(topology, *vpc_endpoint);
    return names.empty() ? endpoint.dns_name : names.front();
  }
  // An endpoint's private DNS name is what its service's owner chose for its clients.
  if (vpc_endpoint && vpc_endpoint->private_dns_enabled) return endpoint.dns_name;
  if (listener && !end) {
    const auto* execute_api = behind(topology, *listener).execute_api;
    const std::string name = execute_api ? name_through(topology, *execute_api) : "";
    if (!name.empty()) return name;
  }
  if (!end || end->certificates.empty()) return endpoint.dns_name;
  const auto* certificate = Topology::find(topology.pki.certificates, end->certificates.front());
  if (!certificate || certificate->dns_names.empty()) return endpoint.dns_name;
  return certificate->dns_names.front();
}

std::vector<std::string> names_of(const Topology& topology, const EndpointAddress& endpoint) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    const bool usable = !name.empty() && name.find('*') == std::string::npos &&
                        !leads_elsewhere(topology, name, endpoint.name);
    if (usable && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  add(endpoint.dns_name);
  add(endpoint.zonal_dns_name);
  if (const auto* vpc_endpoint = Topology::find(topology.vpc_endpoints, endpoint.name)) {
    add(vpc_endpoint_dns_name(*vpc_endpoint, topology.region));
    if (vpc_endpoint->execute_api()) {
      for (const std::string& name : execute_api_names(topology, *vpc_endpoint)) add(name);
      // All APIs of the Region lead there, public and unknown ones as well (apigateway.md 1).
      if (vpc_endpoint->private_dns_enabled) names.push_back(execute_api_name(topology, "*"));
    }
  }
  if (const auto* provider = Topology::find(topology.identity_providers, endpoint.name)) {
    for (const std::string& host : provider->domain_names) add(host);
  }
  add(client_name(topology, endpoint));
  for (const model::RecordSet& record : topology.record_sets) {
    if (record.alias_target == endpoint.name) names.push_back(record.name);
  }
  const auto* balancer = balancer_of(topology, endpoint);
  const auto* listener = balancer ? listener_at(*balancer, endpoint.listener_port) : nullptr;
  const auto* end = listener ? ends_tls(topology, *listener) : nullptr;
  for (const std::string& name : end ? end->certificates : std::vector<std::string>()) {
    const auto* certificate = Topology::find(topology.pki.certificates, name);
    if (!certificate) continue;
    for (const std::string& dns_name : certificate->dns_names) add(dns_name);
  }
  return names;
}

NameTable name_table(const std::vector<EndpointAddress>& endpoints) {
  NameTable all;
  std::map<std::string, std::string> owners;  // of names: whose they are
  for (const EndpointAddress& endpoint : endpoints) {
    for (const std::string& name : endpoint.names) {
      if (owners.emplace(name, endpoint.name).first->second != endpoint.name) continue;
      auto at = std::ranges::find(all, name, &NameTable::value_type::first);
      if (at == all.end()) at = all.insert(all.end(), {name, {}});
      if (std::ranges::find(at->second, endpoint.address) == at->second.end()) {
        at->second.push_back(endpoint.address);
      }
    }
  }
  return all;
}

bool speaks_tls(const Topology& topology, const EndpointAddress& endpoint) {
  const auto* balancer = balancer_of(topology, endpoint);
  const auto* listener = balancer ? listener_at(*balancer, endpoint.listener_port) : nullptr;
  if (!listener) return true;
  if (listener->protocol != "TCP") return listener->ends_tls();
  const Behind passed = behind(topology, *listener);
  if (!passed.group) return true;
  if (passed.execute_api) return true;
  if (!passed.group->targets.front().load_balancer.empty()) {
    return !passed.application || passed.application->ends_tls();
  }
  const auto* service = Topology::find(topology.services, passed.group->targets.front().service);
  const bool stand_in = service && service->address.empty();
  return !stand_in && passed.group->health_check.protocol != "HTTP";
}

}  // namespace hoplab::topology
