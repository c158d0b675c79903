// TargetGroups with their health checks.
#include <algorithm>

#include "model/complete.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::HealthCheck;
using model::Target;
using model::TargetGroup;
using model::TargetType;
namespace rules = model::rules;

using model::MinimumHealthyTargets;
using model::TargetGroupAttributes;

/// "To the maximum number of targets", which is a quota of the load balancer.
constexpr std::int64_t kMostTargets = 1000;

/// Attributes that groups behind application load balancers have as well.
constexpr std::string_view kDeregistrationDelay = "deregistration_delay.timeout_seconds";
constexpr std::string_view kMinimumCount =
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
constexpr std::string_view kMinimumPercentage =
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage";
constexpr std::string_view kPropagation = "deregistrationPropagationSeconds";
/// Attributes that both kinds of groups have and mean another thing by.
constexpr std::string_view kStickiness = "stickiness.enabled";
constexpr std::string_view kStickinessType = "stickiness.type";
/// Attributes of groups behind application load balancers.
constexpr std::string_view kAlgorithm = "load_balancing.algorithm.type";
constexpr std::string_view kAnomalies = "load_balancing.algorithm.anomaly_mitigation";
constexpr std::string_view kSlowStart = "slow_start.duration_seconds";
constexpr std::string_view kLbCookie = "stickiness.lb_cookie.duration_seconds";
constexpr std::string_view kAppCookie = "stickiness.app_cookie.duration_seconds";
constexpr std::string_view kAppCookieName = "stickiness.app_cookie.cookie_name";
/// And of both kinds.
constexpr std::string_view kDnsCount =
    "target_group_health.dns_failover.minimum_healthy_targets.count";
constexpr std::string_view kDnsPercentage =
    "target_group_health.dns_failover.minimum_healthy_targets.percentage";

constexpr std::string_view kOfApplication[] = {
    kDeregistrationDelay, kMinimumCount, kMinimumPercentage, kPropagation, kCrossZone, kStickiness,
    kStickinessType,      kAlgorithm,    kAnomalies,         kSlowStart,   kLbCookie,  kAppCookie,
    kAppCookieName,       kDnsCount,     kDnsPercentage};
constexpr std::string_view kOfApplicationOnly[] = {kAlgorithm, kAnomalies, kSlowStart,
                                                   kLbCookie,  kAppCookie, kAppCookieName};

using model::RoutingAlgorithm;
using model::TargetStickiness;

/// A place in the group's stickiness.
template <class Member>
auto sticky(Member member) {
  return [member](TargetGroupAttributes & attributes) -> auto& {
    return attributes.stickiness.*member;
  };
}
/// A place in one of the two thresholds of the group's health.
auto minimum(MinimumHealthyTargets TargetGroupAttributes::*of,
             std::optional<int> MinimumHealthyTargets::*member) {
  return [ of, member ](TargetGroupAttributes & attributes) -> auto& {
    return attributes.*of.*member;
  };
}

/// A number, or off.
Type or_off(std::int64_t most) {
  return either({choice({"off"}), integer(1, most)});
}

auto read_minimum(MinimumHealthyTargets TargetGroupAttributes::*of,
                  std::optional<int> MinimumHealthyTargets::*member) {
  return [of, member](TargetGroupAttributes& into, const Node& node, ReadContext&) {
    auto& value = into.*of.*member;
    value.reset();
    if (node.kind == Node::Kind::integer) assign(value, node);
  };
}

auto write_minimum(MinimumHealthyTargets TargetGroupAttributes::*of,
                   std::optional<int> MinimumHealthyTargets::*member) {
  return [of, member](const TargetGroupAttributes& from, bool) -> std::optional<Node> {
    const auto& value = from.*of.*member;
    if (value == MinimumHealthyTargets().*member) return std::nullopt;
    return value ? node_of(*value) : node_of(std::string("off"));
  };
}

/// The one attribute of groups of functions.
constexpr std::string_view kMultiValueHeaders = "lambda.multi_value_headers.enabled";

