// Interface endpoints with their network interfaces: PrivateLink's consumer side
// (nlb-privatelink.md 4 and 5.2).
#include <algorithm>

#include "awsapi/ec2/endpoint_parts.h"
#include "awsapi/ec2/handlers.h"
#include "base/address_range.h"
#include "base/hash.h"

namespace hoplab::awsapi::ec2 {

namespace {

/// AWS's own services end here, too: the API Gateway's private APIs are behind one.
bool is_aws_service(const std::string& name) {
  return name.starts_with("com.amazonaws.") && !name.starts_with("com.amazonaws.vpce.");
}

Json describe_endpoint(const Call& call, const Document& endpoint) {
  const Json& properties = endpoint.properties;
  Json groups = Json::array();
  for (const std::string& id : texts_of(properties, "SecurityGroupIds")) {
    const Document* const group = call.plane.find(id, kGroupType);
    groups.push_back(
        {{"GroupId", id}, {"GroupName", group ? text_of(group->properties, "GroupName") : ""}});
  }
  Json made{
      {"VpcEndpointId", endpoint.id},
      {"VpcEndpointType", properties["VpcEndpointType"]},
      {"VpcId", properties["VpcId"]},
      {"ServiceName", properties["ServiceName"]},
      {"State", endpoint.attributes["State"]},
      {"SubnetIds", properties.value("SubnetIds", Json::array())},
      {"Groups", std::move(groups)},
      {"IpAddressType", properties.value("IpAddressType", "ipv4")},
      {"DnsOptions", {{"DnsRecordIpType", "ipv4"}}},
      {"PrivateDnsEnabled", properties.value("PrivateDnsEnabled", false)},
      {"RequesterManaged", false},
      {"NetworkInterfaceIds", endpoint.attributes.value("NetworkInterfaceIds", Json::array())},
      {"DnsEntries", dns_entries(call, endpoint)},
      {"CreationTimestamp", endpoint.attributes["CreationTimestamp"]},
      {"OwnerId", endpoint.account},
      {"Tags", tag_list(endpoint.tags)}};
  if (properties.contains("PolicyDocument")) made["PolicyDocument"] = properties["PolicyDocument"];
  return made;
}

/// The next address of a subnet that no interface has, from the fifth on (AWS keeps four).
std::string free_address(const Call& call, const Document& subnet, const Change& change) {
  const auto range = parse_range(text_of(subnet.properties, "CidrBlock"));
  std::vector<std::string> taken;
  for (const Document* one : call.plane.all(kInterfaceType)) {
    if (one->properties["SubnetId"] == subnet.id) {
      taken.push_back(text_of(one->properties, "PrivateIpAddress"));
    }
  }
  for (const Document& one : change.put) {
    taken.push_back(text_of(one.properties, "PrivateIpAddress"));
  }
  std::uint32_t address = range.value().network.ipv4_value() + 10;
  while (std::ranges::find(taken, ipv4_text(address)) != taken.end()) ++address;
  return ipv4_text(address);
}

Document interface_of(const Call& call, const Document& endpoint, const Document& subnet,
                      const std::string& address) {
  Document made =
      call.plane.made(new_id(call, "eni-", endpoint.id + subnet.id), kInterfaceType, call.caller);
  made.properties = {{"SubnetId", subnet.id},
                     {"PrivateIpAddress", address},
                     {"Description", "VPC Endpoint Interface " + endpoint.id},
                     {"GroupSet", endpoint.properties.value("SecurityGroupIds", Json::array())}};
  made.attributes = {{"VpcEndpointId", endpoint.id}};
  return made;
}

/// Interfaces for the subnets that have none yet.
Refusal add_interfaces(const Call& call, Document& endpoint, Change& change,
                       const std::vector<std::string>& subnets) {
  for (const std::string& id : subnets) {
    const auto subnet = find(call, kSubnetType, id);
    if (!subnet) return subnet.error();
    if ((*subnet)->properties["VpcId"] != endpoint.properties["VpcId"]) {
      return ApiError{"InvalidParameter", "The subnet '" + id + "' is not in the endpoint's VPC"};
    }
    Document made = interface_of(call, endpoint, **subnet, free_address(call, **subnet, change));
    endpoint.attributes["NetworkInterfaceIds"].push_back(made.id);
    endpoint.properties["SubnetIds"].push_back(id);
    change.put.push_back(std::move(made));
  }
  return std::nullopt;
}

/// The state of a new endpoint of the service with that name.
ApiResult<std::string> first_state(const Call& call, const std::string& name) {
  if (is_aws_service(name)) return std::string("available");
  const Document* const service = service_named(call, name);
  if (!service || !may_use(call, *service, call.caller.account)) {
    return ApiError{"InvalidServiceName", "The Vpc Endpoint Service '" + name + "' does not exist"};
  }
  return std::string(service->properties.value("AcceptanceRequired", true) ? "pendingAcceptance"
                                                                           : "available");
}

Refusal check_groups(const Call& call, const std::vector<std::string>& groups) {
  for (const std::string& id : groups) {
    if (auto found = find(call, kGroupType, id); !found) return found.error();
  }
  return std::nullopt;
}

ApiResult<Document> new_endpoint(const Call& call, const Json& in) {
  const auto vpc = find(call, kVpcType, in["VpcId"]);
  if (!vpc) return vpc.error();
  const std::string type = in.value("VpcEndpointType", "Gateway");
  if (type != "Interface") {
    return ApiError{"InvalidParameter",
                    "hoplab emulates endpoints of type Interface only, not " + type};
  }
  const std::string name = text_of(in, "ServiceName");
  const auto state = first_state(call, name);
  if (!state) return state.error();
  auto groups = texts_of(in, "SecurityGroupIds");
  if (auto refused = check_groups(call, groups)) return *refused;
  if (groups.empty()) groups = {text_of((*vpc)->attributes, "DefaultSecurityGroup")};
  auto endpoint = made(call, new_id(call, "vpce-", (*vpc)->id + name), kEndpointType, in);
  if (!endpoint) return endpoint.error();
  endpoint->properties = {
      {"VpcEndpointType", type},
      {"VpcId", (*vpc)->id},
      {"ServiceName", name},
      {"SubnetIds", Json::array()},
      {"SecurityGroupIds", groups},
      {"PrivateDnsEnabled", in.value("PrivateDnsEnabled", is_aws_service(name))}};
  for (const char* const member : {"PolicyDocument", "IpAddressType"}) {
    if (in.contains(member)) endpoint->properties[member] = in[member];
  }
  endpoint->attributes = {
      {"State", *state}, {"CreationTimestamp", call.now}, {"NetworkInterfaceIds", Json::array()}};
  return std::move(*endpoint);
}

/// Accept or reject: the state of endpoints that are at one of `from`.
ApiResult<Json> set_states(const Call& call, const Json& in, const std::string& to) {
  const auto service = find(call, kServiceType, in["ServiceId"]);
  if (!service) return service.error();
  const auto endpoints = endpoints_of(call, **service);
  Unsuccessful failed;
  for (const std::string& id : texts_of(in, "VpcEndpointIds")) {
    const auto found = std::ranges::find(endpoints, id, &Document::id);
    if (found == endpoints.end()) {
      failed.add(
          id, {"InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '" + id + "' does not exist"});
      continue;
    }
    Document endpoint = **found;
    endpoint.attributes["State"] = to;
    if (auto refused = call.plane.put(std::move(endpoint))) failed.add(id, *refused);
  }
  return Json{{"Unsuccessful", std::move(failed.items)}};
}

Json describe_interface(const Call& call, const Document& one) {
  const Document* const subnet = call.plane.find(text_of(one.properties, "SubnetId"), kSubnetType);
  const std::string zone = subnet ? text_of(subnet->properties, "AvailabilityZone") : "";
  Json groups = Json::array();
  for (const std::string& id : texts_of(one.properties, "GroupSet")) {
    groups.push_back({{"GroupId", id}, {"GroupName", id}});
  }
  return {{"NetworkInterfaceId", one.id},
          {"SubnetId", one.properties["SubnetId"]},
          {"VpcId", subnet ? subnet->properties["VpcId"] : Json()},
          {"AvailabilityZone", zone},
          {"AvailabilityZoneId", zone_id(zone)},
          {"Description", one.properties["Description"]},
          {"InterfaceType", "vpc_endpoint"},
          {"OwnerId", one.account},
          {"PrivateIpAddress", one.properties["PrivateIpAddress"]},
          {"RequesterId", one.account},
          {"RequesterManaged", true},
          {"SourceDestCheck", true},
          {"Status", "in-use"},
          {"Groups", std::move(groups)}};
}

}  // namespace

Json dns_entries(const Call& call, const Document& endpoint) {
  const std::string name = text_of(endpoint.properties, "ServiceName");
  // A service of a provider ends in its id, one of AWS's in its own short name.
  const std::string service = name.substr(name.rfind('.') + 1);
  const std::string suffix = "." + service + "." + endpoint.region + ".vpce.amazonaws.com";
  const std::string unique = endpoint.id + "-" + md5_hex(endpoint.id).substr(0, 8);
  const std::string zone = "Z" + md5_hex(endpoint.region + "vpce").substr(0, 13);
  Json entries = Json::array({{{"DnsName", unique + suffix}, {"HostedZoneId", zone}}});
  for (const std::string& id : texts_of(endpoint.properties, "SubnetIds")) {
    const Document* const subnet = call.plane.find(id, kSubnetType);
    if (!subnet) continue;
    entries.push_back(
        {{"DnsName", unique + "-" + text_of(subnet->properties, "AvailabilityZone") + suffix},
         {"HostedZoneId", zone}});
  }
  return entries;
}

ApiResult<Json> create_vpc_endpoint(const Call& call, const Json& in) {
  const std::string token = text_of(in, "ClientToken");
  const std::string key = "CreateVpcEndpoint/" + call.caller.account + "/" + token;
  if (!token.empty() && call.plane.answered().contains(key)) return call.plane.answered()[key];
  auto endpoint = new_endpoint(call, in);
  if (!endpoint) return endpoint.error();
  Change change;
  if (auto refused = add_interfaces(call, *endpoint, change, texts_of(in, "SubnetIds"))) {
    return *refused;
  }
  const std::string id = endpoint->id;
  change.put.push_back(std::move(*endpoint));
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  Json answer{{"VpcEndpoint", describe_endpoint(call, *call.plane.find(id, kEndpointType))}};
  if (!token.empty()) call.plane.answered()[key] = answer;
  return answer;
}

ApiResult<Json> describe_vpc_endpoints(const Call& call, const Json& in) {
  return describe(call, in, kEndpointType, "VpcEndpointIds", "VpcEndpoints", describe_endpoint);
}

ApiResult<Json> modify_vpc_endpoint(const Call& call, const Json& in) {
  const auto found = find(call, kEndpointType, in["VpcEndpointId"]);
  if (!found) return found.error();
  Document endpoint = **found;
  Change change;
  const auto gone = texts_of(in, "RemoveSubnetIds");
  Json& subnets = endpoint.properties["SubnetIds"];
  subnets = edited(subnets, gone);
  for (const Document* one : call.plane.all(kInterfaceType)) {
    const std::string subnet = text_of(one->properties, "SubnetId");
    const bool goes = std::ranges::find(gone, subnet) != gone.end();
    if (!goes || one->attributes["VpcEndpointId"] != endpoint.id) continue;
    Json& interfaces = endpoint.attributes["NetworkInterfaceIds"];
    interfaces = edited(interfaces, {one->id});
    change.remove.push_back(one->id);
  }
  if (auto refused = add_interfaces(call, endpoint, change, texts_of(in, "AddSubnetIds"))) {
    return *refused;
  }
  const auto groups = texts_of(in, "AddSecurityGroupIds");
  if (auto refused = check_groups(call, groups)) return *refused;
  Json& present = endpoint.properties["SecurityGroupIds"];
  present = edited(present, texts_of(in, "RemoveSecurityGroupIds"), groups);
  for (const char* const member : {"PolicyDocument", "IpAddressType", "PrivateDnsEnabled"}) {
    if (in.contains(member)) endpoint.properties[member] = in[member];
  }
  if (in.value("ResetPolicy", false)) endpoint.properties.erase("PolicyDocument");
  change.put.push_back(std::move(endpoint));
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return returned();
}

ApiResult<Json> delete_vpc_endpoints(const Call& call, const Json& in) {
  Unsuccessful failed;
  for (const std::string& id : texts_of(in, "VpcEndpointIds")) {
    const auto found = find(call, kEndpointType, id);
    if (!found) {
      failed.add(id, found.error());
      continue;
    }
    Change change;
    for (const Json& one : (*found)->attributes["NetworkInterfaceIds"]) {
      change.remove.push_back(one.get<std::string>());
    }
    change.remove.push_back(id);
    if (auto refused = call.plane.change(std::move(change))) failed.add(id, *refused);
  }
  return Json{{"Unsuccessful", std::move(failed.items)}};
}

ApiResult<Json> describe_vpc_endpoint_connections(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Document* service : call.plane.all(kServiceType, call.caller)) {
    for (const Document* one : endpoints_of(call, *service)) {
      items.push_back({{"ServiceId", service->id},
                       {"VpcEndpointId", one->id},
                       {"VpcEndpointOwner", one->account},
                       {"VpcEndpointState", one->attributes["State"]},
                       {"CreationTimestamp", one->attributes["CreationTimestamp"]},
                       {"DnsEntries", dns_entries(call, *one)},
                       {"NetworkLoadBalancerArns", service->properties["NetworkLoadBalancerArns"]},
                       {"IpAddressType", "ipv4"},
                       {"VpcEndpointConnectionId", "vpce-con-" + one->id.substr(5)}});
    }
  }
  return filtered(in, "VpcEndpointConnections", std::move(items));
}

