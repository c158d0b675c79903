#include "topology/address_plan.h"

#include <algorithm>
#include <cstdio>

#include "base/hash.h"

namespace hoplab::topology {

namespace {

std::string hex(std::uint64_t value, int digits) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return std::string(text + 16 - digits);
}

}  // namespace

AddressPlan::AddressPlan(const model::Topology& topology, unsigned attempt) {
  std::uint64_t hash = fnv1a(topology.region);
  std::vector<std::pair<std::string, std::size_t>> resources;
  for (const auto& endpoint : topology.vpc_endpoints) {
    resources.emplace_back(endpoint.name, endpoint.availability_zones.size());
  }
  for (const auto& balancer : topology.load_balancers) {
    resources.emplace_back(balancer.name, balancer.availability_zones.size());
  }
  for (const auto& [name, zones] : resources) hash = fnv1a(name, hash);
  hash += attempt * 0x9e3779b97f4a7c15ULL;
  // 127.16.0.0 to 127.239.255.0: away from 127.0.0.1 and what systems use near the ends.
  const unsigned second = 16 + static_cast<unsigned>((hash >> 32) % 224);
  const unsigned third = static_cast<unsigned>((hash >> 48) % 256);
  unsigned host = 10;
  for (const auto& [name, zones] : resources) {
    auto& enis = enis_[name];
    for (std::size_t i = 0; i < std::max<std::size_t>(zones, 1); ++i, ++host) {
      // Larger topologies run on into the next block; never .0 or .255.
      enis.push_back("127." + std::to_string(second) + "." +
                     std::to_string((third + host / 254) % 256) + "." +
                     std::to_string(1 + host % 254));
    }
  }
}

std::string vpc_endpoint_dns_name(const model::VpcEndpoint& endpoint, const std::string& region) {
  return vpc_endpoint_zonal_dns_name(endpoint, region, {});
}

std::string vpc_endpoint_zonal_dns_name(const model::VpcEndpoint& endpoint,
                                        const std::string& region, const std::string& zone) {
  const std::string service =
      endpoint.execute_api() ? "execute-api" : "vpce-svc-0" + hex(fnv1a(endpoint.service_name), 16);
  return endpoint.id + "-" + hex(fnv1a(endpoint.name), 8) + (zone.empty() ? "" : "-") + zone + "." +
         service + "." + region + ".vpce.amazonaws.com";
}

std::string load_balancer_dns_name(const model::LoadBalancer& balancer, const std::string& region) {
  const std::uint64_t hash = fnv1a(balancer.name);
  if (balancer.type == model::LoadBalancerType::network) {
    return balancer.name + "-" + hex(hash, 16) + ".elb." + region + ".amazonaws.com";
  }
  const std::string prefix = balancer.scheme == "internal" ? "internal-" : "";
  return prefix + balancer.name + "-" + std::to_string(1'000'000'000 + hash % 1'000'000'000) + "." +
         region + ".elb.amazonaws.com";
}

}  // namespace hoplab::topology
