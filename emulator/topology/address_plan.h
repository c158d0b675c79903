// Which loopback address each ENI gets: 127.x.y.z, one for each availability zone of each resource.
// The block is derived from the topology's names, so that the same scenario has the same addresses
// at every start and two scenarios hardly ever share one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/topology.h"

namespace hoplab::topology {

class AddressPlan {
 public:
  /// `attempt` chooses another block, for when a fixed port is taken in the first.
  AddressPlan(const model::Topology& topology, unsigned attempt);

  /// In the order of the resource's availability zones.
  [[nodiscard]] const std::vector<std::string>& enis(const std::string& resource) const {
    return enis_.at(resource);
  }

 private:
  std::map<std::string, std::vector<std::string>> enis_;
};

/// The DNS names that AWS would give, with ids derived from the resource's name.
std::string vpc_endpoint_dns_name(const model::VpcEndpoint& endpoint, const std::string& region);
std::string vpc_endpoint_zonal_dns_name(const model::VpcEndpoint& endpoint,
                                        const std::string& region, const std::string& zone);
std::string load_balancer_dns_name(const model::LoadBalancer& balancer, const std::string& region);

}  // namespace hoplab::topology
