// Target groups: AWS "Target groups for your Network Load Balancers" and "... Application Load
// Balancers", "Use an Application Load Balancer as a target".
#include <algorithm>
#include <map>
#include <set>

#include "model/text_rule.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

constexpr std::string_view kTargetGroups = "/TargetGroups";

/// Where the i-th target stands: an endpoint's name stands once for all of its zones.
std::string place_of(const TargetGroup& group, std::size_t i, const std::string& path) {
  std::size_t place = 0;
  for (std::size_t k = 1; k <= i; ++k) {
    const Target& one = group.targets[k];
    const Target& before = group.targets[k - 1];
    const bool same = !one.vpc_endpoint.empty() && one.vpc_endpoint == before.vpc_endpoint &&
                      one.availability_zone > before.availability_zone;
    place += same ? 0 : 1;
  }
  return at(at(path, "Targets"), place);
}

std::vector<std::string_view> application_load_balancers(const Topology& topology) {
  std::vector<std::string_view> names;
  for (const auto& one : topology.load_balancers) {
    if (one.type == LoadBalancerType::application) names.push_back(one.name);
  }
  return names;
}

/// At most one application load balancer, TCP, on a port where it listens.
void validate_alb_group(const Topology& topology, const TargetGroup& group, const std::string& path,
                        Findings& findings) {
  if (!group.protocol.empty() && group.protocol != "TCP") {
    findings.add(at(path, "Protocol"), in_quotes(group.protocol),
                 "a target group of type alb takes TCP");
  }
  if (group.health_check.protocol == "TCP") {
    findings.add(at(path, "HealthCheckProtocol"), "\"TCP\"",
                 "a target group of type alb takes HTTP or HTTPS");
  }
  if (group.targets.size() > 1) {
    findings.add(at(path, "Targets"), std::to_string(group.targets.size()) + " targets",
                 "a target group of type alb has one application load balancer");
  }
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    const std::string here = place_of(group, i, path);
    const std::string& name = group.targets[i].name();
    const auto* alb = Topology::find(topology.load_balancers, name);
    const auto names = application_load_balancers(topology);
    if (alb == nullptr || alb->type != LoadBalancerType::application) {
      findings.add({here, in_quotes(name), "there is no application load balancer of that name",
                    nearest(name, names),
                    alb == nullptr ? "/LoadBalancers" : at("/LoadBalancers", name)});
      continue;
    }
    std::vector<std::string> ports;
    for (const Listener& listener : alb->listeners) ports.push_back(std::to_string(listener.port));
    const auto judge = [&](std::string_view member, std::uint16_t port) {
      if (std::find(ports.begin(), ports.end(), std::to_string(port)) != ports.end()) return;
      findings.add({at(path, member),
                    std::to_string(port),
                    "it must be the port of a listener of " + alb->name + ": " +
                        one_of({ports.begin(), ports.end()}),
                    {},
                    at("/LoadBalancers", name)});
    };
    judge("Port", group.port);
    if (group.health_check.port) judge("HealthCheckPort", *group.health_check.port);
  }
}

/// "You can specify only one Lambda function" (lambda-functions.html).
void validate_lambda_group(const Topology& topology, const TargetGroup& group,
                           const std::string& path, Findings& findings) {
  if (group.targets.size() > 1) {
    findings.add(at(path, "Targets"), std::to_string(group.targets.size()) + " targets",
                 "a target group of type lambda has one function");
  }
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    refer(topology.functions, group.targets[i].name(), "function", "/Functions",
          place_of(group, i, path), findings);
  }
}

void judge_execute_api_port(const TargetGroup& group, std::string_view member, std::uint16_t port,
                            const Target& target, Findings& findings) {
  if (port == kExecuteApiPort) return;
  findings.add({at(at(kTargetGroups, group.name), member),
                std::to_string(port),
                "an execute-api endpoint answers at port 443 only",
                {},
                at("/VpcEndpoints", target.vpc_endpoint)});
}

