// Load balancers, application and network (alb.md 10, nlb-privatelink.md 5.1).
#include <algorithm>
#include <set>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/listener_parts.h"
#include "awsapi/elbv2/load_balancer_parts.h"
#include "base/clock.h"
#include "base/hash.h"
#include "model/ids.h"

namespace hoplab::awsapi::elbv2 {

namespace {

struct HostedZones {
  std::string_view region, application, network;
};

// "Elastic Load Balancing endpoints and quotas", AWS General Reference.
constexpr HostedZones kHostedZones[] = {
    {"us-east-1", "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"},
    {"us-east-2", "Z3AADJGX6KTTL2", "ZLMOA37VPKANP"},
    {"us-west-1", "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"},
    {"us-west-2", "Z1H1FL5HABSF5", "Z18D5FSROUN65G"},
    {"eu-west-1", "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"},
    {"eu-west-2", "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"},
    {"eu-west-3", "Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"},
    {"eu-central-1", "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"},
    {"eu-north-1", "Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM"},
    {"ap-southeast-1", "Z1LMS91P8CMLE5", "ZKVM4W9LS7TM"},
    {"ap-southeast-2", "Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD"},
    {"ap-northeast-1", "Z14GRHDCWA56QT", "Z31USIVHYNEOWT"},
};

/// Of Regions that are not in the table one of that form.
std::string hosted_zone(const std::string& region, bool application) {
  for (const HostedZones& one : kHostedZones) {
    if (one.region == region) return std::string(application ? one.application : one.network);
  }
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  Rng rng(fnv1a(region + (application ? "app" : "net")));
  std::string zone = "Z";
  while (zone.size() < 14) zone += kLetters[rng.below(kLetters.size())];
  return zone;
}

std::string dns_name(const Document& document, const std::string& id) {
  const std::string name = document.properties["Name"];
  if (!is_application(document)) {
    return name + "-" + id + ".elb." + document.region + ".amazonaws.com";
  }
  const std::string digits = std::to_string(1'000'000'000 + fnv1a(document.id) % 1'000'000'000);
  const bool internal = document.properties["Scheme"] == "internal";
  return (internal ? "internal-" : "") + name + "-" + digits + "." + document.region +
         ".elb.amazonaws.com";
}

/// The subnets that a request names, in either of its two ways.
std::vector<std::string> subnet_ids(const Json& in) {
  std::vector<std::string> ids = texts_of(in, "Subnets");
  for (const Json& one : in.value("SubnetMappings", Json::array())) {
    ids.push_back(text_of(one, "SubnetId"));
  }
  return ids;
}

/// Takes subnets over, and the VPC that they are in.
Refusal take_subnets(const Call& call, const Json& in, Document& document) {
  const std::vector<std::string> ids = subnet_ids(in);
  if (ids.empty()) return validation_error("At least one subnet must be specified");
  if (in.contains("Subnets") && in.contains("SubnetMappings")) {
    return validation_error("Either subnets or subnet mappings may be specified, and not both");
  }
  std::set<std::string> zones, vpcs;
  for (const std::string& id : ids) {
    const Document* const subnet = call.plane.find(id, kSubnetType);
    if (!subnet) return ApiError{"SubnetNotFound", "The subnet ID '" + id + "' does not exist"};
    if (!zones.insert(text_of(subnet->properties, "AvailabilityZone")).second) {
      return ApiError{"InvalidConfigurationRequest",
                      "A load balancer cannot be attached to multiple subnets in the same "
                      "Availability Zone"};
    }
    vpcs.insert(text_of(subnet->properties, "VpcId"));
  }
  if (vpcs.size() > 1) {
    return ApiError{"InvalidConfigurationRequest", "All subnets must belong to the same VPC"};
  }
  if (is_application(document) && zones.size() < 2) {
    return validation_error(
        "At least two subnets in two different Availability Zones must be specified");
  }
  for (const char* const member : {"Subnets", "SubnetMappings"}) {
    document.properties.erase(member);
    if (in.contains(member)) document.properties[member] = in[member];
  }
  document.attributes["VpcId"] = *vpcs.begin();
  return std::nullopt;
}

Refusal take_security_groups(const Call& call, const Json& in, Document& document) {
  std::vector<std::string> ids = texts_of(in, "SecurityGroups");
  for (const std::string& id : ids) {
    const Document* const group = call.plane.find(id, kSecurityGroupType);
    if (!group || document.attributes["VpcId"] != text_of(group->properties, "VpcId")) {
      return ApiError{"InvalidSecurityGroup", "The security group '" + id + "' does not exist"};
    }
  }
  const Document* const vpc = call.plane.find(text_of(document.attributes, "VpcId"), kVpcType);
  if (ids.empty() && is_application(document) && vpc) {
    ids.push_back(text_of(vpc->attributes, "DefaultSecurityGroup"));
  }
  if (!ids.empty()) document.properties["SecurityGroups"] = ids;
  return std::nullopt;
}

Refusal check_new(const std::string& name, const std::string& type) {
  if (auto refused = check_name("load balancer", name)) return refused;
  if (name.starts_with("internal-")) {
    return validation_error("The load balancer name '" + name + "' cannot begin with 'internal-'");
  }
  if (type == "gateway") return validation_error("hoplab does not emulate gateway load balancers");
  return std::nullopt;
}

/// The load balancer that has the name already; an error when it is not the same. Null: none.
ApiResult<const Document*> same_name(const Call& call, const Document& wanted) {
  for (const Document* one : call.plane.all(kLoadBalancerType, call.caller)) {
    if (one->properties["Name"] != wanted.properties["Name"]) continue;
    Json present = one->properties;
    present.erase("LoadBalancerAttributes");
    if (present == wanted.properties) return one;
    return ApiError{"DuplicateLoadBalancerName", "A load balancer with the same name '" +
                                                     text_of(wanted.properties, "Name") +
                                                     "' exists, but with different settings"};
  }
  return nullptr;
}

Json zones_of(const Call& call, const Document& balancer) {
  Json zones = Json::array();
  for (const std::string& id : subnet_ids(balancer.properties)) {
    const Document* const subnet = call.plane.find(id, kSubnetType);
    const std::string zone = subnet ? text_of(subnet->properties, "AvailabilityZone") : "";
    zones.push_back(
        {{"ZoneName", zone}, {"SubnetId", id}, {"LoadBalancerAddresses", Json::array()}});
  }
  return zones;
}

bool is_protected(const Document& balancer) {
  return value_of_key(balancer.properties.value("LoadBalancerAttributes", Json::array()),
                      "deletion_protection.enabled") == "true";
}

/// Endpoint services that lead to it.
bool serves_endpoints(const Call& call, const std::string& arn) {
  const auto services = call.plane.all("AWS::EC2::VPCEndpointService");
  return std::ranges::any_of(services, [&](const Document* one) {
    const auto arns = texts_of(one->properties, "NetworkLoadBalancerArns");
    return std::ranges::find(arns, arn) != arns.end();
  });
}

}  // namespace

bool is_application(const Document& balancer) {
  return balancer.properties["Type"] == "application";
}

Json describe_load_balancer(const Call& call, const Document& one) {
  const Json& properties = one.properties;
  Json made{{"LoadBalancerArn", one.id},
            {"DNSName", one.attributes["DNSName"]},
            {"CanonicalHostedZoneId", one.attributes["CanonicalHostedZoneID"]},
            {"CreatedTime", one.attributes["CreatedTime"]},
            {"LoadBalancerName", properties["Name"]},
            {"Scheme", properties["Scheme"]},
            {"VpcId", one.attributes["VpcId"]},
            {"State", {{"Code", "active"}}},
            {"Type", properties["Type"]},
            {"AvailabilityZones", zones_of(call, one)},
            {"SecurityGroups", properties.value("SecurityGroups", Json::array())},
            {"IpAddressType", properties["IpAddressType"]}};
  for (const char* const member :
       {"EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "EnablePrefixForIpv6SourceNat"}) {
    if (properties.contains(member)) made[member] = properties[member];
  }
  return made;
}

ApiResult<Json> create_load_balancer(const Call& call, const Json& in) {
  const std::string name = in["Name"];
  const std::string type = in.value("Type", "application");
  if (auto refused = check_new(name, type)) return *refused;
  const bool application = type == "application";
  const std::string path =
      std::string("loadbalancer/") + (application ? "app/" : "net/") + name + "/";
  Document document = call.plane.made("", kLoadBalancerType, call.caller);
  document.properties = {{"Name", name},
                         {"Type", type},
                         {"Scheme", in.value("Scheme", "internet-facing")},
                         {"IpAddressType", in.value("IpAddressType", "ipv4")}};
  if (in.contains("EnablePrefixForIpv6SourceNat")) {
    document.properties["EnablePrefixForIpv6SourceNat"] = in["EnablePrefixForIpv6SourceNat"];
  }
  if (auto refused = take_subnets(call, in, document)) return *refused;
  if (auto refused = take_security_groups(call, in, document)) return *refused;
  if (auto refused = take_tags(in, document)) return *refused;
  const auto present = same_name(call, document);
  if (!present) return present.error();
  if (*present) {
    return Json{{"LoadBalancers", Json::array({describe_load_balancer(call, **present)})}};
  }
  // That of its logs and headers.
  const std::string id = model::derived_load_balancer_id(text_of(document.properties, "Name"));
  document.id = arn_of(call, path + id);
  document.attributes["LoadBalancerArn"] = document.id;
  document.attributes["DNSName"] = dns_name(document, id);
  document.attributes["CanonicalHostedZoneID"] = hosted_zone(call.caller.region, application);
  document.attributes["CreatedTime"] = call.now;
  return put_and_describe(call, std::move(document), "LoadBalancers", describe_load_balancer);
}

ApiResult<Json> describe_load_balancers(const Call& call, const Json& in) {
  const auto chosen = choose(call, kLoadBalancerType, in, "LoadBalancerArns");
  if (!chosen) return chosen.error();
  std::vector<Json> items;
  for (const Document* one : *chosen) items.push_back(describe_load_balancer(call, *one));
  return paged(in, "LoadBalancers", std::move(items));
}

ApiResult<Json> delete_load_balancer(const Call& call, const Json& in) {
  const std::string arn = in["LoadBalancerArn"];
  const Document* const balancer = call.plane.find(arn, kLoadBalancerType);
  if (!balancer) return Json::object();  // as AWS documents it
  if (is_protected(*balancer)) {
    return ApiError{"OperationNotPermitted", "Load balancer '" + arn +
                                                 "' cannot be deleted because deletion protection "
                                                 "is enabled"};
  }
  if (serves_endpoints(call, arn)) {
    return ApiError{"ResourceInUse",
                    "Load balancer '" + arn + "' is currently associated with another service"};
  }
  Change change;
  for (const Document* listener : listeners_of(call, arn)) {
    remove_with_parts(call, *listener, change);
  }
  change.remove.push_back(arn);
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

ApiResult<Json> set_security_groups(const Call& call, const Json& in) {
  const auto balancer = find(call, kLoadBalancerType, in["LoadBalancerArn"]);
  if (!balancer) return balancer.error();
  constexpr const char* kEnforce = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
  Document document = **balancer;
  if (!is_application(document) && !document.properties.contains("SecurityGroups")) {
    return ApiError{"InvalidConfigurationRequest",
                    "Security groups cannot be set on a network load balancer that was created "
                    "without any"};
  }
  if (auto refused = take_security_groups(call, in, document)) return *refused;
  if (in.contains(kEnforce)) document.properties[kEnforce] = in[kEnforce];
  Json answer{{"SecurityGroupIds", document.properties.value("SecurityGroups", Json::array())}};
  if (document.properties.contains(kEnforce)) answer[kEnforce] = document.properties[kEnforce];
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return answer;
}

ApiResult<Json> set_subnets(const Call& call, const Json& in) {
  const auto balancer = find(call, kLoadBalancerType, in["LoadBalancerArn"]);
  if (!balancer) return balancer.error();
  Document document = **balancer;
  if (auto refused = take_subnets(call, in, document)) return *refused;
  for (const char* const member : {"IpAddressType", "EnablePrefixForIpv6SourceNat"}) {
    if (in.contains(member)) document.properties[member] = in[member];
  }
  Json answer{{"AvailabilityZones", zones_of(call, document)},
              {"IpAddressType", document.properties["IpAddressType"]}};
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return answer;
}

ApiResult<Json> set_ip_address_type(const Call& call, const Json& in) {
  const auto balancer = find(call, kLoadBalancerType, in["LoadBalancerArn"]);
  if (!balancer) return balancer.error();
  Document document = **balancer;
  document.properties["IpAddressType"] = in["IpAddressType"];
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json{{"IpAddressType", in["IpAddressType"]}};
}

}  // namespace hoplab::awsapi::elbv2
