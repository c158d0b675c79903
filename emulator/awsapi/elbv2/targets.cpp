// Targets of a group, and their health.
#include <algorithm>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/listener_parts.h"
#include "awsapi/elbv2/load_balancer_parts.h"
#include "awsapi/elbv2/target_group_parts.h"
#include "base/address_range.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr std::size_t kMostTargets = 1000;

/// With the group's port where none is said; a function has none.
Json with_port(const Document& group, Json target) {
  if (group.properties.contains("Port")) target.emplace("Port", group.properties["Port"]);
  return target;
}

bool same(const Json& a, const Json& b) {
  return a["Id"] == b["Id"] && a.value("Port", Json()) == b.value("Port", Json());
}

Json targets_of(const Document& group) {
  return group.properties.value("Targets", Json::array());
}

bool has_target(const Json& targets, const Json& target) {
  return std::ranges::any_of(targets, [&](const Json& one) { return same(one, target); });
}

ApiError invalid_target(const std::string& message) {
  return {"InvalidTarget", message};
}

/// nlb-privatelink.md 1.2: its listener must be there, on the target's port.
Refusal check_load_balancer(const Call& call, const Json& target) {
  const std::string arn = target["Id"];
  const Document* const balancer = call.plane.find(arn, kLoadBalancerType);
  if (!balancer || !is_application(*balancer)) {
    return invalid_target("The target '" + arn + "' is not an application load balancer");
  }
  const auto listeners = listeners_of(call, arn);
  const bool listens = std::ranges::any_of(listeners, [&](const Document* one) {
    return one->properties["Port"] == target.value("Port", Json());
  });
  if (listens) return std::nullopt;
  return invalid_target("The load balancer '" + arn + "' has no listener on the target's port");
}

Refusal check_target(const Call& call, const Document& group, const Json& target) {
  const std::string type = group.properties["TargetType"];
  const std::string id = target["Id"];
  if (type == "ip" && !parse_ip(id)) {
    return validation_error("The IP address '" + id + "' is not a valid IPv4 address");
  }
  if (type == "instance" && !id.starts_with("i-")) {
    return invalid_target("The following targets are not instances: '" + id + "'");
  }
  if (type == "lambda" && !id.starts_with("arn:aws:lambda:")) {
    return validation_error("The target '" + id + "' is not the ARN of a Lambda function");
  }
  return type == "alb" ? check_load_balancer(call, target) : Refusal();
}

Json health_of(const Call& call, const Document& group, const Json& target) {
  if (!has_target(targets_of(group), target)) {
    return {{"State", "unused"},
            {"Reason", "Target.NotRegistered"},
            {"Description", "Target is not registered to the target group"}};
  }
  if (load_balancers_of(call, group.id).empty()) {
    return {{"State", "unused"},
            {"Reason", "Target.NotInUse"},
            {"Description",
             "Target group is not configured to receive traffic from the load balancer"}};
  }
  const auto seen = call.plane.health(group.id, target["Id"], target.value("Port", 0));
  if (!seen) {
    return {{"State", "initial"},
            {"Reason", "Elb.RegistrationInProgress"},
            {"Description", "Target registration is in progress"}};
  }
  Json made{{"State", seen->state}};
  if (!seen->reason.empty()) made["Reason"] = seen->reason;
  if (!seen->description.empty()) made["Description"] = seen->description;
  return made;
}

Json described_health(const Call& call, const Document& group, const Json& target) {
  Json made{{"Target", target}, {"TargetHealth", health_of(call, group, target)}};
  const std::string port = group.properties.value("HealthCheckPort", "traffic-port");
  if (port != "traffic-port") {
    made["HealthCheckPort"] = port;
  } else if (target.contains("Port")) {
    made["HealthCheckPort"] = target["Port"].dump();
  }
  return made;
}

}  // namespace

ApiResult<Json> register_targets(const Call& call, const Json& in) {
  const auto group = find(call, kTargetGroupType, in["TargetGroupArn"]);
  if (!group) return group.error();
  Document document = **group;
  Json targets = targets_of(document);
  for (const Json& one : in["Targets"]) {
    const Json target = with_port(document, one);
    if (auto refused = check_target(call, document, target)) return *refused;
    if (!has_target(targets, target)) targets.push_back(target);
  }
  if (targets.size() > kMostTargets) {
    return ApiError{"TooManyTargets", "A target group has at most 1000 targets"};
  }
  document.properties["Targets"] = std::move(targets);
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> deregister_targets(const Call& call, const Json& in) {
  const auto group = find(call, kTargetGroupType, in["TargetGroupArn"]);
  if (!group) return group.error();
  Document document = **group;
  Json left = Json::array();
  for (const Json& one : targets_of(document)) {
    const bool goes = std::ranges::any_of(in["Targets"], [&](const Json& target) {
      // Without a port: whatever its port is.
      return target.contains("Port") ? same(one, target) : one["Id"] == target["Id"];
    });
    if (!goes) left.push_back(one);
  }
  document.properties["Targets"] = std::move(left);
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> describe_target_health(const Call& call, const Json& in) {
  const auto group = find(call, kTargetGroupType, in["TargetGroupArn"]);
  if (!group) return group.error();
  Json described = Json::array();
  for (const Json& one : in.value("Targets", targets_of(**group))) {
    described.push_back(described_health(call, **group, with_port(**group, one)));
  }
  return Json{{"TargetHealthDescriptions", std::move(described)}};
}

}  // namespace hoplab::awsapi::elbv2
