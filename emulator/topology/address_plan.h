// Which address each ENI gets, one for each availability zone of each resource. What has an address
// keeps it.
//
// On this machine they are loopback addresses, 127.x.y.z, of a block that is derived from the first
// topology's names: the same scenario has the same addresses at every start, and two scenarios
// hardly ever share one. In a network of its own they are those of the subnets.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/topology.h"

namespace hoplab::topology {

class AddressPlan {
 public:
  /// On this machine. `attempt` chooses another block, for when a fixed port is taken in the first.
  /// `real_ports`: those of the listeners.
  static AddressPlan of_loopback(const model::Topology& topology, unsigned attempt,
                                 bool real_ports = false);
  /// Of the subnets; no ENI gets `client_ip`. Web sites have addresses of `web_range`.
  static AddressPlan of_subnets(const model::Topology& topology, const std::string& client_ip,
                                const std::string& web_range);

  /// The plan of another topology: resources have the addresses that they had here, or had before,
  /// and new ones the next that are free.
  [[nodiscard]] AddressPlan extended_to(const model::Topology& topology) const;

  /// In the order of the resource's availability zones; a web site has one.
  [[nodiscard]] const std::vector<std::string>& enis(const std::string& resource) const {
    return enis_.at(resource);
  }

  [[nodiscard]] bool of_subnets() const { return of_subnets_; }
  /// Whether doors have their listeners' ports.
  [[nodiscard]] bool real_ports() const { return real_ports_; }

 private:
  AddressPlan() = default;
  void assign(const model::Topology& topology);
  std::string next_address();
  std::string next_address(const model::Subnet& subnet);

  bool of_subnets_ = false, real_ports_ = false;
  unsigned second_ = 0, third_ = 0;  // of the loopback block
  unsigned host_ = 10;
  model::Subnet web_;            // of web sites, where there are subnets
  std::set<std::string> taken_;  // in subnets
  std::map<std::pair<std::string, std::string>, std::string> given_;  // by resource and place, ever
  std::map<std::string, std::vector<std::string>> enis_;
};

/// Of a VPC link's interfaces in a plan: a load balancer may have its name.
std::string vpc_link_key(const std::string& name);

/// The DNS names that AWS would give, with ids derived from the resource's name.
std::string vpc_endpoint_dns_name(const model::VpcEndpoint& endpoint, const std::string& region);
std::string vpc_endpoint_zonal_dns_name(const model::VpcEndpoint& endpoint,
                                        const std::string& region, const std::string& zone);
std::string load_balancer_dns_name(const model::LoadBalancer& balancer, const std::string& region);

}  // namespace hoplab::topology
