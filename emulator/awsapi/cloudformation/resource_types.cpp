#include "awsapi/cloudformation/resource_types.h"

#include <algorithm>

#include "awsapi/select.h"
#include "awsapi/services.h"
#include "base/ascii.h"

namespace hoplab::awsapi::cloudformation {

namespace {

/// An operation that takes a property for itself, when the resource is there.
struct Afterwards {
  std::string_view type, property, operation, by, member;
};

constexpr Afterwards kAfterwards[] = {
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes",
     "ModifyLoadBalancerAttributes", "LoadBalancerArn", "Attributes"},
    {"AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupAttributes",
     "ModifyTargetGroupAttributes", "TargetGroupArn", "Attributes"},
    {"AWS::ElasticLoadBalancingV2::TargetGroup", "Targets", "RegisterTargets", "TargetGroupArn",
     "Targets"},
    {"AWS::ElasticLoadBalancingV2::Listener", "ListenerAttributes", "ModifyListenerAttributes",
     "ListenerArn", "Attributes"},
};

const Afterwards* afterwards(std::string_view type, std::string_view property) {
  for (const Afterwards& one : kAfterwards) {
    if (one.type == type && one.property == property) return &one;
  }
  return nullptr;
}

/// "app/front/50dc6c495c0c9188" of ".../loadbalancer/app/front/50dc6c495c0c9188".
std::string after(const std::string& arn, std::string_view mark) {
  const std::size_t at = arn.find(mark);
  return at == std::string::npos ? std::string() : arn.substr(at + mark.size());
}

void load_balancer_attributes(const Document& document, Json& all) {
  all["LoadBalancerFullName"] = after(document.id, ":loadbalancer/");
  all["LoadBalancerName"] = document.properties["Name"];
  all["SecurityGroups"] = document.properties.value("SecurityGroups", Json::array());
}

void target_group_attributes(const Document& document, Json& all) {
  all["TargetGroupName"] = document.properties["Name"];
  all["TargetGroupFullName"] = "targetgroup/" + after(document.id, ":targetgroup/");
}

void subnet_attributes(const Document& document, Json& all) {
  all["SubnetId"] = document.id;
  for (const char* const member : {"AvailabilityZone", "VpcId", "CidrBlock"}) {
    all[member] = document.properties[member];
  }
}

void vpc_attributes(const Document& document, Json& all) {
  all["VpcId"] = document.id;
  all["CidrBlock"] = document.properties["CidrBlock"];
}

void group_attributes(const Document& document, Json& all) {
  all["GroupId"] = all["Id"] = document.id;
  all["VpcId"] = document.properties["VpcId"];
}

void id_attribute(const Document& document, Json& all) {
  all["Id"] = document.id;
}

void description_of_group(const Json& properties, Json& in) {
  in["Description"] = text_of(properties, "GroupDescription");
}

constexpr ResourceType kTypes[] = {
    {.type = "AWS::EC2::VPC",
     .service = &ec2::kService,
     .create = "CreateVpc",
     .id = "/Vpc/VpcId",
     .remove = "DeleteVpc",
     .remove_by = "VpcId",
     .in_place = "EnableDnsHostnames|EnableDnsSupport|InstanceTenancy",
     .attributes = vpc_attributes},
    {.type = "AWS::EC2::Subnet",
     .service = &ec2::kService,
     .create = "CreateSubnet",
     .id = "/Subnet/SubnetId",
     .remove = "DeleteSubnet",
     .remove_by = "SubnetId",
     .in_place = "MapPublicIpOnLaunch|AssignIpv6AddressOnCreation|PrivateDnsNameOptionsOnLaunch",
     .attributes = subnet_attributes},
    {.type = "AWS::EC2::SecurityGroup",
     .service = &ec2::kService,
     .create = "CreateSecurityGroup",
     .id = "/GroupId",
     .remove = "DeleteSecurityGroup",
     .remove_by = "GroupId",
     .in_place = "SecurityGroupIngress|SecurityGroupEgress",
     .name = "GroupName",
     .complete = description_of_group,
     .attributes = group_attributes},
    {.type = "AWS::EC2::SecurityGroupIngress",
     .attributes = id_attribute,
     .make = make_ingress,
     .take_away = remove_document},
    {.type = "AWS::EC2::SecurityGroupEgress",
     .attributes = id_attribute,
     .make = make_egress,
     .take_away = remove_document},
    {.type = "AWS::EC2::VPCEndpoint",
     .service = &ec2::kService,
     .create = "CreateVpcEndpoint",
     .in_place = "SecurityGroupIds|PrivateDnsEnabled|PolicyDocument|SubnetIds|IpAddressType",
     .attributes = id_attribute,
     .make = make_endpoint,
     .take_away = remove_endpoint},
    {.type = "AWS::EC2::VPCEndpointService",
     .service = &ec2::kService,
     .create = "CreateVpcEndpointServiceConfiguration",
     .id = "/ServiceConfiguration/ServiceId",
     .remove = "DeleteVpcEndpointServiceConfigurations",
     .remove_by = "ServiceIds",
     .in_place = "*"},
    {.type = "AWS::EC2::VPCEndpointServicePermissions",
     .in_place = "AllowedPrincipals",
     .make = make_permissions,
     .take_away = remove_document},
    {.type = "AWS::ElasticLoadBalancingV2::LoadBalancer",
     .service = &elbv2::kService,
     .create = "CreateLoadBalancer",
     .id = "/LoadBalancers/0/LoadBalancerArn",
     .remove = "DeleteLoadBalancer",
     .remove_by = "LoadBalancerArn",
     .in_place = "LoadBalancerAttributes|SecurityGroups|Subnets|SubnetMappings|IpAddressType|"
                 "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic|"
                 "MinimumLoadBalancerCapacity|EnablePrefixForIpv6SourceNat",
     .name = "Name",
     .attributes = load_balancer_attributes},
    {.type = "AWS::ElasticLoadBalancingV2::Listener",
     .service = &elbv2::kService,
     .create = "CreateListener",
     .id = "/Listeners/0/ListenerArn",
     .remove = "DeleteListener",
     .remove_by = "ListenerArn",
     .modify = "ModifyListener",
     .modify_by = "ListenerArn",
     .in_place = "Port|Protocol|SslPolicy|Certificates|DefaultActions|AlpnPolicy|"
                 "MutualAuthentication|ListenerAttributes"},
    {.type = "AWS::ElasticLoadBalancingV2::ListenerRule",
     .service = &elbv2::kService,
     .create = "CreateRule",
     .id = "/Rules/0/RuleArn",
     .remove = "DeleteRule",
     .remove_by = "RuleArn",
     .modify = "ModifyRule",
     .modify_by = "RuleArn",
     .in_place = "Conditions|Actions|Transforms|Priority"},
    {.type = "AWS::ElasticLoadBalancingV2::ListenerCertificate",
     .make = make_listener_certificate,
     .take_away = remove_listener_certificate},
    {.type = "AWS::ElasticLoadBalancingV2::TargetGroup",
     .service = &elbv2::kService,
     .create = "CreateTargetGroup",
     .id = "/TargetGroups/0/TargetGroupArn",
     .remove = "DeleteTargetGroup",
     .remove_by = "TargetGroupArn",
     .modify = "ModifyTargetGroup",
     .modify_by = "TargetGroupArn",
     .in_place = "TargetGroupAttributes|Targets|HealthCheckEnabled|HealthCheckIntervalSeconds|"
                 "HealthCheckPath|HealthCheckPort|HealthCheckProtocol|HealthCheckTimeoutSeconds|"
                 "HealthyThresholdCount|UnhealthyThresholdCount|Matcher",
     .name = "Name",
     .attributes = target_group_attributes},
    {.type = "AWS::ElasticLoadBalancingV2::TrustStore",
     .service = &elbv2::kService,
     .create = "CreateTrustStore",
     .id = "/TrustStores/0/TrustStoreArn",
     .remove = "DeleteTrustStore",
     .remove_by = "TrustStoreArn",
     .modify = "ModifyTrustStore",
     .modify_by = "TrustStoreArn",
     .in_place = "CaCertificatesBundleS3Bucket|CaCertificatesBundleS3Key|"
                 "CaCertificatesBundleS3ObjectVersion",
     .name = "Name"},
    {.type = "AWS::ElasticLoadBalancingV2::TrustStoreRevocation",
     .make = make_revocation,
     .take_away = remove_revocation},
    {.type = "AWS::CertificateManager::Certificate",
     .service = &acm::kService,
     .create = "RequestCertificate",
     .id = "/CertificateArn",
     .remove = "DeleteCertificate",
     .remove_by = "CertificateArn"},
    {.type = "AWS::S3::Bucket", .in_place = "*", .make = make_bucket, .take_away = remove_bucket},
    {.type = "AWS::SSM::Parameter",
     .in_place = "Value|Type|Description",
     .make = make_parameter,
     .take_away = remove_parameter},
};

/// Properties that say nothing to the operation itself.
bool is_said_elsewhere(std::string_view type, std::string_view property) {
  return property == "Tags" || afterwards(type, property) || property == "SecurityGroupIngress" ||
         property == "SecurityGroupEgress" || property == "GroupDescription";
}

/// What ACM's API has no word for: who validates a domain, which is nobody's work here.
bool is_inert(std::string_view type, std::string_view property) {
  return type == "AWS::CertificateManager::Certificate" &&
         (property == "DomainValidationOptions" || property.starts_with("Certificate"));
}

Refusal run_afterwards(const Call& call, const ResourceType& type, const Json& properties,
                       const std::string& id) {
  for (const auto& [name, value] : properties.items()) {
    const Afterwards* const then = afterwards(type.type, name);
    if (!then || value.empty()) continue;
    const Json in{{std::string(then->by), id}, {std::string(then->member), value}};
    if (auto done = run(*type.service, then->operation, call, in); !done) return done.error();
  }
  return std::nullopt;
}

/// Of a name that is given: whether somebody has it.
Refusal check_name_is_free(const Call& call, const ResourceType& type, const Json& properties) {
  const std::string name(type.name);
  if (name.empty() || !properties.contains(name)) return std::nullopt;
  for (const Document* one : call.plane.all(type.type, call.caller)) {
    const bool within = text_of(one->properties, "VpcId") == text_of(properties, "VpcId");
    if (one->properties.value(name, Json()) != properties[name]) continue;
    if (name == "GroupName" && !within) continue;
    return ApiError{"AlreadyExists", text_of(properties, name) + " already exists"};
  }
  return std::nullopt;
}

/// What the template says of the resource beyond its operation: kept as it is said, for the traffic
/// to judge.
Refusal finish(const Call& call, const ResourceType& type, const Wanted& wanted,
               const std::string& id, const Json& rest) {
  const auto found = call.plane.documents().find(id);
  if (found == call.plane.documents().end()) return std::nullopt;
  Document document = *found->second;
  for (const auto& [name, value] : rest.items()) {
    if (!is_said_elsewhere(type.type, name) && !is_inert(type.type, name)) {
      document.properties[name] = value;
    }
  }
  document.tags = tags_of_resource(wanted);
  document.stack = wanted.stack_id;
  document.logical_id = wanted.logical_id;
  return call.plane.put(std::move(document));
}

Refusal set_tags(const Call& call, const std::string& id, const Wanted& wanted) {
  return finish(call, {}, wanted, id, Json::object());
}

/// A property as the document has it: bound as the operation that made it would.
Refusal set_property(const Operation* made_by, const std::string& name, const Json& after,
                     Document& document) {
  if (!after.contains(name)) {
    document.properties.erase(name);
    return std::nullopt;
  }
  const Member* const member = made_by ? find_member(made_by->in, name) : nullptr;
  auto value = member ? bound(after[name], *member, "/" + name) : ApiResult<Json>(after[name]);
  if (!value) return value.error();
  document.properties[name] = std::move(*value);
  return std::nullopt;
}

std::vector<std::string> differences(const Json& before, const Json& after) {
  std::vector<std::string> names;
  for (const auto& [name, value] : after.items()) {
    if (!before.contains(name) || before[name] != value) names.push_back(name);
  }
  for (const auto& [name, value] : before.items()) {
    if (!after.contains(name)) names.push_back(name);
  }
  return names;
}

/// Targets that the template had and has no more.
Refusal deregister(const Call& call, const std::string& group, const Json& before,
                   const Json& after) {
  Json gone = Json::array();
  const Json left = after.value("Targets", Json::array());
  for (const Json& one : before.value("Targets", Json::array())) {
    if (std::ranges::find(left, one) == left.end()) gone.push_back(one);
  }
  if (gone.empty()) return std::nullopt;
  const auto done = run(elbv2::kService, "DeregisterTargets", call,
                        {{"TargetGroupArn", group}, {"Targets", gone}});
  return done ? Refusal() : Refusal(done.error());
}

/// An endpoint's subnets have network interfaces.
Refusal set_subnets(const Call& call, const std::string& endpoint, const Json& before,
                    const Json& after) {
  const auto old = texts_of(before, "SubnetIds"), now = texts_of(after, "SubnetIds");
  const auto without = [](std::vector<std::string> all, const std::vector<std::string>& these) {
    std::erase_if(
        all, [&](const std::string& one) { return std::ranges::find(these, one) != these.end(); });
    return all;
  };
  const auto done = run(ec2::kService, "ModifyVpcEndpoint", call,
                        {{"VpcEndpointId", endpoint},
                         {"AddSubnetIds", without(now, old)},
                         {"RemoveSubnetIds", without(old, now)}});
  return done ? Refusal() : Refusal(done.error());
}

/// The first of an answer's list Unsuccessful.
Refusal unsuccessful(const Json& answer) {
  const auto list = answer.find("Unsuccessful");
  if (list == answer.end() || list->empty()) return std::nullopt;
  const Json& error = list->front()["Error"];
  return ApiError{text_of(error, "Code"), text_of(error, "Message")};
}

}  // namespace

