#include "awsapi/ec2/resources.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/glob.h"

namespace hoplab::awsapi::ec2 {

namespace {

struct Words {
  std::string_view type;
  const char* code;
  const char* what;
};

constexpr Words kWords[] = {
    {kVpcType, "InvalidVpcID.NotFound", "vpc ID"},
    {kSubnetType, "InvalidSubnetID.NotFound", "subnet ID"},
    {kGroupType, "InvalidGroup.NotFound", "security group"},
    {kIngressType, "InvalidSecurityGroupRuleId.NotFound", "security group rule ID"},
    {kEgressType, "InvalidSecurityGroupRuleId.NotFound", "security group rule ID"},
    {kServiceType, "InvalidVpcEndpointServiceId.NotFound", "VpcEndpointService Id"},
    {kEndpointType, "InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id"},
    {kInterfaceType, "InvalidNetworkInterfaceID.NotFound", "networkInterface ID"},
};

struct Filter {
  std::string_view name;
  const char* pointer;  // into an item; "*" stands for the items of a list
};

constexpr Filter kFilters[] = {
    {"vpc-id", "/VpcId"},
    {"subnet-id", "/SubnetId"},
    {"group-id", "/GroupId"},
    {"group-id", "/Groups/*/GroupId"},
    {"group-name", "/GroupName"},
    {"description", "/Description"},
    {"state", "/State"},
    {"status", "/Status"},
    {"cidr", "/CidrBlock"},
    {"cidr-block", "/CidrBlock"},
    {"is-default", "/IsDefault"},
    {"isDefault", "/IsDefault"},
    {"default", "/IsDefault"},
    {"owner-id", "/OwnerId"},
    {"availability-zone", "/AvailabilityZone"},
    {"availability-zone-id", "/AvailabilityZoneId"},
    {"zone-name", "/ZoneName"},
    {"zone-id", "/ZoneId"},
    {"zone-type", "/ZoneType"},
    {"region-name", "/RegionName"},
    {"opt-in-status", "/OptInStatus"},
    {"association.main", "/Associations/*/Main"},
    {"association.subnet-id", "/Associations/*/SubnetId"},
    {"association.network-acl-id", "/NetworkAclId"},
    {"security-group-rule-id", "/SecurityGroupRuleId"},
    {"network-interface-id", "/NetworkInterfaceId"},
    {"interface-type", "/InterfaceType"},
    {"requester-id", "/RequesterId"},
    {"attachment.instance-owner-id", "/RequesterId"},
    {"addresses.private-ip-address", "/PrivateIpAddress"},
    {"private-ip-address", "/PrivateIpAddress"},
    {"service-id", "/ServiceId"},
    {"service-name", "/ServiceName"},
    {"service-type", "/ServiceType/*/ServiceType"},
    {"service-state", "/ServiceState"},
    {"vpc-endpoint-id", "/VpcEndpointId"},
    {"vpc-endpoint-type", "/VpcEndpointType"},
    {"vpc-endpoint-state", "/VpcEndpointState"},
    {"vpc-endpoint-state", "/State"},
    {"vpc-endpoint-owner", "/VpcEndpointOwner"},
    {"principal", "/Principal"},
    {"principal-type", "/PrincipalType"},
    {"prefix-list-name", "/PrefixListName"},
    {"prefix-list-id", "/PrefixListId"},
    {"tag-key", "/Tags/*/Key"},
};

/// The texts at a pointer.
void collect(const Json& at, std::string_view pointer, std::vector<std::string>& into) {
  if (pointer.empty()) {
    if (at.is_array()) {
      for (const Json& one : at) collect(one, pointer, into);
    } else if (!at.is_null()) {
      into.push_back(at.is_string() ? at.get<std::string>() : at.dump());
    }
    return;
  }
  pointer.remove_prefix(1);
  const std::string_view part = pointer.substr(0, pointer.find('/'));
  const std::string_view rest = pointer.substr(part.size());
  if (part == "*" && at.is_array()) {
    for (const Json& one : at) collect(one, rest, into);
  } else if (at.is_object()) {
    const auto found = at.find(part);
    if (found != at.end()) collect(*found, rest, into);
  }
}

bool any_matches(const std::vector<std::string>& values, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(values, [&](const std::string& value) {
    return std::ranges::any_of(
        patterns, [&](const std::string& pattern) { return glob_match(pattern, value); });
  });
}

/// Nothing: there is no such filter.
std::optional<bool> passes(const Json& item, const std::string& name,
                           const std::vector<std::string>& patterns) {
  constexpr std::string_view kTag = "tag:";
  std::vector<std::string> values;
  if (name.starts_with(kTag)) {
    for (const Json& tag : item.value("Tags", Json::array())) {
      if (tag["Key"] == name.substr(kTag.size())) values.push_back(text_of(tag, "Value"));
    }
    return any_matches(values, patterns);
  }
  bool known = false;
  for (const Filter& one : kFilters) {
    if (one.name != name) continue;
    known = true;
    collect(item, one.pointer, values);
  }
  if (!known) return std::nullopt;
  return any_matches(values, patterns);
}

}  // namespace

std::string new_id(const Call& call, const std::string& prefix, const std::string& name) {
  return prefix +
         call.plane.new_id(prefix + call.caller.account + call.caller.region + "/" + name, 17);
}

ApiResult<const Document*> find(const Call& call, std::string_view type, const std::string& id) {
  if (const Document* const found = call.plane.find(id, type)) return found;
  const auto* const words = std::ranges::find(kWords, type, &Words::type);
  return ApiError{words->code, std::string("The ") + words->what + " '" + id + "' does not exist"};
}

ApiResult<Document> made(const Call& call, std::string id, std::string_view type, const Json& in) {
  Document document = call.plane.made(std::move(id), type, call.caller);
  for (const Json& one : in.value("TagSpecifications", Json::array())) {
    auto tags = tags_of(one.value("Tags", Json::array()));
    if (!tags) return tags.error();
    document.tags.merge(*tags);
  }
  return document;
}

ApiResult<Json> filtered(const Json& in, std::string_view member, std::vector<Json> items) {
  for (const Json& filter : in.value("Filters", Json::array())) {
    const std::string name = text_of(filter, "Name");
    const auto patterns = texts_of(filter, "Values");
    if (!passes(Json::object(), name, patterns)) {
      return ApiError{"InvalidParameterValue", "The filter '" + name + "' is invalid"};
    }
    std::erase_if(items,
                  [&](const Json& item) { return !passes(item, name, patterns).value_or(false); });
  }
  return paged_by_token(in, member, std::move(items));
}

ApiResult<Json> describe(const Call& call, const Json& in, std::string_view type,
                         std::string_view ids, std::string_view member,
                         Json (*item)(const Call& call, const Document& document)) {
  std::vector<Json> items;
  const auto wanted = texts_of(in, ids);
  for (const std::string& id : wanted) {
    const auto found = find(call, type, id);
    if (!found) return found.error();
    items.push_back(item(call, **found));
  }
  if (wanted.empty()) {
    for (const Document* one : call.plane.all(type, call.caller)) {
      items.push_back(item(call, *one));
    }
  }
  return filtered(in, member, std::move(items));
}

ApiResult<Json> put_and_answer(const Call& call, Document document, const char* member,
                               Json (*item)(const Call& call, const Document& document)) {
  const std::string id = document.id, type = document.type;
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json{{member, item(call, *call.plane.find(id, type))}};
}

std::vector<std::string> zones_of(const Call& call) {
  return {call.caller.region + "a", call.caller.region + "b", call.caller.region + "c"};
}

std::string zone_id(const std::string& zone) {
  if (zone.empty()) return {};
  // "eu-west-1a": the area, the first letter of each direction, the number.
  std::string id = zone.substr(0, zone.find('-'));
  std::string_view rest = std::string_view(zone).substr(id.size());
  if (rest.size() < 3) return zone;
  rest.remove_prefix(1);
  const std::string_view direction = rest.substr(0, rest.find('-'));
  constexpr std::string_view kWordsOfTwo[] = {"north", "south"};
  id += direction.substr(0, 1);
  for (const std::string_view one : kWordsOfTwo) {
    if (direction.starts_with(one) && direction.size() > one.size()) {
      id += direction.substr(one.size(), 1);
    }
  }
  const std::string_view number = rest.substr(std::min(direction.size() + 1, rest.size()));
  id += number.substr(0, number.size() - 1);
  return id + "-az" + std::to_string(zone.back() - 'a' + 1);
}

}  // namespace hoplab::awsapi::ec2
