// Subnets: AWS "Subnet CIDR blocks" (https://docs.aws.amazon.com/vpc/latest/userguide/
// subnet-sizing.html) and CreateLoadBalancer, CreateVpcEndpoint: one subnet for each zone.
#include <algorithm>
#include <map>
#include <set>

#include "base/address_range.h"
#include "model/subnets.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

constexpr std::string_view kSubnets = "/Subnets";
// Of the 128 bits that an IPv4-mapped address has: /16 to /28.
constexpr int kLargest = 96 + 16, kSmallest = 96 + 28;

/// Empty: nothing.
std::string what_is_wrong(const std::string& cidr_block) {
  const auto range = parse_range(cidr_block);
  if (!range) return range.error();
  const AddressRange& block = range.value();
  if (!block.network.ipv4() || block.prefix_bits < kLargest || block.prefix_bits > kSmallest) {
    return "a subnet is IPv4, of /16 to /28";
  }
  return block.exact() ? "" : "the range has bits behind its prefix";
}

void validate_subnet(const Topology& topology, std::size_t i, Findings& findings) {
  const Subnet& one = topology.subnets[i];
  const std::string path = at(kSubnets, one.name);
  if (!in_region(topology, one.availability_zone)) {
    findings.add({at(path, "AvailabilityZone"),
                  in_quotes(one.availability_zone),
                  "the scenario's Region is " + topology.region + ", so zones are " +
                      topology.region + "a and the like",
                  {},
                  "/region"});
  }
  const std::string cidr_path = at(path, "CidrBlock");
  if (const std::string wrong = what_is_wrong(one.cidr_block); !wrong.empty()) {
    return findings.add(cidr_path, in_quotes(one.cidr_block), wrong);
  }
  const AddressRange block = parse_range(one.cidr_block).value();
  for (std::size_t j = 0; j < i; ++j) {
    const Subnet& other = topology.subnets[j];
    if (!what_is_wrong(other.cidr_block).empty()) continue;  // said already
    const AddressRange taken = parse_range(other.cidr_block).value();
    if (!taken.contains(block.network) && !block.contains(taken.network)) continue;
    findings.add({cidr_path,
                  in_quotes(one.cidr_block),
                  "it conflicts with the subnet " + in_quotes(other.name) + ", " + other.cidr_block,
                  {},
                  at(kSubnets, other.name)});
  }
}

/// Of an endpoint or a load balancer: which it names, and its zones, which must be theirs.
void validate_named(const Topology& topology, const std::vector<std::string>& names,
                    const std::vector<std::string>& zones, const std::string& path,
                    Findings& findings) {
  std::set<std::string> of_subnets;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto* one = refer(topology.subnets, names[i], "subnet", kSubnets, at(path, i), findings);
    if (!one) return;
    if (!of_subnets.insert(one->availability_zone).second) {
      findings.add(at(path, i), in_quotes(names[i]),
                   "it is in " + one->availability_zone +
                       ", as another one of the list is; it takes one for each zone");
    }
  }
  if (names.empty() || of_subnets == std::set<std::string>(zones.begin(), zones.end())) return;
  findings.add(path, {}, "AvailabilityZones, which need not be given beside it, are others");
}

}  // namespace

void validate_subnets(const Topology& topology, Findings& findings) {
  for (std::size_t i = 0; i < topology.subnets.size(); ++i) validate_subnet(topology, i, findings);
  for (const auto& one : topology.vpc_endpoints) {
    validate_named(topology, one.subnets, one.availability_zones,
                   at(at("/VpcEndpoints", one.name), "SubnetIds"), findings);
  }
  for (const auto& one : topology.load_balancers) {
    validate_named(topology, one.subnets, one.availability_zones,
                   at(at(kLoadBalancers, one.name), "Subnets"), findings);
  }
}

}  // namespace hoplab::model