ApiResult<Json> accept_vpc_endpoint_connections(const Call& call, const Json& in) {
  return set_states(call, in, "available");
}

ApiResult<Json> reject_vpc_endpoint_connections(const Call& call, const Json& in) {
  return set_states(call, in, "rejected");
}

ApiResult<Json> describe_network_interfaces(const Call& call, const Json& in) {
  return describe(call, in, kInterfaceType, "NetworkInterfaceIds", "NetworkInterfaces",
                  describe_interface);
}

ApiResult<Json> create_tags(const Call& call, const Json& in) {
  const auto tags = tags_of(in["Tags"]);
  if (!tags) return tags.error();
  Change change;
  for (const std::string& id : texts_of(in, "Resources")) {
    const auto found = call.plane.documents().find(id);
    if (found == call.plane.documents().end()) {
      return ApiError{"InvalidID", "The ID '" + id + "' is not valid"};
    }
    Document document = *found->second;
    for (const auto& [key, value] : *tags) document.tags[key] = value;
    change.put.push_back(std::move(document));
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

ApiResult<Json> delete_tags(const Call& call, const Json& in) {
  Change change;
  for (const std::string& id : texts_of(in, "Resources")) {
    const auto found = call.plane.documents().find(id);
    if (found == call.plane.documents().end()) continue;
    Document document = *found->second;
    for (const Json& tag : in.value("Tags", Json::array())) {
      document.tags.erase(text_of(tag, "Key"));
    }
    if (!in.contains("Tags")) document.tags.clear();
    change.put.push_back(std::move(document));
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

}  // namespace hoplab::awsapi::ec2
