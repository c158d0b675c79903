// Endpoint services: PrivateLink's provider side (nlb-privatelink.md 4 and 5.2).
#include <algorithm>
#include <set>

#include "awsapi/ec2/endpoint_parts.h"
#include "awsapi/ec2/handlers.h"

namespace hoplab::awsapi::ec2 {

namespace {

constexpr std::string_view kLoadBalancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer";

Refusal check_load_balancers(const Call& call, const std::vector<std::string>& arns) {
  if (arns.empty()) {
    return ApiError{"MissingParameter",
                    "The request must contain the parameter NetworkLoadBalancerArn"};
  }
  for (const std::string& arn : arns) {
    const Document* const found = call.plane.find(arn, kLoadBalancerType);
    if (!found || found->properties["Type"] != "network") {
      return ApiError{"InvalidParameter",
                      "The Network Load Balancer ARN '" + arn + "' does not exist"};
    }
  }
  return std::nullopt;
}

/// The zones of a service's load balancers.
Json zones_of_service(const Call& call, const Document& service) {
  std::set<std::string> zones;
  for (const std::string& arn : texts_of(service.properties, "NetworkLoadBalancerArns")) {
    const Document* const balancer = call.plane.find(arn, kLoadBalancerType);
    if (!balancer) continue;
    auto subnets = texts_of(balancer->properties, "Subnets");
    for (const Json& one : balancer->properties.value("SubnetMappings", Json::array())) {
      subnets.push_back(text_of(one, "SubnetId"));
    }
    for (const std::string& id : subnets) {
      const Document* const subnet = call.plane.find(id, kSubnetType);
      if (subnet) zones.insert(text_of(subnet->properties, "AvailabilityZone"));
    }
  }
  return zones;
}

std::string base_name(const Document& service) {
  return service.id + "." + service.region + ".vpce.amazonaws.com";
}

Json describe_service(const Call& call, const Document& service) {
  const Json& properties = service.properties;
  Json made{{"ServiceType", Json::array({{{"ServiceType", "Interface"}}})},
            {"ServiceId", service.id},
            {"ServiceName", service_name_of(service)},
            {"ServiceState", "Available"},
            {"AvailabilityZones", zones_of_service(call, service)},
            {"AcceptanceRequired", properties.value("AcceptanceRequired", true)},
            {"ManagesVpcEndpoints", false},
            {"NetworkLoadBalancerArns", properties["NetworkLoadBalancerArns"]},
            {"SupportedIpAddressTypes",
             properties.value("SupportedIpAddressTypes", Json::array({"ipv4"}))},
            {"BaseEndpointDnsNames", Json::array({base_name(service)})},
            {"Tags", tag_list(service.tags)}};
  const std::string name = text_of(service.attributes, "PrivateDnsName");
  if (!name.empty()) {
    made["PrivateDnsName"] = name;
    made["PrivateDnsNameConfiguration"] = {
        {"State", service.attributes.value("PrivateDnsState", "pendingVerification")},
        {"Type", "TXT"},
        {"Value", "vpce:" + service.id.substr(9)},
        {"Name", "_" + service.id.substr(9)}};
  }
  return made;
}

/// The allowed principals of a service, one document.
Document permissions_document(const Call& call, const Document& service) {
  const std::string id = service.id + "/permissions";
  if (const Document* const found = call.plane.find(id, kPermissionsType)) return *found;
  Document document = call.plane.made(id, kPermissionsType, call.caller);
  document.properties = {{"ServiceId", service.id}, {"AllowedPrincipals", Json::array()}};
  return document;
}

Json describe_principal(const Document& service, const std::string& principal) {
  const bool all = principal == "*";
  const bool account = principal.ends_with(":root");
  const bool role = principal.find(":role/") != std::string::npos;
  return {
      {"PrincipalType", all       ? "All"
                        : account ? "Account"
                        : role    ? "Role"
                                  : "User"},
      {"Principal", principal},
      {"ServiceId", service.id},
      // aws-api.md 4: the same in both operations.
      {"ServicePermissionId", "vpce-svc-perm-" + md5_hex(service.id + principal).substr(0, 17)}};
}

}  // namespace

std::string service_name_of(const Document& service) {
  return "com.amazonaws.vpce." + service.region + "." + service.id;
}

const Document* service_named(const Call& call, const std::string& name) {
  for (const Document* one : call.plane.all(kServiceType)) {
    if (service_name_of(*one) == name) return one;
  }
  return nullptr;
}

bool may_use(const Call& call, const Document& service, const std::string& account) {
  if (service.account == account) return true;
  const Document permissions = permissions_document(call, service);
  const auto allowed = texts_of(permissions.properties, "AllowedPrincipals");
  return std::ranges::any_of(allowed, [&](const std::string& one) {
    return one == "*" || one.find("::" + account + ":") != std::string::npos;
  });
}

std::vector<const Document*> endpoints_of(const Call& call, const Document& service) {
  auto found = call.plane.all(kEndpointType);
  std::erase_if(found, [&](const Document* one) {
    return text_of(one->properties, "ServiceName") != service_name_of(service);
  });
  return found;
}

ApiResult<Json> create_vpc_endpoint_service_configuration(const Call& call, const Json& in) {
  const auto arns = texts_of(in, "NetworkLoadBalancerArns");
  if (auto refused = check_load_balancers(call, arns)) return *refused;
  auto service = made(call, new_id(call, "vpce-svc-", arns.front()), kServiceType, in);
  if (!service) return service.error();
  service->properties = {{"NetworkLoadBalancerArns", arns},
                         {"AcceptanceRequired", in.value("AcceptanceRequired", true)}};
  if (in.contains("SupportedIpAddressTypes")) {
    service->properties["SupportedIpAddressTypes"] = in["SupportedIpAddressTypes"];
  }
  service->attributes = {{"ServiceId", service->id}};
  if (in.contains("PrivateDnsName")) service->attributes["PrivateDnsName"] = in["PrivateDnsName"];
  return put_and_answer(call, std::move(*service), "ServiceConfiguration", describe_service);
}

ApiResult<Json> describe_vpc_endpoint_service_configurations(const Call& call, const Json& in) {
  return describe(call, in, kServiceType, "ServiceIds", "ServiceConfigurations", describe_service);
}

ApiResult<Json> modify_vpc_endpoint_service_configuration(const Call& call, const Json& in) {
  const auto service = find(call, kServiceType, in["ServiceId"]);
  if (!service) return service.error();
  Document document = **service;
  Json& arns = document.properties["NetworkLoadBalancerArns"];
  arns = edited(arns, texts_of(in, "RemoveNetworkLoadBalancerArns"),
                texts_of(in, "AddNetworkLoadBalancerArns"));
  if (auto refused =
          check_load_balancers(call, texts_of(document.properties, "NetworkLoadBalancerArns"))) {
    return *refused;
  }
  if (in.contains("AcceptanceRequired")) {
    document.properties["AcceptanceRequired"] = in["AcceptanceRequired"];
  }
  if (in.value("RemovePrivateDnsName", false)) document.attributes.erase("PrivateDnsName");
  if (in.contains("PrivateDnsName")) {
    document.attributes["PrivateDnsName"] = in["PrivateDnsName"];
    document.attributes["PrivateDnsState"] = "pendingVerification";
  }
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return returned();
}

ApiResult<Json> delete_vpc_endpoint_service_configurations(const Call& call, const Json& in) {
  Unsuccessful failed;
  for (const std::string& id : texts_of(in, "ServiceIds")) {
    const auto service = find(call, kServiceType, id);
    if (!service) {
      failed.add(id, service.error());
      continue;
    }
    const auto endpoints = endpoints_of(call, **service);
    const bool used = std::ranges::any_of(endpoints, [](const Document* one) {
      return one->attributes["State"] == "available" ||
             one->attributes["State"] == "pendingAcceptance";
    });
    if (used) {
      failed.add(id, {"ExistingVpcEndpointConnections",
                      "Service has existing active VPC Endpoint connections!"});
      continue;
    }
    Change change;
    change.remove = {id, id + "/permissions"};
    if (auto refused = call.plane.change(std::move(change))) failed.add(id, *refused);
  }
  return Json{{"Unsuccessful", std::move(failed.items)}};
}

ApiResult<Json> modify_vpc_endpoint_service_permissions(const Call& call, const Json& in) {
  const auto service = find(call, kServiceType, in["ServiceId"]);
  if (!service) return service.error();
  Document document = permissions_document(call, **service);
  Json& allowed = document.properties["AllowedPrincipals"];
  const auto added = texts_of(in, "AddAllowedPrincipals");
  allowed = edited(allowed, texts_of(in, "RemoveAllowedPrincipals"), added);
  Json answer = returned();
  answer["AddedPrincipals"] = Json::array();
  for (const std::string& one : added) {
    answer["AddedPrincipals"].push_back(describe_principal(**service, one));
  }
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return answer;
}

ApiResult<Json> describe_vpc_endpoint_service_permissions(const Call& call, const Json& in) {
  const auto service = find(call, kServiceType, in["ServiceId"]);
  if (!service) return service.error();
  const Document permissions = permissions_document(call, **service);
  std::vector<Json> items;
  for (const std::string& one : texts_of(permissions.properties, "AllowedPrincipals")) {
    items.push_back(describe_principal(**service, one));
  }
  return filtered(in, "AllowedPrincipals", std::move(items));
}

ApiResult<Json> start_vpc_endpoint_service_private_dns_verification(const Call& call,
                                                                    const Json& in) {
  const auto service = find(call, kServiceType, in["ServiceId"]);
  if (!service) return service.error();
  Document document = **service;
  if (!document.attributes.contains("PrivateDnsName")) {
    return ApiError{"InvalidState", "The service has no private DNS name"};
  }
  document.attributes["PrivateDnsState"] = "verified";
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return returned();
}

ApiResult<Json> describe_vpc_endpoint_services(const Call& call, const Json& in) {
  const auto names = texts_of(in, "ServiceNames");
  std::vector<Json> details;
  Json found = Json::array();
  for (const Document* one : call.plane.all(kServiceType)) {
    const std::string name = service_name_of(*one);
    const bool asked = names.empty() || std::ranges::find(names, name) != names.end();
    if (!asked || !may_use(call, *one, call.caller.account)) continue;
    Json detail = describe_service(call, *one);
    detail["Owner"] = one->account;
    detail["ServiceRegion"] = one->region;
    detail["VpcEndpointPolicySupported"] = false;
    details.push_back(std::move(detail));
    found.push_back(name);
  }
  if (found.size() < names.size()) {
    return ApiError{"InvalidServiceName",
                    "The Vpc Endpoint Service '" + names.front() + "' does not exist"};
  }
  auto answer = filtered(in, "ServiceDetails", std::move(details));
  if (answer) (*answer)["ServiceNames"] = std::move(found);
  return answer;
}

}  // namespace hoplab::awsapi::ec2