void validate_ip_target(const Topology& topology, const TargetGroup& group, const Target& target,
                        const std::string& path, Findings& findings) {
  if (!target.load_balancer.empty()) {
    findings.add(path, in_quotes(target.load_balancer),
                 "a load balancer is a target in a group of TargetType alb only");
    return;
  }
  if (!target.vpc_endpoint.empty()) {
    const auto* endpoint = Topology::find(topology.vpc_endpoints, target.vpc_endpoint);
    const std::string& zone = target.availability_zone;
    if (endpoint == nullptr) {
      findings.add(path, in_quotes(target.vpc_endpoint), "there is no endpoint of that name");
    } else if (!zone.empty() && std::ranges::find(endpoint->availability_zones, zone) ==
                                    endpoint->availability_zones.end()) {
      findings.add(
          {path,
           in_quotes(zone),
           "the endpoint " + in_quotes(target.vpc_endpoint) + " has no network interface there",
           {},
           at("/VpcEndpoints", target.vpc_endpoint)});
    } else if (!endpoint->execute_api()) {
      findings.add({path,
                    in_quotes(target.vpc_endpoint),
                    "an endpoint in a target group must lead to execute-api",
                    {},
                    at("/VpcEndpoints", target.vpc_endpoint)});
    } else if (group.target_type == TargetType::instance) {
      findings.add(path, in_quotes(target.vpc_endpoint),
                   "an endpoint's addresses are targets in a group of TargetType ip");
    } else if (group.protocol == "HTTP") {
      findings.add(
          path, in_quotes(target.vpc_endpoint),
          "an execute-api endpoint speaks TLS; the group's Protocol must be HTTPS behind an "
          "application load balancer, TCP or TLS behind a network load balancer");
    } else if (group.attributes.proxy_protocol_v2) {
      findings.add(path, in_quotes(target.vpc_endpoint),
                   "an execute-api endpoint does not read PROXY protocol, which the group's "
                   "proxy_protocol_v2.enabled sends before TLS");
    } else if (group.behind_network_load_balancer() && group.preserves_client_ip()) {
      findings.add(path, in_quotes(target.vpc_endpoint),
                   "with preserve_client_ip.enabled the communication with an endpoint's addresses "
                   "is lost on AWS");
    } else {
      judge_execute_api_port(group, "Port", group.port, target, findings);
      const auto checked = group.health_check.port;
      if (checked) judge_execute_api_port(group, "HealthCheckPort", *checked, target, findings);
    }
    return;
  }
  if (Topology::find(topology.services, target.service) != nullptr) return;
  auto names = names_of(topology.services);
  for (const auto& one : topology.vpc_endpoints) {
    if (one.execute_api()) names.push_back(one.name);
  }
  findings.add({path, in_quotes(target.service),
                "there is no execute-api endpoint and no service of that name",
                nearest(target.service, names), "/services"});
}

/// Every code in range, ranges forward: 200-499 behind an ALB, 200-599 behind an NLB.
bool matcher_in_range(std::string_view matcher, int most) {
  while (true) {
    const auto comma = matcher.find(',');
    const std::string_view part = matcher.substr(0, comma);
    const int low = parse_number(part.substr(0, 3)).value_or(0);
    const int high = part.size() > 3 ? parse_number(part.substr(4)).value_or(0) : low;
    if (low < 200 || high > most || low > high) return false;
    if (comma == std::string_view::npos) return true;
    matcher.remove_prefix(comma + 1);
  }
}

void validate_health_check(const TargetGroup& group, const std::string& path, Findings& findings) {
  const HealthCheck& check = group.health_check;
  const bool network = group.behind_network_load_balancer();
  if (!network && check.protocol == "TCP") {
    findings.add(at(path, "HealthCheckProtocol"), "\"TCP\"",
                 "behind an application load balancer it takes HTTP or HTTPS");
  }
  const int most = network ? 599 : 499;
  if (!check.matcher.empty() && !matcher_in_range(check.matcher, most)) {
    findings.add(at(at(path, "Matcher"), "HttpCode"), in_quotes(check.matcher),
                 "it takes status codes from 200 to " + std::to_string(most));
  }
  const bool checked = check.interval_s > 0 && check.enabled.value_or(true);
  if (!network && checked && check.timeout_s >= check.interval_s) {
    findings.add(at(path, "HealthCheckIntervalSeconds"), std::to_string(check.interval_s),
                 "the interval must be longer than the timeout, which is " +
                     std::to_string(check.timeout_s));
  }
}

