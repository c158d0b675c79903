// PrivateLink: AWS "Create an endpoint service", "Manage DNS names", nlb-privatelink facts 4.
#include <algorithm>
#include <map>

#include "model/subnets.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

constexpr std::string_view kEndpoints = "/VpcEndpoints";
constexpr std::string_view kServices = "/VpcEndpointServices";

void validate_zones_of_region(const Topology& topology, const std::vector<std::string>& zones,
                              const std::string& path, Findings& findings) {
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const std::string& zone = zones[i];
    if (std::count(zones.begin(), zones.begin() + static_cast<std::ptrdiff_t>(i), zone) > 0) {
      findings.add(at(path, i), in_quotes(zone), "the zone stands already in the list");
    }
    if (!in_region(topology, zone)) {
      findings.add({at(path, i),
                    in_quotes(zone),
                    "the scenario's Region is " + topology.region + ", so zones are " +
                        topology.region + "a and the like",
                    {},
                    "/region"});
    }
  }
}

/// "service ... does not support the availability zone of the subnet": kc "PrivateLink AZ".
void validate_zones_of_service(const Topology& topology, const VpcEndpoint& endpoint,
                               const VpcEndpointService& service, Findings& findings) {
  const auto* nlb = Topology::find(topology.load_balancers, service.network_load_balancer);
  if (nlb == nullptr) return;
  const std::string path = at(at(kEndpoints, endpoint.name), "AvailabilityZones");
  for (std::size_t i = 0; i < endpoint.availability_zones.size(); ++i) {
    const std::string& zone = endpoint.availability_zones[i];
    const auto& zones = nlb->availability_zones;
    if (!in_region(topology, zone)) continue;  // said already
    if (std::find(zones.begin(), zones.end(), zone) != zones.end()) continue;
    std::vector<std::string_view> words(zones.begin(), zones.end());
    findings.add({at(path, i),
                  in_quotes(zone),
                  "the service " + in_quotes(service.name) +
                      " does not support the Availability Zone; its load balancer is in " +
                      one_of(words),
                  {},
                  at(kLoadBalancers, nlb->name)});
  }
}

/// An endpoint service is somebody's load balancer: nothing there asks a policy.
void validate_policy(const VpcEndpoint& one, Findings& findings) {
  if (one.policy.empty() || one.execute_api()) return;
  findings.add(at(at(kEndpoints, one.name), "PolicyDocument"), {},
               "only endpoints whose ServiceName is execute-api have policies; the others have the "
               "default policy, full access");
}

void validate_private_dns(const VpcEndpoint& one, const VpcEndpointService& service,
                          Findings& findings) {
  if (!one.private_dns_enabled) return;
  const auto refuse = [&](const std::string& more, const std::string& related) {
    findings.add({at(at(kEndpoints, one.name), "PrivateDnsEnabled"),
                  "true",
                  "Private DNS can't be enabled because the service " + in_quotes(service.name) +
                      " does not provide a private DNS name" + more,
                  {},
                  related});
  };
  const std::string path = at(kServices, service.name);
  if (service.private_dns_name.empty()) return refuse("", path);
  const bool was_there = one.state == EndpointState::available;
  if (service.private_dns_name_state == DnsNameState::verified || was_there) return;
  refuse(" that is verified; an endpoint that was there before says State available",
         at(at(path, "PrivateDnsNameConfiguration"), "State"));
}

/// What is about clients has no effect where only load balancers connect.
void validate_execute_api(const Topology& topology, const VpcEndpoint& one, Findings& findings) {
  if (topology.is_way_in(one)) return;
  const std::string path = at(kEndpoints, one.name);
  constexpr const char* kHow = "; clients connect to it where entry names it";
  if (one.local_port != 0) {
    findings.add({at(path, "localPort"),
                  std::to_string(one.local_port),
                  std::string("this execute-api endpoint has no port on this machine") + kHow,
                  {},
                  "/entry"});
  }
  if (one.state && one.state != EndpointState::available) {
    findings.add({at(path, "State"),
                  {},
                  std::string("an execute-api endpoint behind load balancers is available") + kHow,
                  {},
                  "/entry"});
  }
}

void validate_endpoint(const Topology& topology, const VpcEndpoint& one, Findings& findings) {
  const std::string path = at(kEndpoints, one.name);
  validate_zones_of_region(topology, one.availability_zones, at(path, "AvailabilityZones"),
                           findings);
  validate_policy(one, findings);
  if (one.execute_api()) return validate_execute_api(topology, one, findings);
  if (one.service_name.empty()) return;
  const auto* service = Topology::find(topology.vpc_endpoint_services, one.service_name);
  if (service == nullptr) {
    auto names = names_of(topology.vpc_endpoint_services);
    names.push_back("execute-api");
    findings.add({at(path, "ServiceName"), in_quotes(one.service_name),
                  "there is no endpoint service of that name; there is " + one_of(names),
                  nearest(one.service_name, names), std::string(kServices)});
    return;
  }
  validate_zones_of_service(topology, one, *service, findings);
  validate_private_dns(one, *service, findings);
}

void validate_service(const Topology& topology, const VpcEndpointService& one,
                      std::map<std::string, std::string>& taken, Findings& findings) {
  const std::string path = at(at(kServices, one.name), "NetworkLoadBalancer");
  if (one.private_dns_name.empty() && one.private_dns_name_state != DnsNameState::verified) {
    findings.add(at(at(kServices, one.name), "PrivateDnsNameConfiguration"), {},
                 "without PrivateDnsName there is nothing to verify");
  }
  const auto* balancer = refer(topology.load_balancers, one.network_load_balancer, "load balancer",
                               kLoadBalancers, path, findings);
  if (balancer == nullptr) return;
  if (balancer->type != LoadBalancerType::network) {
    findings.add({path,
                  in_quotes(balancer->name),
                  "an endpoint service needs a load balancer of Type network",
                  {},
                  at(kLoadBalancers, balancer->name)});
  }
  const auto [it, fresh] = taken.emplace(balancer->name, one.name);
  if (!fresh) {
    findings.add(
        path, in_quotes(balancer->name),
        "a network load balancer serves one endpoint service, and it serves " + it->second);
  }
}

}  // namespace

void validate_privatelink(const Topology& topology, Findings& findings) {
  for (const auto& one : topology.vpc_endpoints) validate_endpoint(topology, one, findings);
  std::map<std::string, std::string> taken;
  for (const auto& one : topology.vpc_endpoint_services) {
    validate_service(topology, one, taken, findings);
  }
  for (const auto& one : topology.load_balancers) {
    validate_zones_of_region(topology, one.availability_zones,
                             at(at(kLoadBalancers, one.name), "AvailabilityZones"), findings);
  }
}

}  // namespace hoplab::model
