// Rules of application load balancers' listeners (alb.md 6.1). The default rule is the listener's
// own default actions under an ARN.
#include <algorithm>
#include <map>
#include <set>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/listener_parts.h"
#include "awsapi/elbv2/load_balancer_parts.h"
#include "base/hash.h"
#include "base/hex.h"

namespace hoplab::awsapi::elbv2 {

namespace {

std::string rule_path(const Document& listener) {
  constexpr std::string_view kMark = ":listener/";
  const std::size_t at = listener.id.find(kMark);
  return "listener-rule/" + listener.id.substr(at + kMark.size()) + "/";
}

std::string default_rule_arn(const Document& listener) {
  std::string id(16, '0');
  put_hex(id.data(), fnv1a(listener.id + "/default"), 16);
  const std::size_t at = listener.id.find(":listener/");
  return listener.id.substr(0, at + 1) + rule_path(listener) + id;
}

/// Whose default rule an ARN names; null: nobody's.
const Document* with_default_rule(const Call& call, const std::string& arn) {
  for (const Document* one : call.plane.all(kListenerType)) {
    if (default_rule_arn(*one) == arn) return one;
  }
  return nullptr;
}

/// Both forms of a condition's values, as answers have them.
Json described_conditions(const Json& conditions) {
  constexpr std::pair<const char*, const char*> kConfigs[] = {
      {"host-header", "HostHeaderConfig"}, {"path-pattern", "PathPatternConfig"}};
  Json described = Json::array();
  for (Json one : conditions) {
    for (const auto& [field, config] : kConfigs) {
      if (one["Field"] != field) continue;
      if (one.contains(config) && one[config].contains("Values")) {
        one["Values"] = one[config]["Values"];
      } else if (one.contains("Values")) {
        one[config]["Values"] = one["Values"];
      }
    }
    described.push_back(std::move(one));
  }
  return described;
}

Json describe_rule(const Call&, const Document& rule) {
  return {{"RuleArn", rule.id},
          {"Priority", rule.properties["Priority"].dump()},
          {"Conditions", described_conditions(rule.properties["Conditions"])},
          {"Actions", described_actions(rule.properties["Actions"])},
          {"Transforms", rule.properties.value("Transforms", Json())},
          {"IsDefault", false}};
}

Json describe_default_rule(const Document& listener) {
  return {{"RuleArn", default_rule_arn(listener)},
          {"Priority", "default"},
          {"Conditions", Json::array()},
          {"Actions", described_actions(listener.properties["DefaultActions"])},
          {"IsDefault", true}};
}

ApiError is_default_rule(const std::string& arn, const std::string& what) {
  return {"OperationNotPermitted", "Default rule '" + arn + "' cannot be " + what};
}

ApiError priority_in_use(std::int64_t priority) {
  return {"PriorityInUse", "Priority '" + std::to_string(priority) + "' is currently in use"};
}

Refusal check_conditions(const Json& conditions) {
  if (conditions.empty()) return validation_error("A rule must have at least one condition");
  for (const Json& one : conditions) {
    if (text_of(one, "Field").empty()) return validation_error("A condition must have a Field");
  }
  return std::nullopt;
}

/// The rule that may be changed.
ApiResult<const Document*> own_rule(const Call& call, const std::string& arn, const char* what) {
  if (with_default_rule(call, arn)) return is_default_rule(arn, what);
  return find(call, kRuleType, arn);
}

/// By priority, the default one at the end.
std::vector<Json> all_rules(const Call& call, const Document& listener) {
  std::vector<const Document*> rules = rules_of(call, listener.id);
  std::ranges::sort(rules, {}, [](const Document* one) {
    return one->properties["Priority"].get<std::int64_t>();
  });
  std::vector<Json> items;
  for (const Document* one : rules) items.push_back(describe_rule(call, *one));
  items.push_back(describe_default_rule(listener));
  return items;
}

}  // namespace

std::vector<const Document*> rules_of(const Call& call, const std::string& listener) {
  std::vector<const Document*> found = call.plane.all(kRuleType);
  std::erase_if(found,
                [&](const Document* one) { return one->properties["ListenerArn"] != listener; });
  return found;
}

ApiResult<Json> create_rule(const Call& call, const Json& in) {
  const auto listener = find(call, kListenerType, in["ListenerArn"]);
  if (!listener) return listener.error();
  const auto balancer = find(call, kLoadBalancerType, (*listener)->properties["LoadBalancerArn"]);
  if (!balancer) return balancer.error();
  if (!is_application(**balancer)) {
    return ApiError{"UnsupportedProtocol", "Listeners of network load balancers have no rules"};
  }
  for (const Document* one : rules_of(call, (*listener)->id)) {
    if (one->properties["Priority"] == in["Priority"]) return priority_in_use(in["Priority"]);
  }
  if (auto refused = check_conditions(in["Conditions"])) return *refused;
  if (auto refused = check_actions(call, **balancer, in["Actions"])) return *refused;
  const std::string path = rule_path(**listener);
  Document document =
      call.plane.made(arn_of(call, path + call.plane.new_id(path, 16)), kRuleType, call.caller);
  document.properties = in;
  document.properties.erase("Tags");
  document.attributes = {{"RuleArn", document.id}, {"IsDefault", false}};
  if (auto refused = take_tags(in, document)) return *refused;
  return put_and_describe(call, std::move(document), "Rules", describe_rule);
}

ApiResult<Json> modify_rule(const Call& call, const Json& in) {
  const auto rule = own_rule(call, in["RuleArn"], "modified");
  if (!rule) return rule.error();
  Document document = **rule;
  for (const char* const member : {"Conditions", "Actions", "Transforms"}) {
    if (in.contains(member)) document.properties[member] = in[member];
  }
  if (in.value("ResetTransforms", false)) document.properties.erase("Transforms");
  const auto listener = find(call, kListenerType, document.properties["ListenerArn"]);
  if (!listener) return listener.error();
  const auto balancer = find(call, kLoadBalancerType, (*listener)->properties["LoadBalancerArn"]);
  if (!balancer) return balancer.error();
  if (auto refused = check_conditions(document.properties["Conditions"])) return *refused;
  if (auto refused = check_actions(call, **balancer, document.properties["Actions"])) {
    return *refused;
  }
  return put_and_describe(call, std::move(document), "Rules", describe_rule);
}

ApiResult<Json> delete_rule(const Call& call, const Json& in) {
  const auto rule = own_rule(call, in["RuleArn"], "deleted");
  if (!rule) return rule.error();
  if (auto refused = call.plane.remove((*rule)->id)) return *refused;
  return Json::object();
}

ApiResult<Json> describe_rules(const Call& call, const Json& in) {
  const std::string listener = text_of(in, "ListenerArn");
  if (listener.empty() == !in.contains("RuleArns")) {
    return validation_error("You must specify either a listener ARN or rule ARNs");
  }
  if (!listener.empty()) {
    const auto found = find(call, kListenerType, listener);
    if (!found) return found.error();
    return paged(in, "Rules", all_rules(call, **found));
  }
  std::vector<Json> items;
  for (const std::string& arn : texts_of(in, "RuleArns")) {
    if (const Document* const owner = with_default_rule(call, arn)) {
      items.push_back(describe_default_rule(*owner));
      continue;
    }
    const auto rule = find(call, kRuleType, arn);
    if (!rule) return rule.error();
    items.push_back(describe_rule(call, **rule));
  }
  return paged(in, "Rules", std::move(items));
}

ApiResult<Json> set_rule_priorities(const Call& call, const Json& in) {
  std::map<std::string, std::int64_t> wanted;
  for (const Json& pair : in["RulePriorities"]) {
    const std::string arn = text_of(pair, "RuleArn");
    const auto rule = own_rule(call, arn, "given a priority");
    if (!rule) return rule.error();
    if (!pair.contains("Priority")) return validation_error("A priority must be specified");
    wanted[arn] = pair["Priority"].get<std::int64_t>();
  }
  Change change;
  std::set<std::pair<std::string, std::int64_t>> taken;
  Json described = Json::array();
  for (const Document* one : call.plane.all(kRuleType)) {
    Document rule = *one;
    const auto change_of = wanted.find(rule.id);
    if (change_of != wanted.end()) rule.properties["Priority"] = change_of->second;
    const std::int64_t priority = rule.properties["Priority"];
    if (!taken.emplace(rule.properties["ListenerArn"], priority).second) {
      return priority_in_use(priority);
    }
    if (change_of == wanted.end()) continue;
    described.push_back(describe_rule(call, rule));
    change.put.push_back(std::move(rule));
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json{{"Rules", std::move(described)}};
}

}  // namespace hoplab::awsapi::elbv2
