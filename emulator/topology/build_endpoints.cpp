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

namespace {

void keep_endpoint(const Building& building, const model::VpcEndpoint& endpoint, std::uint16_t port,
                   std::shared_ptr<net::ConnectionHandler> service) {
  const aws::VpcEndpointSettings settings{
      endpoint.id, std::move(service),
      security_group(building.topology(), endpoint.security_groups, port),
      endpoint.state.value_or(model::EndpointState::available)};
  building.components.vpc_endpoints.keep(
      model::listener_key(endpoint.name, port),
      [&] {
        const Hop& hop = building.hop(endpoint.name);
        return std::make_shared<aws::VpcEndpoint>(
            aws::VpcEndpointParts{building.loop, hop, building.faults.gate(hop),
                                  building.shared.ends},
            settings);
      },
      [&](aws::VpcEndpoint& one) { one.update(settings); });
}

}  // namespace

void build_vpc_endpoints(const Building& building) {
  const model::Topology& topology = building.topology();
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (!topology.is_way_in(endpoint)) continue;
    if (endpoint.execute_api()) {
      const auto& api = building.components.execute_apis.at(endpoint.name);
      keep_endpoint(building, endpoint, model::kExecuteApiPort, api->of_way_in());
      continue;
    }
    const auto& service =
        *model::Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
    const auto& balancer =
        *model::Topology::find(topology.load_balancers, service.network_load_balancer);
    for (const auto& listener : balancer.listeners) {
      keep_endpoint(building, endpoint, listener.port,
                    building.components.nlbs.at(model::listener_key(balancer.name, listener.port)));
    }
  }
}

}  // namespace hoplab::topology
