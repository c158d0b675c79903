// Security groups. A new one lets everything out and nothing in.
#include <algorithm>

#include "awsapi/ec2/handlers.h"
#include "awsapi/ec2/security_group_parts.h"

namespace hoplab::awsapi::ec2 {

namespace {

std::string arn_of_group(const Document& group) {
  return "arn:aws:ec2:" + group.region + ":" + group.account + ":security-group/" + group.id;
}

Json describe_group(const Call& call, const Document& group) {
  return {{"GroupId", group.id},
          {"GroupName", group.properties["GroupName"]},
          {"Description", group.properties["GroupDescription"]},
          {"VpcId", group.properties["VpcId"]},
          {"OwnerId", group.account},
          {"SecurityGroupArn", arn_of_group(group)},
          {"IpPermissions", permissions_of(call, group.id, false)},
          {"IpPermissionsEgress", permissions_of(call, group.id, true)},
          {"Tags", tag_list(group.tags)}};
}

Refusal check_new_group(const Call& call, const Json& in) {
  const std::string name = in["GroupName"], vpc = text_of(in, "VpcId");
  if (auto found = find(call, kVpcType, vpc); !found) return found.error();
  if (name == "default" || name.starts_with("sg-")) {
    return ApiError{"InvalidParameterValue",
                    "Value (" + name +
                        ") for parameter GroupName is invalid. Group name is "
                        "reserved."};
  }
  for (const Document* one : call.plane.all(kGroupType)) {
    if (one->properties["VpcId"] == vpc && one->properties["GroupName"] == name) {
      return ApiError{"InvalidGroup.Duplicate",
                      "The security group '" + name + "' already exists for VPC '" + vpc + "'"};
    }
  }
  return std::nullopt;
}

/// Endpoints and load balancers that have the group.
bool is_in_use(const Call& call, const std::string& group) {
  const auto has = [&](std::string_view type, const char* member) {
    const auto all = call.plane.all(type);
    return std::ranges::any_of(all, [&](const Document* one) {
      const auto ids = texts_of(one->properties, member);
      return std::ranges::find(ids, group) != ids.end();
    });
  };
  return has(kEndpointType, "SecurityGroupIds") ||
         has("AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups");
}

}  // namespace

std::vector<Document> default_group(const Call& call, const std::string& vpc) {
  Document group = call.plane.made(new_id(call, "sg-", vpc + "/default"), kGroupType, call.caller);
  group.properties = {
      {"GroupName", "default"}, {"GroupDescription", "default VPC security group"}, {"VpcId", vpc}};
  Document within =
      call.plane.made(new_id(call, "sgr-", group.id + "/default"), kIngressType, call.caller);
  within.properties = {
      {"GroupId", group.id}, {"IpProtocol", "-1"}, {"SourceSecurityGroupId", group.id}};
  Document out = open_egress(call, group.id);
  return {std::move(group), std::move(within), std::move(out)};
}

void remove_group(const Call& call, const std::string& group, Change& change) {
  for (const bool egress : {false, true}) {
    for (const Document* rule : rules_of(call, group, egress)) change.remove.push_back(rule->id);
  }
  change.remove.push_back(group);
}

ApiResult<Json> create_security_group(const Call& call, const Json& in) {
  if (auto refused = check_new_group(call, in)) return *refused;
  const std::string name = in["GroupName"], vpc = text_of(in, "VpcId");
  auto group = made(call, new_id(call, "sg-", vpc + "/" + name), kGroupType, in);
  if (!group) return group.error();
  group->properties = {
      {"GroupName", name}, {"GroupDescription", in["Description"]}, {"VpcId", vpc}};
  Json answer{{"GroupId", group->id},
              {"SecurityGroupArn", arn_of_group(*group)},
              {"Tags", tag_list(group->tags)}};
  Change change;
  change.put = {std::move(*group), open_egress(call, answer["GroupId"])};
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return answer;
}

ApiResult<Json> describe_security_groups(const Call& call, const Json& in) {
  auto described = describe(call, in, kGroupType, "GroupIds", "SecurityGroups", describe_group);
  const auto names = texts_of(in, "GroupNames");
  if (!described || names.empty()) return described;
  Json left = Json::array();
  for (Json& one : (*described)["SecurityGroups"]) {
    const std::string name = one["GroupName"];
    if (std::ranges::find(names, name) != names.end()) left.push_back(std::move(one));
  }
  return Json{{"SecurityGroups", std::move(left)}};
}

ApiResult<Json> delete_security_group(const Call& call, const Json& in) {
  const auto group = find(call, kGroupType, text_of(in, "GroupId"));
  if (!group) return group.error();
  const std::string id = (*group)->id;
  if ((*group)->properties["GroupName"] == "default") {
    return ApiError{"CannotDelete", "the specified group: '" + id +
                                        "' name: 'default' cannot be deleted by a user"};
  }
  if (is_in_use(call, id)) {
    return ApiError{"DependencyViolation", "resource " + id + " has a dependent object"};
  }
  Change change;
  remove_group(call, id, change);
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json{{"Return", true}, {"GroupId", id}};
}

}  // namespace hoplab::awsapi::ec2
