// Target groups (alb.md 5.3 and 6.4, nlb-privatelink.md 3.3 and 5.1).
#include "awsapi/elbv2/target_group_parts.h"

#include <algorithm>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/listener_parts.h"
#include "awsapi/elbv2/load_balancer_parts.h"
#include "model/ids.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr const char* kHealthMembers[] = {"HealthCheckProtocol",
                                          "HealthCheckPort",
                                          "HealthCheckEnabled",
                                          "HealthCheckPath",
                                          "HealthCheckIntervalSeconds",
                                          "HealthCheckTimeoutSeconds",
                                          "HealthyThresholdCount",
                                          "UnhealthyThresholdCount",
                                          "Matcher"};

bool is_http(const std::string& protocol) {
  return protocol == "HTTP" || protocol == "HTTPS";
}

/// What AWS fills in, for what answers show; a template has only what was said.
Json with_defaults(Json properties) {
  const std::string type = text_of(properties, "TargetType");
  const std::string protocol = text_of(properties, "Protocol");
  const bool lambda = type == "lambda";
  const bool application = is_http(protocol) || lambda;
  if (is_http(protocol)) properties.emplace("ProtocolVersion", "HTTP1");
  const bool grpc = text_of(properties, "ProtocolVersion") == "GRPC";
  properties.emplace("IpAddressType", "ipv4");
  properties.emplace("HealthCheckEnabled", !lambda);
  properties.emplace("HealthCheckProtocol", type == "alb" || application ? "HTTP" : "TCP");
  if (lambda) properties.erase("HealthCheckProtocol");
  const std::string check = lambda ? "HTTP" : text_of(properties, "HealthCheckProtocol");
  if (!lambda) properties.emplace("HealthCheckPort", "traffic-port");
  properties.emplace("HealthCheckIntervalSeconds", lambda ? 35 : 30);
  const int timeout = lambda ? 30 : application ? 5 : check == "HTTP" ? 6 : 10;
  properties.emplace("HealthCheckTimeoutSeconds", timeout);
  properties.emplace("HealthyThresholdCount", 5);
  properties.emplace("UnhealthyThresholdCount", lambda ? 5 : 2);
  if (is_http(check)) {
    properties.emplace("HealthCheckPath", grpc ? "/AWS.ALB/healthcheck" : "/");
    const Json matcher =
        grpc ? Json{{"GrpcCode", "12"}} : Json{{"HttpCode", application ? "200" : "200-399"}};
    properties.emplace("Matcher", matcher);
  }
  return properties;
}

Json described(const Document& group, const GroupUsers& users) {
  Json made = with_defaults(group.properties);
  made["TargetGroupArn"] = group.id;
  made["TargetGroupName"] = group.properties["Name"];
  const auto found = users.find(group.id);
  made["LoadBalancerArns"] = found == users.end() ? Json::array() : Json(found->second);
  return made;
}

Json describe_target_group(const Call& call, const Document& group) {
  return described(group, users_of_groups(call));
}

Refusal check_vpc(const Call& call, const std::string& vpc) {
  if (vpc.empty()) return validation_error("A VPC ID must be specified");
  if (call.plane.find(vpc, kVpcType)) return std::nullopt;
  return validation_error("The VPC ID '" + vpc + "' is not found");
}

Refusal check_new_group(const Call& call, const Json& properties) {
  const std::string type = text_of(properties, "TargetType");
  const std::string protocol = text_of(properties, "Protocol");
  if (type == "lambda") {
    for (const char* const member : {"Protocol", "Port", "VpcId"}) {
      if (properties.contains(member)) {
        return validation_error(std::string(member) + " cannot be specified for lambda targets");
      }
    }
    return std::nullopt;
  }
  if (protocol.empty()) return validation_error("A protocol must be specified");
  if (!properties.contains("Port")) return validation_error("A port must be specified");
  if (type == "alb" && protocol != "TCP") {
    return validation_error("Protocol must be TCP for target type 'alb'");
  }
  const std::string version = text_of(properties, "ProtocolVersion");
  const bool known = version == "HTTP1" || version == "HTTP2" || version == "GRPC";
  if (!version.empty() && (!is_http(protocol) || !known)) {
    return validation_error("Protocol version '" + version +
                            "' must be one of 'HTTP1, HTTP2, GRPC' and is for HTTP and HTTPS only");
  }
  return check_vpc(call, text_of(properties, "VpcId"));
}

