// Which loopback address each ENI gets: 127.x.y.z, one for each availability zone of each resource.
// The block is derived from the first topology's names, so that the same scenario has the same
// addresses at every start and two scenarios hardly ever share one. What has an address keeps it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/topology.h"

namespace hoplab::topology {

class AddressPlan {
 public:
  /// `attempt` chooses another block, for when a fixed port is taken in the first.
  AddressPlan(const model::Topology& topology, unsigned attempt);

  /// The plan of another topology: resources have the addresses that they had here, or had before,
  /// and new ones the next that are free.
  [[nodiscard]] AddressPlan extended_to(const model::Topology& topology) const;

  /// In the order of the resource's availability zones.
  [[nodiscard]] const std::vector<std::string>& enis(const std::string& resource) const {
    return enis_.at(resource);
  }

 private:
  void assign(const model::Topology& topology);
  std::string next_address();

  unsigned second_, third_;
  unsigned host_ = 10;
  std::map<std::pair<std::string, std::string>, std::string> given_;  // by resource and zone, ever
  std::map<std::string, std::vector<std::string>> enis_;
};

/// The DNS names that AWS would give, with ids derived from the resource's name.
std::string vpc_endpoint_dns_name(const model::VpcEndpoint& endpoint, const std::string& region);
std::string vpc_endpoint_zonal_dns_name(const model::VpcEndpoint& endpoint,
                                        const std::string& region, const std::string& zone);
std::string load_balancer_dns_name(const model::LoadBalancer& balancer, const std::string& region);

}  // namespace hoplab::topology
