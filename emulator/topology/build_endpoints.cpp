// A loop's interface endpoints, and what the builders of components know of addresses.

#include "model/ids.h"
#include "topology/building.h"

namespace hoplab::topology {

std::vector<std::pair<std::string, std::string>> nodes_of(const Prepared& prepared,
                                                          const model::LoadBalancer& balancer) {
  std::vector<std::pair<std::string, std::string>> nodes;
  const auto& enis = prepared.addresses.enis(balancer.name);
  for (std::size_t i = 0; i < enis.size(); ++i) {
    nodes.emplace_back(balancer.availability_zones[i], enis[i]);
  }
  return nodes;
}

std::optional<AddressSet> security_group(const model::Topology& topology,
                                         const std::vector<std::string>& names,
                                         std::uint16_t port) {
  if (names.empty()) return std::nullopt;
  AddressSet set;
  for (const std::string& name : names) {
    const auto& group = *model::Topology::find(topology.security_groups, name);
    for (const auto& rule : group.ingress) {
      if (rule.covers(port)) set.push_back(parse_range(rule.cidr_ip).value());
    }
  }
  return set;
}

std::map<std::string, std::string> zones_by_address(const Prepared& prepared) {
  std::map<std::string, std::string> zones;
  const auto add = [&](const std::string& name, const std::vector<std::string>& of) {
    const auto& enis = prepared.addresses.enis(name);
    for (std::size_t i = 0; i < of.size(); ++i) zones[enis[i]] = of[i];
  };
  for (const auto& one : prepared.topology->vpc_endpoints) add(one.name, one.availability_zones);
  for (const auto& one : prepared.topology->load_balancers) add(one.name, one.availability_zones);
  return zones;
}

void build_vpc_endpoints(const Building& building) {
  const model::Topology& topology = building.topology();
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (endpoint.execute_api()) continue;
    const auto& service =
        *model::Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
    const auto& balancer =
        *model::Topology::find(topology.load_balancers, service.network_load_balancer);
    for (const auto& listener : balancer.listeners) {
      const aws::VpcEndpointSettings settings{
          endpoint.id,
          building.components.nlbs.at(model::listener_key(balancer.name, listener.port)),
          security_group(topology, endpoint.security_groups, listener.port),
          endpoint.state.value_or(model::EndpointState::available)};
      building.components.vpc_endpoints.keep(
          model::listener_key(endpoint.name, listener.port),
          [&] {
            const Hop& hop = building.hop(endpoint.name);
            return std::make_shared<aws::VpcEndpoint>(
                aws::VpcEndpointParts{building.loop, hop, building.faults.gate(hop),
                                      building.shared.ends},
                settings);
          },
          [&](aws::VpcEndpoint& one) { one.update(settings); });
    }
  }
}

}  // namespace hoplab::topology