Refusal check_health(const Json& properties) {
  const Json filled = with_defaults(properties);
  if (filled["HealthCheckTimeoutSeconds"] > filled["HealthCheckIntervalSeconds"]) {
    return validation_error("Health check interval must be greater than the timeout");
  }
  const bool http = is_http(text_of(filled, "HealthCheckProtocol")) ||
                    text_of(properties, "TargetType") == "lambda";
  if (!http && (properties.contains("Matcher") || properties.contains("HealthCheckPath"))) {
    return ApiError{"InvalidConfigurationRequest",
                    "Matcher and HealthCheckPath are for health checks over HTTP and HTTPS only"};
  }
  return std::nullopt;
}

/// What makes one group the same as another of its name.
Json settings_of(const Document& group) {
  Json settings = group.properties;
  settings.erase("Targets");
  settings.erase("TargetGroupAttributes");
  return settings;
}

}  // namespace

GroupUsers users_of_groups(const Call& call) {
  GroupUsers users;
  const auto add = [&](const Document& listener, const Json& actions) {
    for (const std::string& group : groups_of(actions)) {
      users[group].insert(text_of(listener.properties, "LoadBalancerArn"));
    }
  };
  for (const Document* one : call.plane.all(kListenerType)) {
    add(*one, one->properties["DefaultActions"]);
  }
  for (const Document* rule : call.plane.all(kRuleType)) {
    const std::string arn = text_of(rule->properties, "ListenerArn");
    if (const Document* const one = call.plane.find(arn, kListenerType)) {
      add(*one, rule->properties["Actions"]);
    }
  }
  return users;
}

std::vector<std::string> load_balancers_of(const Call& call, const std::string& group) {
  const GroupUsers users = users_of_groups(call);
  const auto found = users.find(group);
  if (found == users.end()) return {};
  return {found->second.begin(), found->second.end()};
}

ApiResult<Json> create_target_group(const Call& call, const Json& in) {
  const std::string name = in["Name"];
  if (auto refused = check_name("target group", name)) return *refused;
  Document document = call.plane.made("", kTargetGroupType, call.caller);
  document.properties = in;
  document.properties.erase("Tags");
  document.properties.emplace("TargetType", "instance");
  if (auto refused = check_new_group(call, document.properties)) return *refused;
  if (auto refused = check_health(document.properties)) return *refused;
  if (auto refused = take_tags(in, document)) return *refused;
  for (const Document* one : call.plane.all(kTargetGroupType, call.caller)) {
    if (one->properties["Name"] != name) continue;
    if (settings_of(*one) == document.properties) {
      return Json{{"TargetGroups", Json::array({describe_target_group(call, *one)})}};
    }
    return ApiError{"DuplicateTargetGroupName", "A target group with the same name '" + name +
                                                    "' exists, but with different settings"};
  }
  const std::string logged = model::target_group_arn(call.caller.region, name);
  document.id = arn_of(call, logged.substr(logged.rfind(':') + 1));
  document.attributes["TargetGroupArn"] = document.id;
  return put_and_describe(call, std::move(document), "TargetGroups", describe_target_group);
}

ApiResult<Json> modify_target_group(const Call& call, const Json& in) {
  const auto group = find(call, kTargetGroupType, in["TargetGroupArn"]);
  if (!group) return group.error();
  Document document = **group;
  for (const char* const member : kHealthMembers) {
    if (in.contains(member)) document.properties[member] = in[member];
  }
  if (auto refused = check_health(document.properties)) return *refused;
  return put_and_describe(call, std::move(document), "TargetGroups", describe_target_group);
}

ApiResult<Json> delete_target_group(const Call& call, const Json& in) {
  const std::string arn = in["TargetGroupArn"];
  if (!call.plane.find(arn, kTargetGroupType)) return Json::object();  // no error (aws-api.md 4)
  if (!load_balancers_of(call, arn).empty()) {
    return ApiError{"ResourceInUse",
                    "Target group '" + arn + "' is currently in use by a listener or a rule"};
  }
  if (auto refused = call.plane.remove(arn)) return *refused;
  return Json::object();
}

ApiResult<Json> describe_target_groups(const Call& call, const Json& in) {
  const auto chosen = choose(call, kTargetGroupType, in, "TargetGroupArns");
  if (!chosen) return chosen.error();
  const std::string balancer = text_of(in, "LoadBalancerArn");
  if (!balancer.empty()) {
    if (auto found = find(call, kLoadBalancerType, balancer); !found) return found.error();
  }
  GroupUsers users = users_of_groups(call);
  std::vector<Json> items;
  for (const Document* one : *chosen) {
    if (!balancer.empty() && !users[one->id].contains(balancer)) continue;
    items.push_back(described(*one, users));
  }
  return paged(in, "TargetGroups", std::move(items));
}

}  // namespace hoplab::awsapi::elbv2
