#include "scenario/cloudformation/identity.h"

#include <algorithm>

#include "base/address_range.h"
#include "base/ascii.h"
#include "base/hash.h"
#include "model/ids.h"
#include "model/topology.h"
#include "scenario/resources/api_paths.h"
#include "scenario/resources/builder.h"
#include "topology/address_plan.h"

namespace hoplab::scenario::cloudformation {
namespace {

using resources::Resource;
using resources::text_of;

void set(Resource& to, std::string_view name, const std::string& value) {
  add_member(to.attributes, name, text_like(to.properties, value, name));
}

std::string arn(const Resource& of, std::string_view service, const std::string& rest,
                bool regional = true) {
  return "arn:aws:" + std::string(service) + ":" + (regional ? of.region : "") + ":" + of.account +
         ":" + rest;
}

std::string unique_within(const Resource& of) {
  return of.stack + "." + of.name;
}

/// A name of its own, or one as CloudFormation makes it.
std::string own_name(const Resource& of, std::string_view property) {
  const std::string given = text_of(of.properties, property);
  if (!given.empty()) return given;
  constexpr std::size_t kLongest = 64;
  return (of.stack + "-" + of.name).substr(0, kLongest);
}

/// At most 32 letters, digits and hyphens that no other one has.
std::string short_name(const Resource& of, std::set<std::string>& taken) {
  constexpr std::size_t kLongest = 32, kHash = 8;
  std::string name = text_of(of.properties, "Name");
  if (name.empty()) name = of.name;
  if (name.size() > kLongest || taken.contains(name)) {
    name = name.substr(0, kLongest - kHash - 1) + "-" + derived_hex(unique_within(of), kHash);
  }
  taken.insert(name);
  return name;
}

void identify_load_balancer(Resource& it, Surroundings around) {
  model::LoadBalancer balancer;
  balancer.name = short_name(it, around.names);
  const bool network = text_of(it.properties, "Type") == "network";
  balancer.type = network ? model::LoadBalancerType::network : model::LoadBalancerType::application;
  const std::string scheme = text_of(it.properties, "Scheme");
  balancer.scheme = scheme.empty() ? "internet-facing" : scheme;
  const std::string full = std::string(network ? "net/" : "app/") + balancer.name + "/" +
                           model::derived_load_balancer_id(balancer.name);
  it.physical_id = arn(it, "elasticloadbalancing", "loadbalancer/" + full);
  set(it, "LoadBalancerArn", it.physical_id);
  set(it, "LoadBalancerFullName", full);
  set(it, "LoadBalancerName", balancer.name);
  set(it, "DNSName", topology::load_balancer_dns_name(balancer, it.region));
  set(it, "CanonicalHostedZoneID", "Z" + derived_hex(it.region + full.substr(0, 3), 13));
  if (const Node* const groups = it.properties.find("SecurityGroups")) {
    it.attributes.items.push_back(*groups);
  }
}

void identify_listener(Resource& it, Surroundings) {
  std::string of = text_of(it.properties, "LoadBalancerArn");
  const auto at = of.find(":loadbalancer/");
  if (at != std::string::npos) of.replace(at, 14, ":listener/");
  const auto end = of.rfind('/'),
             begin = end == 0 || end == std::string::npos ? end : of.rfind('/', end - 1);
  const std::string name = begin == std::string::npos ? of : of.substr(begin + 1, end - begin - 1);
  const auto port = model::parse_number(text_of(it.properties, "Port")).value_or(0);
  it.physical_id =
      of + "/" +
      model::derived_load_balancer_id(model::listener_key(name, static_cast<std::uint16_t>(port)));
  set(it, "ListenerArn", it.physical_id);
}

void identify_rule(Resource& it, Surroundings) {
  std::string of = text_of(it.properties, "ListenerArn");
  const auto at = of.find(":listener/");
  if (at != std::string::npos) of.replace(at, 10, ":listener-rule/");
  it.physical_id = of + "/" + derived_hex(unique_within(it), 16);
  set(it, "RuleArn", it.physical_id);
  set(it, "IsDefault", "false");
}

void identify_target_group(Resource& it, Surroundings around) {
  const std::string name = short_name(it, around.names);
  it.physical_id = model::target_group_arn(it.region, name);
  const auto account = it.physical_id.find(model::kDefaultAccount);
  if (account != std::string::npos) it.physical_id.replace(account, 12, it.account);
  set(it, "TargetGroupArn", it.physical_id);
  set(it, "TargetGroupName", name);
  set(it, "TargetGroupFullName", it.physical_id.substr(it.physical_id.rfind(':') + 1));
}

void identify_trust_store(Resource& it, Surroundings around) {
  const std::string name = short_name(it, around.names);
  it.physical_id =
      arn(it, "elasticloadbalancing", "truststore/" + name + "/" + derived_hex(name, 16));
  set(it, "TrustStoreArn", it.physical_id);
  set(it, "Status", "ACTIVE");
}

const Resource* find(Surroundings around, std::string_view type, const std::string& id) {
  for (const Resource& one : around.made) {
    if (one.type == type && one.physical_id == id) return &one;
  }
  return nullptr;
}

/// One in each subnet, with an address that nobody there has.
void add_interfaces(Resource& it, Surroundings around) {
  Node ids = object_like(it.properties, "NetworkInterfaceIds");
  ids.kind = Node::Kind::list;
  Node all = object_like(it.properties, "NetworkInterfaces");
  all.kind = Node::Kind::list;
  const Node* const subnets = it.properties.find("SubnetIds");
  constexpr std::uint32_t kFirst = 10, kSpan = 6;
  for (const Node& subnet : subnets ? subnets->items : std::vector<Node>{}) {
    const std::string id = "eni-" + derived_hex(unique_within(it) + subnet.text, 17);
    ids.items.push_back(text_like(it.properties, id));
    Node one = object_like(it.properties, "");
    one.items.push_back(text_like(one, id, "NetworkInterfaceId"));
    one.items.push_back(text_like(one, subnet.text, "SubnetId"));
    const Resource* const made = find(around, resources::kSubnet, subnet.text);
    const auto range = parse_range(made ? text_of(made->properties, "CidrBlock") : "");
    if (range && range.value().network.ipv4()) {
      const auto host = kFirst + static_cast<std::uint32_t>(fnv1a(unique_within(it)) % kSpan);
      const std::string address = ipv4_text(range.value().network.ipv4_value() + host);
      one.items.push_back(text_like(one, address, "PrivateIpAddress"));
    }
    all.items.push_back(std::move(one));
  }
  it.attributes.items.push_back(std::move(ids));
  it.attributes.items.push_back(std::move(all));
}

void identify_vpc_endpoint(Resource& it, Surroundings around) {
  it.physical_id = model::derived_vpc_endpoint_id(unique_within(it));
  set(it, "Id", it.physical_id);
  set(it, "CreationTimestamp", "2024-01-01T00:00:00.000Z");
  add_interfaces(it, around);
  model::VpcEndpoint endpoint;
  endpoint.name = it.name;
  endpoint.id = it.physical_id;
  const std::string service = text_of(it.properties, "ServiceName");
  endpoint.service_name = service.ends_with(".execute-api") ? "execute-api" : service;
  Node names = object_like(it.properties, "DnsEntries");
  names.kind = Node::Kind::list;
  names.items.push_back(text_like(names, "Z" + derived_hex(it.region, 13) + ":" +
                                             topology::vpc_endpoint_dns_name(endpoint, it.region)));
  it.attributes.items.push_back(std::move(names));
}

void identify_endpoint_service(Resource& it, Surroundings) {
  it.physical_id = "vpce-svc-" + derived_hex(unique_within(it), 17);
  set(it, "ServiceId", it.physical_id);
}

void identify_certificate(Resource& it, Surroundings) {
  it.physical_id = arn(it, "acm", "certificate/" + it.name);
}

void identify_rest_api(Resource& it, Surroundings) {
  it.physical_id = model::derived_rest_api_id(unique_within(it));
  set(it, "RestApiId", it.physical_id);
  set(it, "RootResourceId", model::derived_id_within_api(it.physical_id, "/"));
}

void identify_api_resource(Resource& it, Surroundings around) {
  resources::Resources before;
  for (const Resource& one : around.made) {
    if (one.type == it.type) before.all.push_back(one);
  }
  const std::string path = resources::path_of_resource(before, text_of(it.properties, "ParentId"),
                                                       text_of(it.properties, "PathPart"));
  it.physical_id = model::derived_id_within_api(text_of(it.properties, "RestApiId"), path);
  set(it, "ResourceId", it.physical_id);
}

void identify_domain_name(Resource& it, Surroundings) {
  const std::string name = text_of(it.properties, "DomainName");
  const std::string rest = name + "+" + model::derived_id_within_api(it.account, name);
  const bool second = it.type == "AWS::ApiGateway::DomainNameV2";
  const std::string whole = "arn:aws:apigateway:" + it.region + ":" + it.account +
                            ":/domainnames/" + (second ? rest : name);
  it.physical_id = second ? whole : name;
  set(it, "DomainNameArn", whole);
  set(it, "DomainNameId", rest.substr(name.size() + 1));
  set(it, "RegionalDomainName",
      "d-" + derived_hex(name, 10) + ".execute-api." + it.region + ".amazonaws.com");
  set(it, "RegionalHostedZoneId", "Z" + derived_hex(it.region, 13));
}

void identify_vpc(Resource& it, Surroundings) {
  it.physical_id = model::derived_vpc_id(unique_within(it));
  set(it, "VpcId", it.physical_id);
  set(it, "CidrBlock", text_of(it.properties, "CidrBlock"));
  set(it, "DefaultSecurityGroup", "sg-" + derived_hex("default of " + unique_within(it), 17));
}

void identify_subnet(Resource& it, Surroundings) {
  it.physical_id = "subnet-" + derived_hex(unique_within(it), 17);
  set(it, "SubnetId", it.physical_id);
  set(it, "AvailabilityZone", text_of(it.properties, "AvailabilityZone"));
  set(it, "VpcId", text_of(it.properties, "VpcId"));
  set(it, "CidrBlock", text_of(it.properties, "CidrBlock"));
}

void identify_security_group(Resource& it, Surroundings) {
  it.physical_id = "sg-" + derived_hex(unique_within(it), 17);
  set(it, "GroupId", it.physical_id);
  set(it, "Id", it.physical_id);
  set(it, "VpcId", text_of(it.properties, "VpcId"));
}

void identify_function(Resource& it, Surroundings) {
  it.physical_id = own_name(it, "FunctionName");
  set(it, "Arn", arn(it, "lambda", "function:" + it.physical_id));
}

void identify_alias(Resource& it, Surroundings) {
  std::string function = text_of(it.properties, "FunctionName");
  if (!function.starts_with("arn:")) function = arn(it, "lambda", "function:" + function);
  const std::string name = text_of(it.properties, "Name");
  it.physical_id = function + ":" + (name.empty() ? "1" : name);
  set(it, "FunctionArn", it.physical_id);
  set(it, "Version", "1");
}

void identify_bucket(Resource& it, Surroundings) {
  const std::string name = lower_case(own_name(it, "BucketName"));
  it.physical_id = name;
  set(it, "Arn", "arn:aws:s3:::" + name);
  set(it, "DomainName", name + ".s3.amazonaws.com");
  set(it, "RegionalDomainName", name + ".s3." + it.region + ".amazonaws.com");
  set(it, "DualStackDomainName", name + ".s3.dualstack." + it.region + ".amazonaws.com");
  set(it, "WebsiteURL", "http://" + name + ".s3-website-" + it.region + ".amazonaws.com");
}

void identify_role(Resource& it, Surroundings) {
  it.physical_id = own_name(it, "RoleName");
  set(it, "Arn", arn(it, "iam", "role/" + it.physical_id, false));
  set(it, "RoleId", "AROA" + derived_hex(unique_within(it), 17));
}

void identify_log_group(Resource& it, Surroundings) {
  it.physical_id = own_name(it, "LogGroupName");
  set(it, "Arn", arn(it, "logs", "log-group:" + it.physical_id + ":*"));
}

void identify_address(Resource& it, Surroundings) {
  constexpr std::uint32_t kDocumentation = 0xcb007100;  // 203.0.113.0/24, RFC 5737
  const auto host = static_cast<std::uint32_t>(fnv1a(unique_within(it)) % 254) + 1;
  it.physical_id = ipv4_text(kDocumentation + host);
  set(it, "PublicIp", it.physical_id);
  set(it, "AllocationId", "eipalloc-" + derived_hex(unique_within(it), 17));
}

void identify_instance(Resource& it, Surroundings) {
  it.physical_id = "i-" + derived_hex(unique_within(it), 17);
  set(it, "InstanceId", it.physical_id);
  set(it, "AvailabilityZone", it.region + "a");
}

void identify_key(Resource& it, Surroundings) {
  const std::string hex = derived_hex(unique_within(it), 32);
  it.physical_id = hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
                   hex.substr(16, 4) + "-" + hex.substr(20);
  set(it, "Arn", arn(it, "kms", "key/" + it.physical_id));
  set(it, "KeyId", it.physical_id);
}

void identify_secret(Resource& it, Surroundings) {
  it.physical_id = arn(it, "secretsmanager",
                       "secret:" + own_name(it, "Name") + "-" + derived_hex(unique_within(it), 6));
  set(it, "Id", it.physical_id);
}

void identify_stack(Resource& it, Surroundings) {
  it.physical_id = stack_id(it.region, it.account, unique_within(it));
}

struct OfType {
  std::string_view type;
  void (*identify)(Resource&, Surroundings);
};
constexpr OfType kTypes[] = {
    {resources::kLoadBalancer, identify_load_balancer},
    {resources::kListener, identify_listener},
    {"AWS::ElasticLoadBalancingV2::ListenerRule", identify_rule},
    {resources::kTargetGroup, identify_target_group},
    {resources::kTrustStore, identify_trust_store},
    {resources::kVpcEndpoint, identify_vpc_endpoint},
    {resources::kVpcEndpointService, identify_endpoint_service},
    {resources::kCertificate, identify_certificate},
    {resources::kRestApi, identify_rest_api},
    {"AWS::ApiGateway::Resource", identify_api_resource},
    {"AWS::ApiGateway::DomainName", identify_domain_name},
    {"AWS::ApiGateway::DomainNameV2", identify_domain_name},
    {"AWS::EC2::VPC", identify_vpc},
    {resources::kSubnet, identify_subnet},
    {resources::kSecurityGroup, identify_security_group},
    {resources::kFunction, identify_function},
    {"AWS::Lambda::Alias", identify_alias},
    {"AWS::Lambda::Version", identify_alias},
    {"AWS::S3::Bucket", identify_bucket},
    {"AWS::IAM::Role", identify_role},
    {"AWS::Logs::LogGroup", identify_log_group},
    {"AWS::EC2::EIP", identify_address},
    {"AWS::EC2::Instance", identify_instance},
    {"AWS::KMS::Key", identify_key},
    {"AWS::SecretsManager::Secret", identify_secret},
    {"AWS::CloudFormation::Stack", identify_stack},
};

/// Types whose Ref is a property.
constexpr std::pair<std::string_view, std::string_view> kNamedByProperty[] = {
    {"AWS::ApiGateway::Stage", "StageName"},
    {"AWS::ApiGateway::Model", "Name"},
    {"AWS::ECS::Service", "ServiceName"},
};

/// Attributes that other types have, and nothing emulated looks at.
void identify_other(Resource& it) {
  it.physical_id = it.stack + "-" + it.name + "-" + derived_hex(unique_within(it), 12);
  for (const auto& [type, property] : kNamedByProperty) {
    const std::string name = type == it.type ? text_of(it.properties, property) : std::string();
    if (!name.empty()) it.physical_id = name;
  }
  constexpr std::string_view kAws = "AWS::";
  if (!it.type.starts_with(kAws) || it.type == "AWS::CloudFormation::CustomResource") return;
  const std::string service =
      lower_case(it.type.substr(kAws.size(), it.type.rfind("::") - kAws.size()));
  set(it, "Arn", arn(it, service, it.physical_id));
  set(it, "Id", it.physical_id);
  // "AuthorizerId", "DeploymentId", "VpcLinkId", ...
  set(it, it.type.substr(it.type.rfind(':') + 1) + "Id", it.physical_id);
}

}  // namespace

std::string derived_hex(const std::string& of, std::size_t digits) {
  Rng rng(fnv1a(of, fnv1a("cloudformation")));
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[rng.below(16)];
  return text;
}

std::string stack_id(const std::string& region, const std::string& account,
                     const std::string& name) {
  return "arn:aws:cloudformation:" + region + ":" + account + ":stack/" + name + "/" +
         derived_hex(name, 32);
}

void identify(Resource& resource, Surroundings around) {
  for (const OfType& one : kTypes) {
    if (one.type == resource.type) return one.identify(resource, around);
  }
  identify_other(resource);
}

}  // namespace hoplab::scenario::cloudformation
