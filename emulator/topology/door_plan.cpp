#include "topology/door_plan.h"

#include <algorithm>

#include "aws/privatelink/vpc_endpoint.h"
#include "model/ids.h"
#include "topology/web_site_plan.h"

namespace hoplab::topology {

namespace {

/// `port`: the endpoint's; `leads`: to what, or nowhere.
void add_interfaces(const model::Topology& topology, const model::VpcEndpoint& endpoint,
                    const std::string& dns_name, std::uint16_t port, Leads leads,
                    const AddressPlan& plan, std::vector<DoorPlan>& doors) {
  const std::string state(aws::to_text(endpoint.state.value_or(model::EndpointState::available)));
  const auto& enis = plan.enis(endpoint.name);
  for (std::size_t i = 0; i < enis.size(); ++i) {
    const std::string& zone = endpoint.availability_zones[i];
    DoorPlan& door = doors.emplace_back();
    door.endpoint = {endpoint.name,
                     dns_name,
                     enis[i],
                     plan.real_ports()         ? port
                     : leads != Leads::nowhere ? endpoint.local_port
                                               : std::uint16_t{0},
                     endpoint.execute_api() ? "execute-api" : "vpc-endpoint",
                     state,
                     port,
                     zone,
                     vpc_endpoint_zonal_dns_name(endpoint, topology.region, zone),
                     {},
                     true,
                     {}};
    door.leads = leads;
  }
}

void add_endpoint(const model::Topology& topology, const model::VpcEndpoint& endpoint,
                  const AddressPlan& plan, std::vector<DoorPlan>& doors) {
  const std::string own_name = vpc_endpoint_dns_name(endpoint, topology.region);
  if (endpoint.execute_api()) {
    return add_interfaces(topology, endpoint, own_name, model::kExecuteApiPort,
                          Leads::to_execute_api, plan, doors);
  }
  const auto& service =
      *model::Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
  const auto& balancer =
      *model::Topology::find(topology.load_balancers, service.network_load_balancer);
  const bool private_name = endpoint.private_dns_enabled && !service.private_dns_name.empty();
  const std::string& dns_name = private_name ? service.private_dns_name : own_name;
  for (const auto& listener : balancer.listeners) {
    const std::size_t before = doors.size();
    add_interfaces(topology, endpoint, dns_name, listener.port, Leads::to_endpoint, plan, doors);
    for (std::size_t i = before; i < doors.size(); ++i) {
      doors[i].listener = model::listener_key(balancer.name, listener.port);
    }
  }
  for (const std::uint16_t port : balancer.ports_without_listener) {
    add_interfaces(topology, endpoint, dns_name, port, Leads::nowhere, plan, doors);
  }
}

void add_load_balancer(const model::LoadBalancer& balancer, const std::string& region,
                       const AddressPlan& plan, std::vector<DoorPlan>& doors) {
  const bool network = balancer.type == model::LoadBalancerType::network;
  const std::string dns_name = load_balancer_dns_name(balancer, region);
  const auto& enis = plan.enis(balancer.name);
  const auto add = [&](std::uint16_t port, std::uint16_t local_port, Leads leads) {
    for (std::size_t i = 0; i < enis.size(); ++i) {
      const std::string& zone = balancer.availability_zones[i];
      DoorPlan& door = doors.emplace_back();
      door.endpoint = {balancer.name,
                       dns_name,
                       enis[i],
                       plan.real_ports() ? port : local_port,
                       network ? "network-load-balancer" : "application-load-balancer",
                       "active",
                       port,
                       zone,
                       network ? zone + "." + dns_name : std::string(),
                       {},
                       true,
                       {}};
      door.leads = leads;
      if (leads != Leads::nowhere) door.listener = model::listener_key(balancer.name, port);
    }
  };
  const Leads leads = network ? Leads::to_network : Leads::to_application;
  for (const auto& listener : balancer.listeners) add(listener.port, listener.local_port, leads);
  for (const std::uint16_t port : balancer.ports_without_listener) add(port, 0, Leads::nowhere);
}

void add_proxy(const model::Proxy& proxy, std::vector<DoorPlan>& doors) {
  const auto colon = proxy.listen.rfind(':');
  const std::string ip = proxy.listen.substr(0, colon);
  const auto port = static_cast<std::uint16_t>(std::stoi(proxy.listen.substr(colon + 1)));
  DoorPlan& door = doors.emplace_back();
  door.endpoint = {proxy.name, ip, ip, port, "proxy", "active", port, {}, {}, {}, false, {}};
  door.leads = Leads::to_proxy;
  door.listener = proxy_key(proxy);
}

void add_web_site(const WebSitePlan& site, const AddressPlan& plan, std::vector<DoorPlan>& doors) {
  DoorPlan& door = doors.emplace_back();
  door.endpoint = {site.name,
                   site.hosts.front(),
                   plan.enis(site.name).front(),
                   plan.real_ports() ? kWebSitePort : site.local_port,
                   site.kind,
                   "active",
                   kWebSitePort,
                   {},
                   {},
                   {},
                   true,
                   {}};
  door.leads = Leads::to_web_site;
  door.listener = site.ends_tls() ? site.name : site.relay_key();
}

}  // namespace

std::string proxy_key(const model::Proxy& proxy) {
  return "proxy " + proxy.name + " " + proxy.listen + " " + proxy.upstream;
}

bool counts_in_one_loop(const model::Topology& topology) {
  const auto counts = [](const model::Fault& fault) {
    return fault.armed && (fault.every || fault.percent || fault.limit);
  };
  const auto is_limited = [](const model::LoadBalancer& balancer) {
    return balancer.flow_table || balancer.source_ports != model::LoadBalancer().source_ports;
  };
  // Two nodes may hand a target the same address and port of a client.
  const auto preserves = [](const model::TargetGroup& group) {
    return group.behind_network_load_balancer() && group.attributes.preserve_client_ip == true;
  };
  return std::ranges::any_of(topology.faults, counts) ||
         std::ranges::any_of(topology.load_balancers, is_limited) ||
         std::ranges::any_of(topology.target_groups, preserves);
}

std::vector<DoorPlan> doors_of(const model::Topology& topology, const AddressPlan& plan) {
  std::vector<DoorPlan> doors;
  for (const auto type : {model::LoadBalancerType::application, model::LoadBalancerType::network}) {
    for (const auto& balancer : topology.load_balancers) {
      if (balancer.type == type) add_load_balancer(balancer, topology.region, plan, doors);
    }
  }
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (topology.is_way_in(endpoint)) add_endpoint(topology, endpoint, plan, doors);
  }
  for (const auto& site : web_sites_of(topology)) add_web_site(site, plan, doors);
  for (const auto& proxy : topology.proxies) add_proxy(proxy, doors);
  return doors;
}

}  // namespace hoplab::topology
