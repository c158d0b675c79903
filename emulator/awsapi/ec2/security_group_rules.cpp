// Rules of security groups, each a document of its own, as templates have them beside a group.
#include <algorithm>

#include "awsapi/ec2/handlers.h"
#include "awsapi/ec2/security_group_parts.h"
#include "base/address_range.h"

namespace hoplab::awsapi::ec2 {

namespace {

std::string_view type_of(bool egress) {
  return egress ? kEgressType : kIngressType;
}

struct Peer {
  const char* list;      // in a permission
  const char* member;    // of its items
  const char* property;  // of a template, inwards
  const char* outwards;
  const char* described;  // of DescribeSecurityGroupRules; null: ReferencedGroupInfo
};

constexpr Peer kPeers[] = {
    {"IpRanges", "CidrIp", "CidrIp", "CidrIp", "CidrIpv4"},
    {"Ipv6Ranges", "CidrIpv6", "CidrIpv6", "CidrIpv6", "CidrIpv6"},
    {"PrefixListIds", "PrefixListId", "SourcePrefixListId", "DestinationPrefixListId",
     "PrefixListId"},
    {"UserIdGroupPairs", "GroupId", "SourceSecurityGroupId", "DestinationSecurityGroupId", nullptr},
};

/// The ports and protocol of a permission or a rule; all protocols have no ports, whatever is sent.
Json ports_of(const Json& from) {
  Json ports{{"IpProtocol", from.value("IpProtocol", "-1")}};
  if (ports["IpProtocol"] == "-1") return ports;
  for (const char* const member : {"FromPort", "ToPort"}) {
    if (from.contains(member)) ports[member] = from[member];
  }
  return ports;
}

/// The properties of the rules that a request says, in either of its two forms.
ApiResult<std::vector<Json>> asked(const Json& in, const std::string& group, bool egress) {
  Json permissions = in.value("IpPermissions", Json::array());
  if (in.contains("IpProtocol")) {
    Json one = ports_of(in);
    one["IpRanges"] = Json::array({{{"CidrIp", text_of(in, "CidrIp")}}});
    permissions.push_back(std::move(one));
  }
  std::vector<Json> rules;
  for (const Json& permission : permissions) {
    for (const Peer& peer : kPeers) {
      for (const Json& from : permission.value(peer.list, Json::array())) {
        const std::string value = text_of(from, peer.member);
        const bool range = peer.described && std::string_view(peer.member).starts_with("Cidr");
        if (range && !parse_range(value)) {
          return ApiError{"InvalidParameterValue", "CIDR block " + value + " is malformed"};
        }
        Json rule = ports_of(permission);
        rule["GroupId"] = group;
        rule[egress ? peer.outwards : peer.property] = value;
        if (from.contains("Description")) rule["Description"] = from["Description"];
        rules.push_back(std::move(rule));
      }
    }
  }
  return rules;
}

bool same_rule(Json a, Json b) {
  a.erase("Description");
  b.erase("Description");
  return a == b;
}

Json described_rule(const Call&, const Document& rule) {
  const bool egress = rule.type == kEgressType;
  Json made = ports_of(rule.properties);
  made.emplace("FromPort", -1);
  made.emplace("ToPort", -1);
  made["SecurityGroupRuleId"] = rule.id;
  made["GroupId"] = rule.properties["GroupId"];
  made["GroupOwnerId"] = rule.account;
  made["IsEgress"] = egress;
  made["SecurityGroupRuleArn"] =
      "arn:aws:ec2:" + rule.region + ":" + rule.account + ":security-group-rule/" + rule.id;
  made["Tags"] = tag_list(rule.tags);
  for (const Peer& peer : kPeers) {
    const std::string value = text_of(rule.properties, egress ? peer.outwards : peer.property);
    if (value.empty()) continue;
    if (peer.described) {
      made[peer.described] = value;
    } else {
      made["ReferencedGroupInfo"] = {{"GroupId", value}, {"UserId", rule.account}};
      made["ReferencedGroupId"] = value;  // of revoked ones
    }
  }
  if (rule.properties.contains("Description")) {
    made["Description"] = rule.properties["Description"];
  }
  return made;
}

ApiResult<Json> authorize(const Call& call, const Json& in, bool egress) {
  const auto group = find(call, kGroupType, text_of(in, "GroupId"));
  if (!group) return group.error();
  const auto rules = asked(in, (*group)->id, egress);
  if (!rules) return rules.error();
  const auto present = rules_of(call, (*group)->id, egress);
  Change change;
  Json described = Json::array();
  for (const Json& properties : *rules) {
    const bool there = std::ranges::any_of(
        present, [&](const Document* one) { return same_rule(one->properties, properties); });
    if (there) {
      return ApiError{"InvalidPermission.Duplicate",
                      "the specified rule " + properties.dump() + " already exists"};
    }
    auto rule = made(call, new_id(call, "sgr-", properties.dump()), type_of(egress), in);
    if (!rule) return rule.error();
    rule->properties = properties;
    described.push_back(described_rule(call, *rule));
    change.put.push_back(std::move(*rule));
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json{{"Return", true}, {"SecurityGroupRules", std::move(described)}};
}

ApiResult<Json> revoke(const Call& call, const Json& in, bool egress) {
  const auto group = find(call, kGroupType, text_of(in, "GroupId"));
  if (!group) return group.error();
  const auto rules = asked(in, (*group)->id, egress);
  if (!rules) return rules.error();
  const auto ids = texts_of(in, "SecurityGroupRuleIds");
  Change change;
  Json described = Json::array();
  for (const Document* one : rules_of(call, (*group)->id, egress)) {
    const bool named = std::ranges::find(ids, one->id) != ids.end();
    const bool said = std::ranges::any_of(
        *rules, [&](const Json& properties) { return same_rule(one->properties, properties); });
    if (!named && !said) continue;
    described.push_back(described_rule(call, *one));
    change.remove.push_back(one->id);
  }
  if (change.remove.size() < ids.size()) {
    return ApiError{"InvalidSecurityGroupRuleId.NotFound",
                    "A specified security group rule does not exist"};
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json{{"Return", true}, {"RevokedSecurityGroupRules", std::move(described)}};
}

}  // namespace

std::vector<const Document*> rules_of(const Call& call, const std::string& group, bool egress) {
  auto found = call.plane.all(type_of(egress));
  std::erase_if(found, [&](const Document* one) { return one->properties["GroupId"] != group; });
  return found;
}

Document open_egress(const Call& call, const std::string& group) {
  Document rule =
      call.plane.made(new_id(call, "sgr-", group + "/egress"), kEgressType, call.caller);
  rule.properties = {{"GroupId", group}, {"IpProtocol", "-1"}, {"CidrIp", "0.0.0.0/0"}};
  return rule;
}

Json permissions_of(const Call& call, const std::string& group, bool egress) {
  std::map<std::string, Json> together;
  for (const Document* rule : rules_of(call, group, egress)) {
    const Json ports = ports_of(rule->properties);
    Json& permission = together.emplace(ports.dump(), ports).first->second;
    for (const Peer& peer : kPeers) {
      permission.emplace(peer.list, Json::array());
      const std::string value = text_of(rule->properties, egress ? peer.outwards : peer.property);
      if (value.empty()) continue;
      Json item{{peer.member, value}};
      if (!peer.described) item["UserId"] = rule->account;
      if (rule->properties.contains("Description")) {
        item["Description"] = rule->properties["Description"];
      }
      permission[peer.list].push_back(std::move(item));
    }
  }
  Json list = Json::array();
  for (auto& [ports, permission] : together) list.push_back(std::move(permission));
  return list;
}

ApiResult<Json> authorize_security_group_ingress(const Call& call, const Json& in) {
  return authorize(call, in, false);
}
ApiResult<Json> authorize_security_group_egress(const Call& call, const Json& in) {
  return authorize(call, in, true);
}
ApiResult<Json> revoke_security_group_ingress(const Call& call, const Json& in) {
  return revoke(call, in, false);
}
ApiResult<Json> revoke_security_group_egress(const Call& call, const Json& in) {
  return revoke(call, in, true);
}

ApiResult<Json> describe_security_group_rules(const Call& call, const Json& in) {
  const auto ids = texts_of(in, "SecurityGroupRuleIds");
  std::vector<Json> items;
  for (const bool egress : {false, true}) {
    for (const Document* one : call.plane.all(type_of(egress), call.caller)) {
      if (!ids.empty() && std::ranges::find(ids, one->id) == ids.end()) continue;
      items.push_back(described_rule(call, *one));
    }
  }
  if (items.size() < ids.size()) {
    return ApiError{"InvalidSecurityGroupRuleId.NotFound",
                    "A specified security group rule does not exist"};
  }
  return filtered(in, "SecurityGroupRules", std::move(items));
}

}  // namespace hoplab::awsapi::ec2