const ResourceType* find_type(std::string_view type) noexcept {
  for (const ResourceType& one : kTypes) {
    if (one.type == type) return &one;
  }
  return nullptr;
}

std::string generated_name(const Call& call, const Wanted& wanted, std::size_t longest) {
  constexpr std::size_t kUniquePart = 12, kStackPart = 11;
  const auto plain = [](const std::string& text, std::size_t most) {
    std::string made;
    for (const char c : text) {
      if (made.size() < most && (is_letter(c) || is_digit(c))) made += c;
    }
    return made;
  };
  const std::size_t left = std::min<std::size_t>(longest, 64) - kUniquePart - 2;
  const std::string stack = plain(wanted.stack_name, std::min(kStackPart, left / 2));
  std::string unique = call.plane.new_id(wanted.stack_id + "/" + wanted.logical_id, kUniquePart);
  for (char& c : unique) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return stack + "-" + plain(wanted.logical_id, left - stack.size()) + "-" + unique;
}

std::map<std::string, std::string> tags_of_resource(const Wanted& wanted) {
  std::map<std::string, std::string> tags = wanted.stack_tags;
  for (const Json& one : wanted.properties.value("Tags", Json::array())) {
    if (one.is_object()) tags[text_of(one, "Key")] = text_of(one, "Value");
  }
  tags["aws:cloudformation:stack-name"] = wanted.stack_name;
  tags["aws:cloudformation:stack-id"] = wanted.stack_id;
  tags["aws:cloudformation:logical-id"] = wanted.logical_id;
  return tags;
}