const ObjectType& target_group_attributes_type() {
  using A = TargetGroupAttributes;
  static const ObjectType type =
      Define<A>("TargetGroupAttributes", "Attributes by their keys.")
          .value(kDeregistrationDelay, integer(0, 3600), &A::deregistration_delay_s,
                 "how long a deregistered target drains; default 300")
          .value("deregistration_delay.connection_termination.enabled", boolean(),
                 &A::deregistration_connection_termination,
                 "network: whether its connections are ended then; default false")
          .value("preserve_client_ip.enabled", boolean(), &A::preserve_client_ip,
                 "network: whether targets see the client's address; default true, for ip false. "
                 "What comes through PrivateLink always has the load balancer's")
          .value("proxy_protocol_v2.enabled", boolean(), &A::proxy_protocol_v2,
                 "network: whether a PROXY protocol header goes before each connection; default "
                 "false")
          .value(kStickiness, boolean(), sticky(&TargetStickiness::enabled),
                 "whether a client stays with one target; default false")
          .own(kStickinessType, choice({"source_ip", "lb_cookie", "app_cookie"}),
               "what tells clients apart; network: source_ip; application: lb_cookie, the default, "
               "or app_cookie",
               [](A& into, const Node& node, ReadContext&) {
                 into.stickiness.by_app_cookie = node.text == "app_cookie";
               })
          .written([](const A& from, bool) -> std::optional<Node> {
            if (!from.stickiness.by_app_cookie) return std::nullopt;
            return node_of(std::string("app_cookie"));
          })
          .value(kLbCookie, integer(1, 604'800), sticky(&TargetStickiness::lb_cookie_s),
                 "how long a client stays after each answer; default 86400")
          .value(kAppCookie, integer(1, 604'800), sticky(&TargetStickiness::app_cookie_s),
                 "app_cookie: likewise; default 86400")
          .value(kAppCookieName, text(rules::kCookieName),
                 sticky(&TargetStickiness::app_cookie_name),
                 "app_cookie: the cookie that targets set")
          .own(kCrossZone, either({boolean(), choice({"use_load_balancer_configuration"})}),
               "whether targets of other zones are used; default use_load_balancer_configuration, "
               "and an application load balancer's is always on",
               [](A& into, const Node& node, ReadContext&) {
                 if (node.kind == Node::Kind::boolean) into.cross_zone = node.boolean;
               })
          .written([](const A& from, bool) -> std::optional<Node> {
            if (!from.cross_zone) return std::nullopt;
            return node_of(*from.cross_zone);
          })
          .value("target_health_state.unhealthy.connection_termination.enabled", boolean(),
                 &A::unhealthy_connection_termination,
                 "network: whether a target's connections are reset when it becomes unhealthy; "
                 "default true")
          .value("target_health_state.unhealthy.draining_interval_seconds", integer(0, 360'000),
                 &A::unhealthy_draining_interval_s,
                 "network: without that, how long it is unhealthy.draining; default 0")
          .value(kMinimumCount, integer(1, kMostTargets),
                 minimum(&A::unhealthy_state_routing, &MinimumHealthyTargets::count),
                 "with fewer healthy targets all of them get traffic; default 1")
          .own(kMinimumPercentage, or_off(100), "likewise, in percent of all targets; default off",
               read_minimum(&A::unhealthy_state_routing, &MinimumHealthyTargets::percentage))
          .written(write_minimum(&A::unhealthy_state_routing, &MinimumHealthyTargets::percentage))
          .own(kDnsCount, or_off(kMostTargets),
               "with fewer healthy targets DNS leaves the load balancer's zone out; default 1",
               read_minimum(&A::dns_failover, &MinimumHealthyTargets::count))
          .written(write_minimum(&A::dns_failover, &MinimumHealthyTargets::count))
          .own(kDnsPercentage, or_off(100), "likewise, in percent of all targets; default off",
               read_minimum(&A::dns_failover, &MinimumHealthyTargets::percentage))
          .written(write_minimum(&A::dns_failover, &MinimumHealthyTargets::percentage))
          .value(
              kPropagation, integer(0, 3600), &A::registration_propagation_s,
              "how long a deregistered target still gets new connections: on AWS about 120 s were "
              "seen; default 0")
          .value(kMultiValueHeaders, boolean(), &A::lambda_multi_value_headers,
                 "lambda: whether headers and parameters are lists of values, in the event and in "
                 "the answer; default false")
          .own("withoutTargets", choice({"drop", "reset"}),
               "network: what a client meets while no target is registered; default drop",
               [](A& into, const Node& node, ReadContext&) {
                 into.reset_without_targets = node.text == "reset";
               })
          .written([](const A& from, bool) -> std::optional<Node> {
            if (!from.reset_without_targets) return std::nullopt;
            return node_of(std::string("reset"));
          })
          .word<RoutingAlgorithm>(
              kAlgorithm,
              {{"round_robin", RoutingAlgorithm::round_robin},
               {"least_outstanding_requests", RoutingAlgorithm::least_outstanding_requests},
               {"weighted_random", RoutingAlgorithm::weighted_random}},
              &A::algorithm, "which target gets the next request; default round_robin")
          .word<bool>(kAnomalies, {{"on", true}, {"off", false}}, &A::anomaly_mitigation,
                      "weighted_random: whether targets that fail more than others get less; "
                      "default off")
          .value(kSlowStart, integer(0, 900), &A::slow_start_s,
                 "round_robin: 0 or 30 to 900, how long the share of a target that has become "
                 "healthy grows; default 0")
          .type();
  return type;
}

void check_attributes(const TargetGroup& group, const Node& attributes, ReadContext& context) {
  if (group.target_type == TargetType::alb) {
    context.report(attributes, {},
                   "the attributes of a target group of type alb cannot be modified");
    return;
  }
  const bool network = group.behind_network_load_balancer();
  const bool functions = group.target_type == TargetType::lambda;
  for (const Node& one : attributes.items) {
    if (std::ranges::find(target_group_attributes_type().properties, one.key, &Property::name) ==
        target_group_attributes_type().properties.end()) {
      continue;  // said already
    }
    if (functions != (one.key == kMultiValueHeaders)) {
      context.report(
          one, {},
          functions ? "a group of type lambda has one attribute, " + std::string(kMultiValueHeaders)
                    : "only a group of type lambda has this attribute");
      continue;
    }
    if (functions) continue;
    if (network && std::ranges::find(kOfApplicationOnly, one.key) != std::end(kOfApplicationOnly)) {
      context.report(one, {},
                     "only a group behind an application load balancer has this attribute");
    }
    if (!network && std::ranges::find(kOfApplication, one.key) == std::end(kOfApplication)) {
      context.report(one, {}, "only a group behind a network load balancer has this attribute");
    }
    if (one.key == kStickinessType && (one.text == "source_ip") != network) {
      context.report(one, found(one),
                     network ? "behind a network load balancer it takes source_ip"
                             : "behind an application load balancer it takes lb_cookie or "
                               "app_cookie");
    }
  }
}

constexpr std::string_view kProtocolHelp =
    "TCP or TLS behind a network, HTTP or HTTPS behind an application load balancer; of a lambda "
    "group none";
constexpr std::string_view kPortHelp = "the targets' port; of a lambda group none";

/// A function has no address: a load balancer invokes it.
void check_address(const TargetGroup& group, const Node& node, ReadContext& context) {
  if (group.target_type == TargetType::lambda) {
    for (const std::string_view name :
         {"Protocol", "Port", "ProtocolVersion", "HealthCheckProtocol", "HealthCheckPort",
          "IpAddressType"}) {
      const Node* const member = node.find(name);
      if (!member) continue;
      context.report(*member, found(*member),
                     "a target group of type lambda has no " + std::string(name) +
                         ": its function is invoked, and not connected to");
    }
    return;
  }
  for (const auto& [name, help] : {std::pair{std::string_view("Protocol"), kProtocolHelp},
                                   std::pair{std::string_view("Port"), kPortHelp}}) {
    if (node.find(name)) continue;
    context.report_unread(node, {}, "it needs " + std::string(name) + ": " + std::string(help));
  }
}

void finish_target_group(TargetGroup& into, const Node& node, ReadContext& context) {
  check_address(into, node, context);
  const Node* const enabled = node.find("HealthCheckEnabled");
  if (enabled && !enabled->boolean && into.target_type != TargetType::lambda) {
    context.report(
        *enabled, "false",
        "health checks of target groups of type alb, ip and instance are always enabled");
  }
  const Node* attributes = node.find("TargetGroupAttributes");
  if (attributes != nullptr) check_attributes(into, *attributes, context);
  const bool network = into.behind_network_load_balancer();
  const std::string& given = into.health_check.protocol;
  const bool tcp = given.empty() ? network && into.target_type != TargetType::alb : given == "TCP";
  if (!tcp) return;
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
          .value("GrpcCode", text(rules::kGrpcMatcher), &HealthCheck::grpc_matcher,
                 "of a group of ProtocolVersion GRPC, grpc-status: 12, 0,12 or 0-99")
          .type();
  return type;
}

const ObjectType& target_type() {
  static const ObjectType type =
      Define<Target>("Target", "A target, and what an operator has done to it.")
          .own("Id", text(rules::kNotEmpty), "its name",
               [](Target& into, const Node& node, ReadContext&) { into.service = node.text; })
          .written([](const Target& from, bool) { return node_of(from.name()); })
          .required()
          .value("AvailabilityZone", text(rules::kTargetZone), &Target::availability_zone,
                 "of an execute-api endpoint: the zone of the network interface; default: of each. "
                 "Of another target of an ip group: from whose nodes it gets traffic without "
                 "cross-zone load balancing, or all; default: where the service is")
          .value("registered", boolean(), &Target::registered,
                 "false: it is deregistered; default true")
          .own("health", choice({"healthy", "unhealthy"}),
               "what its health is said to be; default: what its checks say",
               [](Target& into, const Node& node, ReadContext&) {
                 into.healthy = node.text == "healthy";
               })
          .written([](const Target& from, bool) -> std::optional<Node> {
            if (!from.healthy) return std::nullopt;
            return node_of(std::string(*from.healthy ? "healthy" : "unhealthy"));
          })
          .type();
  return type;
}

/// What the name names is for model::complete() to find out.
void read_targets(TargetGroup& into, const Node& node, ReadContext& context) {
  for (const Node& item : node.items) {
    Target& target = into.targets.emplace_back();
    if (item.kind == Node::Kind::text) {
      target.service = item.text;
    } else {
      read_object(target_type(), item, &target, context);
    }
  }
}

std::optional<Node> write_targets(const TargetGroup& from, bool) {
  if (from.targets.empty()) return std::nullopt;
  std::vector<Node> items;
  for (const Target& target : from.targets) {
    Node node = write_object(target_type(), &target);
    items.push_back(node.items.size() == 1 ? node_of(target.name()) : std::move(node));
  }
  return list_node(std::move(items));
}

void read_health_check_port(TargetGroup& into, const Node& node, ReadContext&) {
  const auto port = node.kind == Node::Kind::integer ? std::optional(static_cast<int>(node.integer))
                                                     : model::parse_number(node.text);
  if (port) into.health_check.port = static_cast<std::uint16_t>(*port);  // else traffic-port
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
                             {"instance", TargetType::instance},
                             {"lambda", TargetType::lambda}},
                            &TargetGroup::target_type,
                            "alb: one application load balancer; ip: execute-api endpoints and "
                            "services; instance: services; lambda: one function")
          .required()
          .value("Protocol",
                 choice({"TCP", "TLS", "HTTP", "HTTPS"},
                        {{"UDP", "connections are TCP"},
                         {"TCP_UDP", "connections are TCP"},
                         {"QUIC", "connections are TCP"},
                         {"TCP_QUIC", "connections are TCP"},
                         {"GENEVE", "there are no gateway load balancers here"}}),
                 &TargetGroup::protocol, kProtocolHelp)
          .written([](const TargetGroup& from, bool) -> std::optional<Node> {
            if (from.protocol.empty()) return std::nullopt;
            return node_of(from.protocol);
          })
          .value("Port", integer(1, 65535), &TargetGroup::port, kPortHelp)
          .written([](const TargetGroup& from, bool) -> std::optional<Node> {
            if (from.port == 0) return std::nullopt;
            return node_of(from.port);
          })
          .own("Targets", list_of(either({text(rules::kNotEmpty), object(target_type)})),
               "by name: an application load balancer, execute-api endpoints (each of their "
               "network interfaces is a target), services, or a function",
               read_targets)
          .written(write_targets)
          .own("HealthCheckEnabled", boolean(),
               "true; only a lambda group's health checks can be off, and are by default",
               [](TargetGroup& into, const Node& node, ReadContext&) {
                 into.health_check.enabled = node.boolean;
               })
          .written([](const TargetGroup& from, bool) -> std::optional<Node> {
            if (from.target_type != TargetType::lambda) return std::nullopt;
            if (!from.health_check.enabled.value_or(false)) return std::nullopt;
            return node_of(true);
          })
          .value("HealthCheckProtocol", choice({"HTTP", "HTTPS", "TCP"}),
                 health(&HealthCheck::protocol),
                 "default HTTP, or TCP for an ip group behind a network load balancer")
          .value("HealthCheckPath", text(rules::kHealthCheckPath), health(&HealthCheck::path),
                 "default /, of GRPC /AWS.ALB/healthcheck")
          .when([](const TargetGroup& from) {
            return from.health_check.path != model::usual_health_check_path(from);
          })
          .value("HealthCheckIntervalSeconds", integer(5, 300), health(&HealthCheck::interval_s),
                 "default 30; of a lambda group 35")
          .when([](const TargetGroup& from) {
            const int usual = from.target_type == TargetType::lambda ? 35 : 30;
            return from.health_check.interval_s != usual;
          })
          .value("HealthCheckTimeoutSeconds", integer(2, 120), health(&HealthCheck::timeout_s),
                 "default 5; behind a network load balancer 6 for HTTP and 10 for others; of a "
                 "lambda group 30")
          .value("HealthyThresholdCount", integer(2, 10), health(&HealthCheck::healthy_threshold),
                 "default 5")
          .value("UnhealthyThresholdCount", integer(2, 10),
                 health(&HealthCheck::unhealthy_threshold), "default 2")
          .nested("Matcher", matcher_type, &TargetGroup::health_check,
                  "default 200, of GRPC 12; behind a network load balancer 200-399")
          .when([](const TargetGroup& from) {
            return !from.health_check.matcher.empty() || !from.health_check.grpc_matcher.empty();
          })
          .nested("TargetGroupAttributes", target_group_attributes_type, &TargetGroup::attributes,
                  "attributes by their keys")
          .own("HealthCheckPort", either({text(rules::kHealthCheckPort), integer(1, 65535)}),
               "the port that is checked: a number, or traffic-port, the default; of an alb group "
               "a port where the load balancer listens. A service at an address is checked at that "
               "port of its host; a stand-in answers at every port",
               read_health_check_port)
          .written([](const TargetGroup& from, bool) -> std::optional<Node> {
            if (!from.health_check.port) return std::nullopt;
            return node_of(*from.health_check.port);
          })
          .word<model::ProtocolVersion>("ProtocolVersion",
                                        {{"HTTP1", model::ProtocolVersion::http1},
                                         {"HTTP2", model::ProtocolVersion::http2},
                                         {"GRPC", model::ProtocolVersion::grpc}},
                                        &TargetGroup::protocol_version,
                                        "what an application load balancer speaks to the targets; "
                                        "default HTTP1")
          .states("IpAddressType", text(), "\"ipv4\"", "targets are IPv4")
          .refuse("VpcId", "a scenario's resources are in one VPC an account")
          .refuse("TargetControlPort", "there is no target optimizer")
          .refuse("Name", "the key is the name")
          .refuse("Tags", kNoTags)
          .after(finish_target_group)
          .type();
  return type;
}

}  // namespace hoplab::scenario
