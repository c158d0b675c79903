// VPCs and subnets, and what each VPC has without anybody's doing: a default security group, a
// network ACL, a main route table (aws-api.md 6).
#include <algorithm>

#include "awsapi/ec2/handlers.h"
#include "awsapi/ec2/resources.h"
#include "awsapi/ec2/security_group_parts.h"
#include "base/address_range.h"

namespace hoplab::awsapi::ec2 {

namespace {

struct VpcAttribute {
  const char* name;      // of DescribeVpcAttribute
  const char* member;    // of ModifyVpcAttribute
  const char* property;  // of a template
  bool preset;
};

constexpr VpcAttribute kAttributes[] = {
    {"enableDnsSupport", "EnableDnsSupport", "EnableDnsSupport", true},
    {"enableDnsHostnames", "EnableDnsHostnames", "EnableDnsHostnames", false},
    {"enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics",
     "EnableNetworkAddressUsageMetrics", false},
};

Json describe_vpc(const Call&, const Document& vpc) {
  const Json& block = vpc.properties["CidrBlock"];
  const std::string association = "vpc-cidr-assoc-" + vpc.id.substr(4);
  return {
      {"VpcId", vpc.id},
      {"State", "available"},
      {"CidrBlock", block},
      {"DhcpOptionsId", "default"},
      {"OwnerId", vpc.account},
      {"InstanceTenancy", "default"},
      {"IsDefault", false},
      {"CidrBlockAssociationSet", Json::array({{{"AssociationId", association},
                                                {"CidrBlock", block},
                                                {"CidrBlockState", {{"State", "associated"}}}}})},
      {"Tags", tag_list(vpc.tags)}};
}

Json describe_subnet(const Call&, const Document& subnet) {
  const std::string zone = text_of(subnet.properties, "AvailabilityZone");
  const auto range = parse_range(text_of(subnet.properties, "CidrBlock"));
  const int bits = range ? 128 - range.value().prefix_bits : 8;
  return {
      {"SubnetId", subnet.id},
      {"SubnetArn", "arn:aws:ec2:" + subnet.region + ":" + subnet.account + ":subnet/" + subnet.id},
      {"State", "available"},
      {"VpcId", subnet.properties["VpcId"]},
      {"CidrBlock", subnet.properties["CidrBlock"]},
      {"AvailableIpAddressCount", (std::int64_t{1} << std::min(bits, 32)) - 5},
      {"AvailabilityZone", zone},
      {"AvailabilityZoneId", zone_id(zone)},
      {"DefaultForAz", false},
      {"MapPublicIpOnLaunch", subnet.properties.value("MapPublicIpOnLaunch", false)},
      {"OwnerId", subnet.account},
      {"Tags", tag_list(subnet.tags)}};
}

/// Those of `type` that are in a VPC.
bool holds(const Call& call, const std::string& vpc, std::string_view type,
           const std::string& but = {}) {
  const auto all = call.plane.all(type);
  return std::ranges::any_of(all, [&](const Document* one) {
    return text_of(one->properties, "VpcId") == vpc && one->id != but;
  });
}

ApiError dependency(const std::string& what, const std::string& id) {
  return {"DependencyViolation",
          "The " + what + " '" + id + "' has dependencies and cannot be deleted."};
}

ApiResult<AddressRange> block_of(const Json& in) {
  const std::string text = text_of(in, "CidrBlock");
  const auto range = parse_range(text);
  const int bits = range ? range.value().prefix_bits - 96 : 0;
  if (!range || bits < 16 || bits > 28) {
    return ApiError{"InvalidParameterValue",
                    "Value (" + text +
                        ") for parameter cidrBlock is invalid. This is not a valid "
                        "CIDR block of /16 to /28."};
  }
  return range.value();
}

/// The zone that is asked for by name, by id, or not at all. Those of an app that was synthesized
/// without its Region ("dummy1a") are mapped by their last letter (iac.md 6).
ApiResult<std::string> zone_of(const Call& call, const Json& in) {
  const auto zones = zones_of(call);
  std::string wanted = text_of(in, "AvailabilityZone");
  if (wanted.starts_with("dummy")) wanted = call.caller.region + wanted.back();
  for (const std::string& zone : zones) {
    if (zone == wanted || zone_id(zone) == text_of(in, "AvailabilityZoneId")) return zone;
  }
  if (wanted.empty() && !in.contains("AvailabilityZoneId")) return zones.front();
  return ApiError{"InvalidParameterValue",
                  "Value (" + wanted + ") for parameter availabilityZone is invalid."};
}

}  // namespace

ApiResult<Json> create_vpc(const Call& call, const Json& in) {
  if (auto block = block_of(in); !block) return block.error();
  auto vpc = made(call, new_id(call, "vpc-", text_of(in, "CidrBlock")), kVpcType, in);
  if (!vpc) return vpc.error();
  vpc->properties["CidrBlock"] = in["CidrBlock"];
  Change change;
  change.put = default_group(call, vpc->id);
  vpc->attributes["DefaultSecurityGroup"] = change.put.front().id;
  const Json answer{{"Vpc", describe_vpc(call, *vpc)}};
  change.put.push_back(std::move(*vpc));
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return answer;
}

ApiResult<Json> describe_vpcs(const Call& call, const Json& in) {
  return describe(call, in, kVpcType, "VpcIds", "Vpcs", describe_vpc);
}

ApiResult<Json> delete_vpc(const Call& call, const Json& in) {
  const auto vpc = find(call, kVpcType, in["VpcId"]);
  if (!vpc) return vpc.error();
  const std::string group = text_of((*vpc)->attributes, "DefaultSecurityGroup");
  if (holds(call, (*vpc)->id, kSubnetType) || holds(call, (*vpc)->id, kEndpointType) ||
      holds(call, (*vpc)->id, kGroupType, group)) {
    return dependency("vpc", (*vpc)->id);
  }
  Change change;
  remove_group(call, group, change);
  change.remove.push_back((*vpc)->id);
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

ApiResult<Json> modify_vpc_attribute(const Call& call, const Json& in) {
  const auto vpc = find(call, kVpcType, in["VpcId"]);
  if (!vpc) return vpc.error();
  Document document = **vpc;
  for (const VpcAttribute& one : kAttributes) {
    if (in.contains(one.member)) {
      document.properties[one.property] = in[one.member].value("Value", one.preset);
    }
  }
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> describe_vpc_attribute(const Call& call, const Json& in) {
  const auto vpc = find(call, kVpcType, in["VpcId"]);
  if (!vpc) return vpc.error();
  const auto* const found = std::ranges::find_if(
      kAttributes, [&](const VpcAttribute& one) { return in["Attribute"] == one.name; });
  const bool value = (*vpc)->properties.value(found->property, found->preset);
  return Json{{"VpcId", (*vpc)->id}, {found->member, {{"Value", value}}}};
}

ApiResult<Json> create_subnet(const Call& call, const Json& in) {
  const auto vpc = find(call, kVpcType, in["VpcId"]);
  if (!vpc) return vpc.error();
  const auto block = block_of(in);
  if (!block) return block.error();
  const auto whole = parse_range(text_of((*vpc)->properties, "CidrBlock"));
  if (!whole.value().contains(block->network) || block->prefix_bits < whole.value().prefix_bits) {
    return ApiError{"InvalidSubnet.Range",
                    "The CIDR '" + text_of(in, "CidrBlock") + "' is invalid."};
  }
  for (const Document* one : call.plane.all(kSubnetType)) {
    if (one->properties["VpcId"] != (*vpc)->id) continue;
    const auto other = parse_range(text_of(one->properties, "CidrBlock"));
    if (other.value().contains(block->network) || block->contains(other.value().network)) {
      return ApiError{"InvalidSubnet.Conflict",
                      "The CIDR '" + text_of(in, "CidrBlock") + "' conflicts with another subnet"};
    }
  }
  const auto zone = zone_of(call, in);
  if (!zone) return zone.error();
  auto subnet =
      made(call, new_id(call, "subnet-", (*vpc)->id + text_of(in, "CidrBlock")), kSubnetType, in);
  if (!subnet) return subnet.error();
  subnet->properties = {
      {"VpcId", (*vpc)->id}, {"CidrBlock", in["CidrBlock"]}, {"AvailabilityZone", *zone}};
  return put_and_answer(call, std::move(*subnet), "Subnet", describe_subnet);
}

ApiResult<Json> describe_subnets(const Call& call, const Json& in) {
  return describe(call, in, kSubnetType, "SubnetIds", "Subnets", describe_subnet);
}

ApiResult<Json> modify_subnet_attribute(const Call& call, const Json& in) {
  const auto subnet = find(call, kSubnetType, in["SubnetId"]);
  if (!subnet) return subnet.error();
  Document document = **subnet;
  if (in.contains("MapPublicIpOnLaunch")) {
    document.properties["MapPublicIpOnLaunch"] = in["MapPublicIpOnLaunch"].value("Value", false);
  }
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> delete_subnet(const Call& call, const Json& in) {
  const auto subnet = find(call, kSubnetType, in["SubnetId"]);
  if (!subnet) return subnet.error();
  const std::string id = (*subnet)->id;
  for (const std::string_view type :
       {kEndpointType, std::string_view("AWS::ElasticLoadBalancingV2::LoadBalancer")}) {
    for (const Document* one : call.plane.all(type)) {
      const auto ids = texts_of(one->properties, type == kEndpointType ? "SubnetIds" : "Subnets");
      if (std::ranges::find(ids, id) != ids.end()) return dependency("subnet", id);
    }
  }
  if (auto refused = call.plane.remove(id)) return *refused;
  return Json::object();
}

ApiResult<Json> describe_availability_zones(const Call& call, const Json& in) {
  std::vector<Json> items;
  const auto names = texts_of(in, "ZoneNames");
  for (const std::string& zone : zones_of(call)) {
    if (!names.empty() && std::ranges::find(names, zone) == names.end()) continue;
    items.push_back({{"ZoneName", zone},
                     {"ZoneId", zone_id(zone)},
                     {"State", "available"},
                     {"RegionName", call.caller.region},
                     {"OptInStatus", "opt-in-not-required"},
                     {"GroupName", call.caller.region + "-zg-1"},
                     {"NetworkBorderGroup", call.caller.region},
                     {"ZoneType", "availability-zone"}});
  }
  return filtered(in, "AvailabilityZones", std::move(items));
}

ApiResult<Json> describe_network_acls(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Document* vpc : call.plane.all(kVpcType, call.caller)) {
    items.push_back({{"NetworkAclId", "acl-" + vpc->id.substr(4)},
                     {"VpcId", vpc->id},
                     {"IsDefault", true},
                     {"OwnerId", vpc->account},
                     {"Associations", Json::array()},
                     {"Entries", Json::array()}});
  }
  return filtered(in, "NetworkAcls", std::move(items));
}

ApiResult<Json> describe_route_tables(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Document* vpc : call.plane.all(kVpcType, call.caller)) {
    const std::string id = "rtb-" + vpc->id.substr(4);
    items.push_back({{"RouteTableId", id},
                     {"VpcId", vpc->id},
                     {"OwnerId", vpc->account},
                     {"Associations",
                      Json::array({{{"Main", true},
                                    {"RouteTableId", id},
                                    {"RouteTableAssociationId", "rtbassoc-" + vpc->id.substr(4)},
                                    {"AssociationState", {{"State", "associated"}}}}})}});
  }
  return filtered(in, "RouteTables", std::move(items));
}

ApiResult<Json> describe_prefix_lists(const Call&, const Json& in) {
  return filtered(in, "PrefixLists", {});
}

}  // namespace hoplab::awsapi::ec2