/// What a load balancer's algorithm and its slow start go together with (alb-features.md 10).
void validate_algorithm(const TargetGroupAttributes& attributes, const std::string& path,
                        Findings& findings) {
  constexpr int kShortest = 30;
  const std::string slow_start = at(path, "slow_start.duration_seconds");
  if (attributes.slow_start_s > 0 && attributes.slow_start_s < kShortest) {
    findings.add(slow_start, std::to_string(attributes.slow_start_s), "it takes 0 or 30 to 900");
  }
  if (attributes.slow_start_s > 0 && attributes.algorithm != RoutingAlgorithm::round_robin) {
    findings.add(slow_start, std::to_string(attributes.slow_start_s),
                 "only round_robin has a slow start");
  }
  if (attributes.anomaly_mitigation && attributes.algorithm != RoutingAlgorithm::weighted_random) {
    findings.add(at(path, "load_balancing.algorithm.anomaly_mitigation"), "\"on\"",
                 "only weighted_random mitigates anomalies");
  }
}

/// alb-features.md 1.1
void validate_stickiness(const TargetGroupAttributes& attributes, const std::string& path,
                         Findings& findings) {
  const TargetStickiness& stickiness = attributes.stickiness;
  const std::string name = at(path, "stickiness.app_cookie.cookie_name");
  if (stickiness.app_cookie_name.starts_with("AWSALB")) {
    findings.add(name, in_quotes(stickiness.app_cookie_name),
                 "names that begin with AWSALB are the load balancer's own");
  }
  if (!stickiness.enabled) return;
  if (stickiness.by_app_cookie && stickiness.app_cookie_name.empty()) {
    findings.add(name, {}, "app_cookie needs the name of the cookie that targets set");
  }
  const std::string enabled = at(path, "stickiness.enabled");
  if (attributes.algorithm == RoutingAlgorithm::weighted_random) {
    findings.add(enabled, "true", "weighted_random does not go together with stickiness");
  }
  if (attributes.cross_zone == false) {
    findings.add(enabled, "true",
                 "stickiness needs cross-zone load balancing, which "
                 "load_balancing.cross_zone.enabled switches off");
  }
}

/// "The threshold for DNS failover must be greater than or equal to the threshold for routing
/// failover" (load-balancer-target-groups.html).
void validate_group_health(const TargetGroupAttributes& attributes, const std::string& path,
                           Findings& findings) {
  const auto judge = [&](const std::string& member, const std::optional<int>& dns,
                         const std::optional<int>& routing, const std::string& usual) {
    if (!dns || !routing || *dns >= *routing) return;
    findings.add(at(path, "target_group_health.dns_failover." + member), std::to_string(*dns),
                 "DNS failover must come with routing failover or before it: it takes " + usual +
                     "off, or at least the " + std::to_string(*routing) +
                     " of target_group_health.unhealthy_state_routing." + member);
  };
  const auto& [dns, routing] =
      std::tie(attributes.dns_failover, attributes.unhealthy_state_routing);
  judge("minimum_healthy_targets.count", dns.count, routing.count, "(default 1) ");
  judge("minimum_healthy_targets.percentage", dns.percentage, routing.percentage, "");
  if (routing.count) return;
  findings.add(
      at(path, "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"), {},
      "it cannot be off");
}

/// Where who registers a target says that it is. What an endpoint's network interface says is its
/// name's other half: validate_ip_target().
void validate_zone_of_target(const TargetGroup& group, const Target& target,
                             const std::string& path, Findings& findings) {
  const std::string& zone = target.availability_zone;
  if (zone.empty() || !target.vpc_endpoint.empty()) return;
  const auto refuse = [&](const std::string& rule) {
    findings.add(at(path, "AvailabilityZone"), in_quotes(zone), rule);
  };
  if (group.target_type == TargetType::alb || group.target_type == TargetType::instance) {
    refuse("only targets of groups of TargetType ip and lambda have one");
  } else if (group.target_type == TargetType::lambda && zone != kAllZones) {
    refuse("a function takes all");
  } else if (!group.behind_network_load_balancer() && group.attributes.cross_zone == false &&
             zone == kAllZones) {
    refuse(
        "without cross-zone load balancing, which load_balancing.cross_zone.enabled switches off, "
        "a target is in one zone");
  }
}

