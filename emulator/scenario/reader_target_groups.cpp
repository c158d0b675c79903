// TargetGroups with their health checks.
#include "scenario/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::HealthCheck;
using model::TargetGroup;
using model::TargetType;
namespace rules = model::rules;

const ObjectType& attributes_type() {
  constexpr std::string_view kNoStickiness = "every connection or request is distributed anew";
  constexpr std::string_view kNoThreshold = "a group fails open when its last target is unhealthy";
  static const ObjectType type =
      Define<TargetGroup>("TargetGroupAttributes", "Attributes by their keys.")
          .refuse("deregistration_delay.timeout_seconds",
                  "targets stay registered while a scenario runs")
          .refuse({"stickiness.enabled", "stickiness.type", "stickiness.lb_cookie.duration_seconds",
                   "stickiness.app_cookie.duration_seconds", "stickiness.app_cookie.cookie_name"},
                  kNoStickiness)
          .refuse({"load_balancing.algorithm.type", "load_balancing.algorithm.anomaly_mitigation",
                   "slow_start.duration_seconds"},
                  "requests are distributed round robin")
          .refuse({"target_group_health.dns_failover.minimum_healthy_targets.count",
                   "target_group_health.dns_failover.minimum_healthy_targets.percentage",
                   "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
                   "target_group_health.unhealthy_state_routing.minimum_healthy_targets."
                   "percentage"},
                  kNoThreshold)
          .refuse("load_balancing.cross_zone.enabled", "the load balancer's own setting counts")
          .refuse({"preserve_client_ip.enabled", "proxy_protocol_v2.enabled"},
                  "it stays at AWS's default for the group")
          .type();
  return type;
}

/// AWS's defaults depend on whose group it is: a TCP group is a network load balancer's.
void default_health_check(TargetGroup& into, const Node& node) {
  const bool network = into.protocol == "TCP";
  HealthCheck& check = into.health_check;
  const auto given = [&node](std::string_view name) { return node.find(name) != nullptr; };
  if (!given("HealthCheckProtocol")) {
    check.protocol = network && into.target_type != TargetType::alb ? "TCP" : "HTTP";
  }
  if (!given("HealthCheckTimeoutSeconds")) {
    check.timeout_s = !network ? 5 : check.protocol == "HTTP" ? 6 : 10;
  }
  if (!given("Matcher")) check.matcher = network ? "200-399" : "200";
}

void finish_target_group(TargetGroup& into, const Node& node, ReadContext& context) {
  default_health_check(into, node);
  const Node* attributes = node.find("TargetGroupAttributes");
  if (into.target_type == TargetType::alb && attributes != nullptr) {
    context.report(*attributes, {},
                   "the attributes of a target group of type alb cannot be modified");
  }
  if (into.health_check.protocol != "TCP") return;
  for (const std::string_view name : {"HealthCheckPath", "Matcher"}) {
    if (const Node* member = node.find(name)) {
      context.report(*member, {}, "a TCP health check has no request, so no " + std::string(name));
    }
  }
}

const ObjectType& matcher_type() {
  static const ObjectType type =
      Define<HealthCheck>("Matcher", "Which answers are healthy.")
          .value("HttpCode", text(rules::kMatcher), &HealthCheck::matcher,
                 "status codes: 200, 200,403 or 200-399")
          .required()
          .refuse("GrpcCode", "targets speak HTTP/1.1")
          .type();
  return type;
}

/// The name stands in `service` until all of the scenario is read; the reader then moves it to the
/// member for what it names.
void read_targets(TargetGroup& into, const Node& node, ReadContext&) {
  for (const Node& item : node.items) into.targets.emplace_back().service = item.text;
}

void read_enabled(TargetGroup&, const Node& node, ReadContext& context) {
  if (node.boolean) return;
  context.report(node, "false",
                 "health checks of target groups of type alb, ip and instance are always enabled");
}

/// A place in the group's health check.
template <class Member>
auto health(Member member) {
  return [member](TargetGroup & group) -> auto& {
    return group.health_check.*member;
  };
}

}  // namespace

const ObjectType& target_group_type() {
  static const ObjectType type =
      Define<TargetGroup>("TargetGroup",
                          "A target group (AWS::ElasticLoadBalancingV2::TargetGroup).")
          .word<TargetType>("TargetType",
                            {{"alb", TargetType::alb},
                             {"ip", TargetType::ip},
                             {"instance", TargetType::instance}},
                            &TargetGroup::target_type,
                            "alb: one application load balancer; ip: execute-api endpoints and "
                            "services; instance: services",
                            {{"lambda", "there are no functions"}})
          .required()
          .value("Protocol",
                 choice({"TCP", "HTTP", "HTTPS"},
                        {{"TLS", "a network load balancer passes TCP through here"},
                         {"UDP", "connections are TCP"},
                         {"TCP_UDP", "connections are TCP"},
                         {"QUIC", "connections are TCP"},
                         {"TCP_QUIC", "connections are TCP"},
                         {"GENEVE", "there are no gateway load balancers here"}}),
                 &TargetGroup::protocol,
                 "TCP behind a network, HTTP or HTTPS behind an application "
                 "load balancer")
          .required()
          .value("Port", integer(1, 65535), &TargetGroup::port, "the targets' port")
          .required()
          .own("Targets", list_of(text(rules::kNotEmpty)),
               "by name: an application load balancer, execute-api endpoints (each of their "
               "network interfaces is a target), or services",
               read_targets)
          .own("HealthCheckEnabled", boolean(), "true; health checks cannot be switched off",
               read_enabled)
          .value("HealthCheckProtocol", choice({"HTTP", "HTTPS", "TCP"}),
                 health(&HealthCheck::protocol),
                 "default HTTP, or TCP for an ip group behind a network load balancer")
          .value("HealthCheckPath", text(rules::kHealthCheckPath), health(&HealthCheck::path),
                 "default /")
          .value("HealthCheckIntervalSeconds", integer(5, 300), health(&HealthCheck::interval_s),
                 "default 30")
          .value("HealthCheckTimeoutSeconds", integer(2, 120), health(&HealthCheck::timeout_s),
                 "default 5; behind a network load balancer 6 for HTTP and 10 for others")
          .value("HealthyThresholdCount", integer(2, 10), health(&HealthCheck::healthy_threshold),
                 "default 5")
          .value("UnhealthyThresholdCount", integer(2, 10),
                 health(&HealthCheck::unhealthy_threshold), "default 2")
          .nested("Matcher", matcher_type(), &TargetGroup::health_check,
                  "default 200; behind a network load balancer 200-399")
          .own("TargetGroupAttributes", object(attributes_type()), "attributes by their keys",
               [](TargetGroup& into, const Node& node, ReadContext& context) {
                 read_object(attributes_type(), node, &into, context);
               })
          .refuse("HealthCheckPort", "health checks use the port of the traffic")
          .refuse("ProtocolVersion", "targets speak HTTP/1.1")
          .refuse("IpAddressType", "targets are IPv4")
          .refuse("VpcId", "a scenario's resources are in one VPC an account")
          .refuse("Name", "the key is the name")
          .refuse("Tags", kNoTags)
          .after(finish_target_group)
          .type();
  return type;
}

}  // namespace hoplab::scenario
