#include "sandbox/client_address.h"

#include "base/address_range.h"
#include "model/subnets.h"

namespace hoplab::sandbox {

namespace {

const model::Subnet* first_subnet(const model::Topology& topology) {
  if (!topology.entries.empty()) {
    const std::string& entry = topology.entries.front();
    const auto of = [&](const auto* resource) {
      return model::subnet_in(topology, resource->subnets, resource->availability_zones.front());
    };
    if (const auto* one = model::Topology::find(topology.vpc_endpoints, entry)) return of(one);
    if (const auto* one = model::Topology::find(topology.load_balancers, entry)) return of(one);
  }
  return topology.subnets.empty() ? nullptr : &topology.subnets.front();
}

}  // namespace

Result<std::string> client_address(const model::Topology& topology, const std::string& wanted) {
  if (!wanted.empty()) {
    const auto ip = parse_ip(wanted);
    if (!ip || !ip->ipv4()) return Error{"--client-ip: '" + wanted + "' is not an IPv4 address"};
    return wanted;
  }
  const model::Subnet* const subnet = first_subnet(topology);
  if (!subnet) return std::string("10.0.0.254");
  const AddressRange range = parse_range(subnet->cidr_block).value();
  // AWS keeps the last address itself.
  return ipv4_text((range.network.ipv4_value() | ~range.ipv4_mask()) - 1);
}

}  // namespace hoplab::sandbox