ApiResult<Made> create(const Call& call, const ResourceType& type, const Wanted& wanted) {
  if (type.make) return type.make(call, wanted);
  const Operation* const operation = find_operation(*type.service, type.create);
  if (auto refused = check_name_is_free(call, type, wanted.properties)) return *refused;
  Json in = Json::object(), rest = Json::object();
  for (const auto& [name, value] : wanted.properties.items()) {
    const bool said = find_member(operation->in, name) && !is_said_elsewhere(type.type, name) &&
                      !is_inert(type.type, name);
    (said ? in : rest)[name] = value;
  }
  const std::string name(type.name);
  if (!name.empty() && !in.contains(name)) {
    constexpr std::size_t kLongest = 32;
    in[name] = generated_name(call, wanted, name == "GroupName" ? 64 : kLongest);
  }
  if (type.complete) type.complete(wanted.properties, in);
  auto answer = run(*type.service, type.create, call, in);
  if (!answer) return answer.error();
  const std::string id = (*answer)[Json::json_pointer(std::string(type.id))];
  if (auto refused = finish(call, type, wanted, id, rest)) return *refused;
  if (auto refused = run_afterwards(call, type, rest, id)) return *refused;
  if (type.type == "AWS::EC2::SecurityGroup") {
    if (auto refused = set_group_rules(call, wanted, id)) return *refused;
  }
  return Made{id, id};
}

