#include "model/subnets.h"

#include <algorithm>
#include <set>

#include "base/address_range.h"

namespace hoplab::model {

namespace {

bool overlap(const AddressRange& a, const AddressRange& b) {
  return a.contains(b.network) || b.contains(a.network);
}

bool is_free(const Topology& topology, const std::string& cidr) {
  const AddressRange range = parse_range(cidr).value();
  return std::ranges::none_of(topology.subnets, [&](const Subnet& one) {
    const auto taken = parse_range(one.cidr_block);
    return taken && overlap(taken.value(), range);
  });
}

std::string free_name(const Topology& topology, const std::string& zone) {
  std::string name = "subnet-" + zone;
  while (Topology::find(topology.subnets, name)) name += "-2";
  return name;
}

/// "eu-west-1b" is the second.
int number_of(const std::string& zone) {
  const char letter = zone.empty() ? 'a' : zone.back();
  return letter >= 'a' && letter <= 'z' ? letter - 'a' + 1 : 1;
}

void add_subnet(Topology& topology, const std::string& zone) {
  constexpr int kThirdBytes = 256;
  for (int i = 0; i < kThirdBytes; ++i) {
    const int n = (number_of(zone) + i) % kThirdBytes;
    const std::string cidr = "10.0." + std::to_string(n) + ".0/24";
    if (!is_free(topology, cidr)) continue;
    topology.subnets.push_back({free_name(topology, zone), zone, cidr});
    return;
  }
}

}  // namespace

bool in_region(const Topology& topology, const std::string& zone) {
  return zone.starts_with(topology.region) && zone.size() == topology.region.size() + 1;
}

const Subnet* subnet_in(const Topology& topology, const std::vector<std::string>& subnets,
                        const std::string& zone) {
  for (const Subnet& one : topology.subnets) {
    const bool meant = subnets.empty() || std::ranges::find(subnets, one.name) != subnets.end();
    if (meant && one.availability_zone == zone) return &one;
  }
  return nullptr;
}

void complete_subnets(Topology& topology) {
  std::set<std::string> zones;
  for (const auto& one : topology.vpc_endpoints) {
    zones.insert(one.availability_zones.begin(), one.availability_zones.end());
  }
  for (const auto& one : topology.load_balancers) {
    zones.insert(one.availability_zones.begin(), one.availability_zones.end());
  }
  for (const std::string& zone : zones) {
    if (in_region(topology, zone) && !subnet_in(topology, {}, zone)) add_subnet(topology, zone);
  }
}

}  // namespace hoplab::model
