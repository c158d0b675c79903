// Security groups: AWS "Security groups for your Network Load Balancer", nlb-privatelink facts 1.9.
#include "base/address_range.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

constexpr std::string_view kGroups = "/SecurityGroups";

void refer_all(const Topology& topology, const std::vector<std::string>& names,
               const std::string& path, Findings& findings) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    refer(topology.security_groups, names[i], "security group", kGroups, at(path, i), findings);
  }
}

}  // namespace

void validate_security_groups(const Topology& topology, Findings& findings) {
  for (const SecurityGroup& group : topology.security_groups) {
    const std::string path = at(at(kGroups, group.name), "SecurityGroupIngress");
    for (std::size_t i = 0; i < group.ingress.size(); ++i) {
      const std::string& cidr = group.ingress[i].cidr_ip;
      if (cidr.empty()) continue;  // said already
      const auto range = parse_range(cidr);
      const std::string cidr_path = at(at(path, i), "CidrIp");
      if (!range) {
        findings.add(cidr_path, in_quotes(cidr), range.error());
      } else if (!range.value().network.ipv4()) {
        findings.add(cidr_path, in_quotes(cidr), "clients here have IPv4 addresses");
      } else if (!range.value().exact()) {
        findings.add(cidr_path, in_quotes(cidr), "the range has bits behind its prefix");
      }
    }
  }
  for (const VpcEndpoint& one : topology.vpc_endpoints) {
    const std::string path = at(at("/VpcEndpoints", one.name), "SecurityGroupIds");
    refer_all(topology, one.security_groups, path, findings);
    if (!topology.is_way_in(one) && !one.security_groups.empty()) {
      findings.add(
          {path,
           {},
           "load balancers alone connect to this execute-api endpoint, and they are always "
           "let in; clients connect to it where entry names it",
           {},
           "/entry"});
    }
  }
  for (const LoadBalancer& one : topology.load_balancers) {
    refer_all(topology, one.security_groups, at(at("/LoadBalancers", one.name), "SecurityGroups"),
              findings);
  }
}

}  // namespace hoplab::model
