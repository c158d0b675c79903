// Actions of listeners and rules (alb.md 6.1).
#include <algorithm>

#include "awsapi/elbv2/listener_parts.h"
#include "awsapi/elbv2/load_balancer_parts.h"
#include "awsapi/elbv2/target_group_parts.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr std::size_t kMostGroups = 5;  // that one action forwards to

/// Those that end an exchange; the others come before one of them.
bool is_last(const std::string& type) {
  return type == "forward" || type == "redirect" || type == "fixed-response";
}

const char* config_of(const std::string& type) {
  if (type == "redirect") return "RedirectConfig";
  if (type == "fixed-response") return "FixedResponseConfig";
  if (type == "authenticate-oidc") return "AuthenticateOidcConfig";
  if (type == "authenticate-cognito") return "AuthenticateCognitoConfig";
  return "JwtValidationConfig";
}

std::vector<std::string> groups_of_action(const Json& action) {
  std::vector<std::string> groups;
  if (const auto config = action.find("ForwardConfig"); config != action.end()) {
    if (const auto all = config->find("TargetGroups"); all != config->end()) {
      for (const Json& one : *all) groups.push_back(text_of(one, "TargetGroupArn"));
    }
  }
  if (groups.empty() && action.contains("TargetGroupArn")) {
    groups.push_back(text_of(action, "TargetGroupArn"));
  }
  return groups;
}

/// A load balancer other than `balancer` that forwards to the group already.
bool serves_another(const Call& call, const Document& group, const std::string& balancer) {
  const auto users = load_balancers_of(call, group.id);
  return std::ranges::any_of(users, [&](const std::string& one) { return one != balancer; });
}

Refusal check_forwarded_group(const Call& call, const Document& balancer, const std::string& arn) {
  const auto group = find(call, kTargetGroupType, arn);
  if (!group) return group.error();
  const std::string protocol = text_of((*group)->properties, "Protocol");
  const bool http = protocol == "HTTP" || protocol == "HTTPS" || protocol.empty();
  if (http != is_application(balancer)) {
    return ApiError{"IncompatibleProtocols", "The target group with ARN '" + arn +
                                                 "' has a protocol, " + protocol +
                                                 ", that does not fit the load balancer"};
  }
  if (serves_another(call, **group, balancer.id)) {
    return ApiError{"TargetGroupAssociationLimit",
                    "The following target groups cannot be associated with more than one load "
                    "balancer: " +
                        arn};
  }
  return std::nullopt;
}

Refusal check_forward(const Call& call, const Document& balancer, const Json& action) {
  const std::vector<std::string> groups = groups_of_action(action);
  if (groups.empty())
    return validation_error("A target group must be specified for a forward action");
  if (groups.size() > kMostGroups) {
    return ApiError{"TooManyUniqueTargetGroupsPerLoadBalancer",
                    "A forward action has at most 5 target groups"};
  }
  if (action.contains("TargetGroupArn") && action.contains("ForwardConfig") &&
      (groups.size() > 1 || groups.front() != text_of(action, "TargetGroupArn"))) {
    return validation_error(
        "You cannot specify both a target group ARN and a forward configuration with other "
        "target groups");
  }
  for (const std::string& arn : groups) {
    if (auto refused = check_forwarded_group(call, balancer, arn)) return refused;
  }
  return std::nullopt;
}

Json described_forward(Json action) {
  const std::vector<std::string> groups = groups_of_action(action);
  Json& config = action["ForwardConfig"];
  if (!config.is_object()) config = Json::object();
  if (!config.contains("TargetGroups")) {
    config["TargetGroups"] = Json::array({{{"TargetGroupArn", groups.front()}}});
  }
  for (Json& one : config["TargetGroups"]) one.emplace("Weight", 1);
  config.emplace("TargetGroupStickinessConfig", Json{{"Enabled", false}});
  if (groups.size() == 1) action["TargetGroupArn"] = groups.front();
  return action;
}

}  // namespace

std::vector<std::string> groups_of(const Json& actions) {
  std::vector<std::string> all;
  for (const Json& action : actions) {
    const auto groups = groups_of_action(action);
    all.insert(all.end(), groups.begin(), groups.end());
  }
  return all;
}

Refusal check_actions(const Call& call, const Document& balancer, const Json& actions) {
  std::size_t last = 0;
  for (const Json& action : actions) {
    const std::string type = action["Type"];
    if (!is_application(balancer) && type != "forward") {
      return ApiError{"InvalidLoadBalancerAction",
                      "Listeners of network load balancers have actions of type 'forward' only"};
    }
    last += is_last(type) ? 1 : 0;
    if (type == "forward") {
      if (auto refused = check_forward(call, balancer, action)) return refused;
    } else if (!action.contains(config_of(type))) {
      return validation_error("An action of type '" + type + "' must have a " + config_of(type));
    }
  }
  if (last != 1) {
    return ApiError{"InvalidLoadBalancerAction",
                    "There must be exactly one action of type forward, redirect or fixed-response"};
  }
  return std::nullopt;
}

Json described_actions(const Json& actions) {
  constexpr std::pair<const char*, const char*> kRedirect[] = {{"Protocol", "#{protocol}"},
                                                               {"Port", "#{port}"},
                                                               {"Host", "#{host}"},
                                                               {"Path", "/#{path}"},
                                                               {"Query", "#{query}"}};
  Json described = Json::array();
  for (Json action : actions) {
    if (action["Type"] == "forward") action = described_forward(std::move(action));
    if (action.contains("RedirectConfig")) {
      for (const auto& [member, value] : kRedirect) {
        action["RedirectConfig"].emplace(member, value);
      }
    }
    if (action.contains("AuthenticateOidcConfig")) {
      action["AuthenticateOidcConfig"].erase("ClientSecret");
    }
    described.push_back(std::move(action));
  }
  return described;
}

}  // namespace hoplab::awsapi::elbv2