/// alb-features.md 4
void validate_protocol_version(const TargetGroup& group, const std::string& path,
                               Findings& findings) {
  const HealthCheck& check = group.health_check;
  const bool grpc = group.protocol_version == ProtocolVersion::grpc;
  if (!check.grpc_matcher.empty() && !grpc) {
    findings.add(at(at(path, "Matcher"), "GrpcCode"), in_quotes(check.grpc_matcher),
                 "only a group of ProtocolVersion GRPC has it");
  }
  if (grpc && !check.matcher.empty()) {
    findings.add(at(at(path, "Matcher"), "HttpCode"), in_quotes(check.matcher),
                 "a group of ProtocolVersion GRPC takes GrpcCode");
  }
  if (group.protocol_version == ProtocolVersion::http1) return;
  const std::string here = at(path, "ProtocolVersion");
  const std::string word = grpc ? "\"GRPC\"" : "\"HTTP2\"";
  if (group.behind_network_load_balancer() || group.target_type == TargetType::lambda) {
    findings.add(here, word,
                 "only a group of connections behind an application load balancer has one");
  }
  for (const Target& target : group.targets) {
    if (target.vpc_endpoint.empty()) continue;
    findings.add({here,
                  word,
                  "hoplab asks an execute-api endpoint by HTTP/1.1 only",
                  {},
                  at("/VpcEndpoints", target.vpc_endpoint)});
    return;
  }
}

void validate_target_group(const Topology& topology, const TargetGroup& group, Findings& findings) {
  const std::string path = at(kTargetGroups, group.name);
  validate_protocol_version(group, path, findings);
  validate_health_check(group, path, findings);
  const std::string attributes = at(path, "TargetGroupAttributes");
  validate_group_health(group.attributes, attributes, findings);
  if (!group.behind_network_load_balancer()) {
    validate_algorithm(group.attributes, attributes, findings);
    validate_stickiness(group.attributes, attributes, findings);
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    const Target& target = group.targets[i];
    const std::string& name = target.name();
    const std::string zone = target.vpc_endpoint.empty() ? "" : target.availability_zone;
    if (!seen.insert(name + " " + zone).second) {
      findings.add(place_of(group, i, path), in_quotes(name), "the target is registered already");
    }
    validate_zone_of_target(group, target, place_of(group, i, path), findings);
  }
  if (group.target_type == TargetType::alb) {
    validate_alb_group(topology, group, path, findings);
    return;
  }
  if (group.target_type == TargetType::lambda) {
    validate_lambda_group(topology, group, path, findings);
    return;
  }
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    validate_ip_target(topology, group, group.targets[i], place_of(group, i, path), findings);
  }
}

/// "An Application Load Balancer can be behind up to two Network Load Balancers."
void validate_network_load_balancers_per_alb(const Topology& topology, Findings& findings) {
  constexpr std::size_t kMost = 2;
  std::map<std::string, std::size_t> groups;
  for (const auto& group : topology.target_groups) {
    if (group.target_type != TargetType::alb) continue;
    for (std::size_t i = 0; i < group.targets.size(); ++i) {
      const std::string& name = group.targets[i].name();
      if (++groups[name] <= kMost) continue;
      findings.add(at(at(at(kTargetGroups, group.name), "Targets"), i), in_quotes(name),
                   "an application load balancer is a target of at most 2 groups");
    }
  }
}

}  // namespace

void validate_target_groups(const Topology& topology, Findings& findings) {
  for (const auto& one : topology.target_groups) validate_target_group(topology, one, findings);
  validate_network_load_balancers_per_alb(topology, findings);
}

}  // namespace hoplab::model
