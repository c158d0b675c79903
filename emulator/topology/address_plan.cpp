#include "topology/address_plan.h"

#include <cstdio>

#include "base/address_range.h"
#include "base/hash.h"
#include "model/subnets.h"
#include "topology/web_site_plan.h"

namespace hoplab::topology {

namespace {

std::string hex(std::uint64_t value, int digits) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return std::string(text + 16 - digits);
}

}  // namespace

AddressPlan AddressPlan::of_loopback(const model::Topology& topology, unsigned attempt,
                                     bool real_ports) {
  std::uint64_t hash = fnv1a(topology.region);
  for (const auto& endpoint : topology.vpc_endpoints) hash = fnv1a(endpoint.name, hash);
  for (const auto& balancer : topology.load_balancers) hash = fnv1a(balancer.name, hash);
  hash += attempt * 0x9e3779b97f4a7c15ULL;
  AddressPlan plan;
  plan.real_ports_ = real_ports;
  // 127.16.0.0 to 127.239.255.0: away from 127.0.0.1 and what systems use near the ends.
  plan.second_ = 16 + static_cast<unsigned>((hash >> 32) % 224);
  plan.third_ = static_cast<unsigned>((hash >> 48) % 256);
  plan.assign(topology);
  return plan;
}

AddressPlan AddressPlan::of_subnets(const model::Topology& topology, const std::string& client_ip,
                                    const std::string& web_range) {
  AddressPlan plan;
  plan.web_.cidr_block = web_range;
  plan.of_subnets_ = plan.real_ports_ = true;
  plan.taken_.insert(client_ip);
  plan.assign(topology);
  return plan;
}

AddressPlan AddressPlan::extended_to(const model::Topology& topology) const {
  AddressPlan next = *this;
  next.assign(topology);
  return next;
}

void AddressPlan::assign(const model::Topology& topology) {
  enis_.clear();
  const auto add = [&](const auto& resource) {
    auto& enis = enis_[resource.name];
    for (const std::string& zone : resource.availability_zones) {
      const model::Subnet* subnet =
          of_subnets_ ? model::subnet_in(topology, resource.subnets, zone) : nullptr;
      std::string& address = given_[{resource.name, subnet ? subnet->cidr_block : zone}];
      if (address.empty()) address = subnet ? next_address(*subnet) : next_address();
      enis.push_back(address);
    }
  };
  for (const auto& endpoint : topology.vpc_endpoints) add(endpoint);
  for (const auto& balancer : topology.load_balancers) add(balancer);
  for (const auto& link : topology.vpc_links) {
    model::VpcLink one = link;
    one.name = vpc_link_key(link.name);
    add(one);
  }
  for (const auto& site : web_sites_of(topology)) {
    std::string& address = given_[{site.name, "internet"}];
    if (address.empty()) address = of_subnets_ ? next_address(web_) : next_address();
    enis_[site.name] = {address};
  }
}

/// AWS keeps the first four addresses of a subnet and the last.
/// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
std::string AddressPlan::next_address(const model::Subnet& subnet) {
  const AddressRange range = parse_range(subnet.cidr_block).value();
  const std::uint32_t first = range.network.ipv4_value();
  const std::uint32_t last = first | ~range.ipv4_mask();
  constexpr std::uint32_t kKept = 4;
  for (std::uint32_t at = first + kKept; at < last; ++at) {
    const std::string address = ipv4_text(at);
    if (taken_.insert(address).second) return address;
  }
  return next_address();  // the subnet is full
}

/// Larger topologies run on into the next block; never .0 or .255.
std::string AddressPlan::next_address() {
  const unsigned host = host_++;
  return "127." + std::to_string(second_) + "." + std::to_string((third_ + host / 254) % 256) +
         "." + std::to_string(1 + host % 254);
}

std::string vpc_link_key(const std::string& name) {
  return "vpc-link/" + name;
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
