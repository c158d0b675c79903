// Attributes of load balancers, listeners and target groups. Terraform goes by the texts of
// refusals (aws-api.md 4).
#include <algorithm>

#include "awsapi/elbv2/attribute_table.h"
#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/load_balancer_parts.h"

namespace hoplab::awsapi::elbv2 {

namespace {

struct AttributeWords {
  std::string_view type;
  const char* arn;       // the member that names the resource
  const char* property;  // where a template has them
  const char* what;
};

constexpr AttributeWords kBalancerWords{kLoadBalancerType, "LoadBalancerArn",
                                        "LoadBalancerAttributes", "Load balancer"};
constexpr AttributeWords kListenerWords{kListenerType, "ListenerArn", "ListenerAttributes",
                                        "Listener"};
constexpr AttributeWords kGroupWords{kTargetGroupType, "TargetGroupArn", "TargetGroupAttributes",
                                     "Target group"};

Whose whose(const Call& call, const Document& document) {
  if (document.type == kTargetGroupType) {
    const std::string protocol = text_of(document.properties, "Protocol");
    if (protocol.empty()) return Whose::lambda;
    return protocol.starts_with("HTTP") ? Whose::application : Whose::network;
  }
  const Document* balancer = &document;
  if (document.type == kListenerType) {
    balancer = call.plane.find(text_of(document.properties, "LoadBalancerArn"), kLoadBalancerType);
  }
  return balancer && is_application(*balancer) ? Whose::application : Whose::network;
}

bool fits(const Attribute& attribute, std::string_view type, Whose owner) {
  if (attribute.type != type) return false;
  if (owner == Whose::lambda) return attribute.whose == Whose::lambda;
  return attribute.whose == Whose::all || attribute.whose == owner;
}

/// By key, as they have been set.
std::map<std::string, std::string> set_ones(const Document& document, const AttributeWords& words) {
  std::map<std::string, std::string> values;
  for (const Json& one : document.properties.value(words.property, Json::array())) {
    values[text_of(one, "Key")] = text_of(one, "Value");
  }
  return values;
}

/// Defaults that depend on more than the type.
std::string preset_of(const Attribute& attribute, const Document& document) {
  const bool internal = text_of(document.properties, "Scheme") == "internal";
  if (attribute.key == "ipv6.deny_all_igw_traffic" && internal) return "true";
  const std::string protocol = text_of(document.properties, "Protocol");
  const bool by_address = text_of(document.properties, "TargetType") == "ip" &&
                          (protocol == "TCP" || protocol == "TLS");
  if (attribute.key == "preserve_client_ip.enabled" && by_address) return "false";
  return std::string(attribute.preset);
}

Json described_attributes(const Call& call, const Document& document, const AttributeWords& words) {
  const auto values = set_ones(document, words);
  const Whose owner = whose(call, document);
  Json list = Json::array();
  for (const Attribute& one : attributes()) {
    if (!fits(one, words.type, owner)) continue;
    const auto found = values.find(std::string(one.key));
    if (found == values.end() && one.preset == "-") continue;
    const std::string value = found == values.end() ? preset_of(one, document) : found->second;
    list.push_back({{"Key", one.key}, {"Value", value}});
  }
  return {{"Attributes", std::move(list)}};
}

Refusal check_attribute(const AttributeWords& words, Whose owner, const std::string& key,
                        const std::string& value) {
  const std::string begin = std::string(words.what) + " attribute key '" + key + "' is not ";
  const auto table = attributes();
  const auto* const known = std::ranges::find_if(
      table, [&](const Attribute& one) { return one.type == words.type && one.key == key; });
  if (known == table.end()) return validation_error(begin + "recognized");
  const auto* const found = std::ranges::find_if(
      table, [&](const Attribute& one) { return one.key == key && fits(one, words.type, owner); });
  if (found == table.end()) {
    return ApiError{"InvalidConfigurationRequest", begin + "supported on this type"};
  }
  if (is_allowed(*found, value)) return std::nullopt;
  return validation_error(std::string(words.what) + " attribute '" + key + "' cannot be '" + value +
                          "': it takes " + std::string(found->values));
}

ApiResult<Json> describe_attributes(const Call& call, const Json& in, const AttributeWords& words) {
  const auto found = find(call, words.type, in[words.arn]);
  if (!found) return found.error();
  return described_attributes(call, **found, words);
}

ApiResult<Json> modify_attributes(const Call& call, const Json& in, const AttributeWords& words) {
  const auto found = find(call, words.type, in[words.arn]);
  if (!found) return found.error();
  Document document = **found;
  if (text_of(document.properties, "TargetType") == "alb") {  // nlb-privatelink.md 1.2
    return ApiError{"InvalidConfigurationRequest",
                    "The attributes of target groups of type 'alb' cannot be changed"};
  }
  auto values = set_ones(document, words);
  for (const Json& one : in["Attributes"]) {
    const std::string key = text_of(one, "Key"), value = text_of(one, "Value");
    if (auto refused = check_attribute(words, whose(call, document), key, value)) return *refused;
    values[key] = value;
  }
  document.properties[words.property] = tag_list(values);
  const Json answer = described_attributes(call, document, words);
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return answer;
}

}  // namespace

ApiResult<Json> describe_load_balancer_attributes(const Call& call, const Json& in) {
  return describe_attributes(call, in, kBalancerWords);
}
ApiResult<Json> modify_load_balancer_attributes(const Call& call, const Json& in) {
  return modify_attributes(call, in, kBalancerWords);
}
ApiResult<Json> describe_listener_attributes(const Call& call, const Json& in) {
  return describe_attributes(call, in, kListenerWords);
}
ApiResult<Json> modify_listener_attributes(const Call& call, const Json& in) {
  return modify_attributes(call, in, kListenerWords);
}
ApiResult<Json> describe_target_group_attributes(const Call& call, const Json& in) {
  return describe_attributes(call, in, kGroupWords);
}
ApiResult<Json> modify_target_group_attributes(const Call& call, const Json& in) {
  return modify_attributes(call, in, kGroupWords);
}

}  // namespace hoplab::awsapi::elbv2