bool needs_replacement(const ResourceType& type, const Json& before, const Json& after) {
  const auto names = differences(before, after);
  return std::ranges::any_of(names, [&](const std::string& name) {
    return name != "Tags" && !is_among(name, type.in_place);
  });
}

Refusal update(const Call& call, const ResourceType& type, const Made& made, const Json& before,
               const Wanted& after) {
  const auto found = call.plane.documents().find(made.document);
  if (found == call.plane.documents().end()) return std::nullopt;
  const Operation* const made_by =
      type.service ? find_operation(*type.service, type.create) : nullptr;
  const Operation* const modify =
      type.modify.empty() ? nullptr : find_operation(*type.service, type.modify);
  Document document = *found->second;
  Json in = Json::object(), then = Json::object();
  for (const std::string& name : differences(before, after.properties)) {
    if (name == "Tags" || name.starts_with("SecurityGroupI") ||
        name.starts_with("SecurityGroupE")) {
      continue;
    }
    if (name == "SubnetIds") {
      if (auto refused = set_subnets(call, made.document, before, after.properties)) return refused;
      document.properties[name] = call.plane.documents().at(made.document)->properties[name];
      document.attributes = call.plane.documents().at(made.document)->attributes;
    } else if (afterwards(type.type, name)) {
      if (after.properties.contains(name)) then[name] = after.properties[name];
    } else if (modify && find_member(modify->in, name) && after.properties.contains(name)) {
      in[name] = after.properties[name];
    } else if (auto refused = set_property(made_by, name, after.properties, document)) {
      return refused;
    }
  }
  if (auto refused = call.plane.put(std::move(document))) return refused;
  if (!in.empty()) {
    // With all that the operation takes: some of it goes together.
    for (const Member& member : modify->in) {
      const std::string name(member.name);
      if (after.properties.contains(name)) in[name] = after.properties[name];
    }
    in[std::string(type.modify_by)] = made.document;
    if (auto done = run(*type.service, type.modify, call, in); !done) return done.error();
  }
  if (type.type == "AWS::S3::Bucket") set_versioning(call, made.physical_id, after.properties);
  if (auto refused = deregister(call, made.document, before, after.properties)) return refused;
  if (auto refused = run_afterwards(call, type, then, made.document)) return refused;
  if (type.type == "AWS::EC2::SecurityGroup") {
    if (auto refused = set_group_rules(call, after, made.document)) return refused;
  }
  return set_tags(call, made.document, after);
}

Refusal remove(const Call& call, const ResourceType& type, const Made& made,
               const Json& properties) {
  const bool there = made.document.empty() || call.plane.documents().contains(made.document);
  if (!there) return std::nullopt;
  if (type.take_away) return type.take_away(call, made, properties);
  const Operation* const operation = find_operation(*type.service, type.remove);
  const Member* const by = find_member(operation->in, type.remove_by);
  const Json id = by->kind == Kind::list ? Json::array({made.document}) : Json(made.document);
  const auto done = run(*type.service, type.remove, call, {{std::string(type.remove_by), id}});
  return done ? unsuccessful(*done) : Refusal(done.error());
}

Json attributes_of(const ResourceType& type, const Document& document) {
  Json all = document.attributes;
  for (const char* const secret : {"PrivateKey", "Certificate", "CertificateChain"}) {
    all.erase(secret);
  }
  if (type.attributes) type.attributes(document, all);
  return all;
}

}  // namespace hoplab::awsapi::cloudformation
