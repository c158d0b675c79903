#include "model/subnets.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/address_range.h"

namespace hoplab::model {

namespace {

bool overlap(const AddressRange& a, const AddressRange& b) {
  return a.contains(b.network) || b.contains(a.network);
}

/// The first that has addresses in common with `cidr`; null: there is none.
const Subnet* overlapping(const Topology& topology, const std::string& cidr) {
  const auto range = parse_range(cidr);
  for (const Subnet& one : topology.subnets) {
    const auto taken = parse_range(one.cidr_block);
    if (range && taken && overlap(taken.value(), range.value())) return &one;
  }
  return nullptr;
}

std::string default_cidr(int network, int number) {
  return "10." + std::to_string(network) + "." + std::to_string(number) + ".0/24";
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
    const std::string cidr = default_cidr(0, n);
    if (overlapping(topology, cidr)) continue;
    topology.subnets.push_back({free_name(topology, zone), zone, cidr});
    return;
  }
}

/// As add_subnet() makes it.
bool is_default(const Subnet& subnet) {
  return subnet.name == "subnet-" + subnet.availability_zone &&
         subnet.cidr_block == default_cidr(0, number_of(subnet.availability_zone));
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
  for (const auto& one : topology.vpc_links) {
    zones.insert(one.availability_zones.begin(), one.availability_zones.end());
  }
  for (const std::string& zone : zones) {
    if (in_region(topology, zone) && !subnet_in(topology, {}, zone)) add_subnet(topology, zone);
  }
}

Result<void> separate_subnets(Topology& topology, const std::vector<const Topology*>& others) {
  const auto in_the_way = [&](const Subnet& subnet) -> const Subnet* {
    for (const Topology* other : others) {
      if (const Subnet* const one = overlapping(*other, subnet.cidr_block)) return one;
    }
    return nullptr;
  };
  constexpr int kNetworks = 256;
  for (std::size_t i = 0; i < topology.subnets.size(); ++i) {
    Subnet subnet = std::as_const(topology.subnets)[i];
    const Subnet* other = in_the_way(subnet);
    if (!other) continue;
    const bool movable = is_default(subnet);
    for (int network = 1; movable && other && network < kNetworks; ++network) {
      subnet.cidr_block = default_cidr(network, number_of(subnet.availability_zone));
      const bool free = !overlapping(topology, subnet.cidr_block);
      other = free ? in_the_way(subnet) : &subnet;
    }
    if (other) {
      return Error{"subnet '" + subnet.name + "' (" +
                       std::as_const(topology.subnets)[i].cidr_block + ") and subnet '" +
                       other->name + "' (" + other->cidr_block +
                       ") of the other have addresses in " + "common",
                   ErrorCode::conflict};
    }
    topology.subnets[i] = std::move(subnet);
  }
  return {};
}

}  // namespace hoplab::model
