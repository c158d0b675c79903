#include "topology/zonal_health.h"

#include <algorithm>

#include "model/legs.h"

namespace hoplab::topology {

namespace {

GroupInZone group_in(const std::string& zone, const model::LoadBalancer& balancer,
                     const aws::TargetGroup& group) {
  const bool crosses = group.model().crosses_zones(balancer);
  const auto count = aws::count_targets(group.targets(), crosses ? std::string() : zone);
  const auto& attributes = group.model().attributes;
  return {group.name(), count.registered, count.healthy,
          aws::enough_healthy(count, attributes.dns_failover),
          aws::enough_healthy(count, attributes.unhealthy_state_routing)};
}

void add_zones(const Prepared& prepared, const Components& components,
               const model::LoadBalancer& balancer, std::vector<ZoneStatus>& to) {
  const auto nodes = nodes_of(prepared, balancer);
  std::vector<ZoneStatus> zones;
  for (const auto& [zone, address] : nodes) {
    ZoneStatus& one = zones.emplace_back();
    one.load_balancer = balancer.name;
    one.availability_zone = zone;
    one.address = address;
  }
  std::vector<std::vector<bool>> healthy;
  for (const auto& group : prepared.topology->target_groups) {
    if (!model::forwards_to(balancer, group.name)) continue;
    std::vector<bool>& in_dns = healthy.emplace_back(zones.size(), true);
    // "You can't use this feature with target groups where the target is a Lambda function."
    if (group.target_type == model::TargetType::lambda) continue;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      zones[i].target_groups.push_back(
          group_in(zones[i].availability_zone, balancer, *components.target_groups.at(group.name)));
      in_dns[i] = zones[i].target_groups.back().dns_healthy;
    }
  }
  const auto dns = aws::zones_in_dns(balancer.type, zones.size(), healthy);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    zones[i].healthy = dns.healthy[i];
    zones[i].in_dns = dns.in_dns[i];
    to.push_back(std::move(zones[i]));
  }
}

}  // namespace

std::vector<ZoneStatus> zonal_health(const Prepared& prepared, const Components& components) {
  std::vector<ZoneStatus> all;
  for (const auto& balancer : prepared.topology->load_balancers) {
    add_zones(prepared, components, balancer, all);
  }
  return all;
}

std::set<std::string> out_of_dns(const std::vector<ZoneStatus>& zones) {
  std::set<std::string> out;
  for (const ZoneStatus& one : zones) {
    if (!one.in_dns) out.insert(one.address);
  }
  return out;
}

bool fails_open_for(const model::Topology& topology, const aws::TargetGroup& group,
                    const aws::Target& target) {
  for (const auto& balancer : topology.load_balancers) {
    if (!model::forwards_to(balancer, group.name())) continue;
    if (group.model().crosses_zones(balancer)) return group.fails_open({});
    return std::ranges::any_of(balancer.availability_zones, [&](const std::string& zone) {
      return aws::in_zone(target.zones, zone) && group.fails_open(zone);
    });
  }
  return group.fails_open({});
}

}  // namespace hoplab::topology
