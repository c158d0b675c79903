// Resources that no single operation makes as a template says them.
#include <algorithm>

#include "awsapi/cloudformation/resource_types.h"
#include "awsapi/ec2/resources.h"
#include "awsapi/ec2/security_group_parts.h"
#include "awsapi/elbv2/resources.h"
#include "awsapi/select.h"
#include "awsapi/services.h"
#include "base/address_range.h"
#include "base/ascii.h"

namespace hoplab::awsapi::cloudformation {

namespace {

constexpr Member kRule[] = {text("GroupId"),
                            text("GroupName"),
                            text("IpProtocol").needed(),
                            integer("FromPort"),
                            integer("ToPort"),
                            text("CidrIp"),
                            text("CidrIpv6"),
                            text("SourceSecurityGroupId"),
                            text("SourceSecurityGroupName"),
                            text("SourceSecurityGroupOwnerId"),
                            text("SourcePrefixListId"),
                            text("DestinationSecurityGroupId"),
                            text("DestinationPrefixListId"),
                            text("Description")};

void mark(const Wanted& wanted, Document& document) {
  document.stack = wanted.stack_id;
  document.logical_id = wanted.logical_id;
}

Document document_for(const Call& call, std::string id, std::string_view type,
                      const Wanted& wanted) {
  Document made = call.plane.made(std::move(id), type, call.caller);
  mark(wanted, made);
  made.tags = tags_of_resource(wanted);
  return made;
}

ApiResult<Document> rule_of(const Call& call, const Wanted& wanted, std::string_view type,
                            const std::string& group, const Json& properties) {
  auto bound_rule = bound(properties, structure("", kRule), "");
  if (!bound_rule) return bound_rule.error();
  Json& rule = *bound_rule;
  rule["GroupId"] = group;
  if (!rule.contains("IpProtocol")) {
    return ApiError{"MissingParameter", "The request must contain the parameter ipProtocol"};
  }
  for (const char* const member : {"CidrIp", "CidrIpv6"}) {
    if (rule.contains(member) && !parse_range(text_of(rule, member))) {
      return ApiError{"InvalidParameterValue",
                      "CIDR block " + text_of(rule, member) + " is malformed"};
    }
  }
  Document made = document_for(call, ec2::new_id(call, "sgr-", rule.dump()), type, wanted);
  made.properties = std::move(rule);
  return made;
}

ApiResult<Made> make_rule(const Call& call, const Wanted& wanted, std::string_view type) {
  const std::string group = text_of(wanted.properties, "GroupId");
  if (auto found = ec2::find(call, ec2::kGroupType, group); !found) return found.error();
  auto rule = rule_of(call, wanted, type, group, wanted.properties);
  if (!rule) return rule.error();
  const std::string id = rule->id;
  if (auto refused = call.plane.put(std::move(*rule))) return *refused;
  return Made{id, id};
}

/// A list of rules, or one.
Json list_of(const Json& properties, const char* member) {
  const Json value = properties.value(member, Json::array());
  return value.is_array() ? value : Json::array({value});
}

}  // namespace

ApiResult<Made> make_ingress(const Call& call, const Wanted& wanted) {
  return make_rule(call, wanted, ec2::kIngressType);
}

ApiResult<Made> make_egress(const Call& call, const Wanted& wanted) {
  return make_rule(call, wanted, ec2::kEgressType);
}

Refusal remove_document(const Call& call, const Made& made, const Json&) {
  return call.plane.remove(made.document);
}

Refusal set_group_rules(const Call& call, const Wanted& wanted, const std::string& group) {
  Change change;
  const bool says_egress = !list_of(wanted.properties, "SecurityGroupEgress").empty();
  for (const bool egress : {false, true}) {
    for (const Document* rule : ec2::rules_of(call, group, egress)) {
      const bool of_template =
          rule->stack == wanted.stack_id && rule->logical_id == wanted.logical_id;
      const bool by_default = egress && says_egress && rule->stack.empty();
      if (of_template || by_default) change.remove.push_back(rule->id);
    }
    const char* const member = egress ? "SecurityGroupEgress" : "SecurityGroupIngress";
    for (const Json& one : list_of(wanted.properties, member)) {
      auto rule = rule_of(call, wanted, egress ? ec2::kEgressType : ec2::kIngressType, group, one);
      if (!rule) return rule.error();
      change.put.push_back(std::move(*rule));
    }
  }
  return call.plane.change(std::move(change));
}

ApiResult<Made> make_endpoint(const Call& call, const Wanted& wanted) {
  Json in = wanted.properties;
  for (const char* const member : {"Tags", "DnsOptions", "ServiceRegion", "RouteTableIds"}) {
    in.erase(member);
  }
  if (text_of(in, "VpcEndpointType") != "Interface") {  // to S3 and DynamoDB: a route
    Document record = document_for(call, ec2::new_id(call, "vpce-", wanted.logical_id),
                                   "AWS::EC2::GatewayEndpoint", wanted);
    record.properties = wanted.properties;
    const std::string id = record.id;
    if (auto refused = call.plane.put(std::move(record))) return *refused;
    return Made{id, id};
  }
  auto answer = run(ec2::kService, "CreateVpcEndpoint", call, in);
  if (!answer) return answer.error();
  const Json& described = (*answer)["VpcEndpoint"];
  const std::string id = described["VpcEndpointId"];
  Document document = *call.plane.find(id, ec2::kEndpointType);
  Json entries = Json::array();
  for (const Json& one : described.value("DnsEntries", Json::array())) {
    entries.push_back(text_of(one, "HostedZoneId") + ":" + text_of(one, "DnsName"));
  }
  document.attributes["DnsEntries"] = std::move(entries);
  mark(wanted, document);
  document.tags = tags_of_resource(wanted);
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Made{id, id};
}

Refusal remove_endpoint(const Call& call, const Made& made, const Json& properties) {
  if (text_of(properties, "VpcEndpointType") != "Interface") {
    return call.plane.remove(made.document);
  }
  const auto done = run(ec2::kService, "DeleteVpcEndpoints", call,
                        {{"VpcEndpointIds", Json::array({made.document})}});
  return done ? Refusal() : Refusal(done.error());
}

ApiResult<Made> make_permissions(const Call& call, const Wanted& wanted) {
  const std::string service = text_of(wanted.properties, "ServiceId");
  auto done =
      run(ec2::kService, "ModifyVpcEndpointServicePermissions", call,
          {{"ServiceId", service},
           {"AddAllowedPrincipals", wanted.properties.value("AllowedPrincipals", Json::array())}});
  if (!done) return done.error();
  const std::string id = service + "/permissions";
  Document document = *call.plane.find(id, ec2::kPermissionsType);
  mark(wanted, document);
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Made{service, id};
}

ApiResult<Made> make_revocation(const Call& call, const Wanted& wanted) {
  const std::string store = text_of(wanted.properties, "TrustStoreArn");
  auto answer = run(elbv2::kService, "AddTrustStoreRevocations", call, wanted.properties);
  if (!answer) return answer.error();
  const std::string number = (*answer)["TrustStoreRevocations"].front()["RevocationId"].dump();
  Document document = *call.plane.find(store + "#" + number, elbv2::kRevocationType);
  mark(wanted, document);
  const Made made{number, document.id};
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return made;
}

Refusal remove_revocation(const Call& call, const Made& made, const Json& properties) {
  const auto done = run(elbv2::kService, "RemoveTrustStoreRevocations", call,
                        {{"TrustStoreArn", properties["TrustStoreArn"]},
                         {"RevocationIds", Json::array({made.physical_id})}});
  return done ? Refusal() : Refusal(done.error());
}

ApiResult<Made> make_listener_certificate(const Call& call, const Wanted& wanted) {
  const auto done = run(elbv2::kService, "AddListenerCertificates", call, wanted.properties);
  if (!done) return done.error();
  return Made{generated_name(call, wanted, 64), ""};
}

Refusal remove_listener_certificate(const Call& call, const Made&, const Json& properties) {
  if (!call.plane.find(text_of(properties, "ListenerArn"), elbv2::kListenerType)) {
    return std::nullopt;
  }
  const auto done = run(elbv2::kService, "RemoveListenerCertificates", call, properties);
  return done ? Refusal() : Refusal(done.error());
}

void set_versioning(const Call& call, const std::string& bucket, const Json& properties) {
  const Json versioning = properties.value("VersioningConfiguration", Json::object());
  Bucket* const found = call.plane.objects().bucket(bucket);
  if (found) found->versioned = text_of(versioning, "Status") == "Enabled";
}

ApiResult<Made> make_bucket(const Call& call, const Wanted& wanted) {
  std::string name = text_of(wanted.properties, "BucketName");
  if (name.empty()) {
    name = generated_name(call, wanted, 63);
    std::ranges::transform(name, name.begin(), [](char c) { return lower_case(c); });
  }
  const Bucket* const present = call.plane.objects().bucket(name);
  const bool is_assets = name.starts_with("cdk-") && name.find("-assets-") != std::string::npos;
  const bool is_own = is_assets && present && present->account == call.caller.account &&
                      !call.plane.documents().contains("arn:aws:s3:::" + name);
  if (present && !is_own) {  // the CDK's is there before its stack (s3/buckets.cpp)
    return ApiError{"AlreadyExists", name + " already exists"};
  }
  call.plane.objects().buckets().emplace(
      name, Bucket{call.caller.account, call.caller.region, call.now, false, {}, {}, {}});
  set_versioning(call, name, wanted.properties);
  Document document = document_for(call, "arn:aws:s3:::" + name, "AWS::S3::Bucket", wanted);
  document.physical_id = name;
  document.properties = wanted.properties;
  document.attributes = {
      {"Arn", document.id},
      {"DomainName", name + ".s3.amazonaws.com"},
      {"RegionalDomainName", name + ".s3." + call.caller.region + ".amazonaws.com"},
      {"DualStackDomainName", name + ".s3.dualstack." + call.caller.region + ".amazonaws.com"},
      {"WebsiteURL", "http://" + name + ".s3-website-" + call.caller.region + ".amazonaws.com"}};
  const Made made{name, document.id};
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return made;
}

Refusal remove_bucket(const Call& call, const Made& made, const Json&) {
  const Bucket* const bucket = call.plane.objects().bucket(made.physical_id);
  if (bucket && !bucket->objects.empty()) {
    return ApiError{"BucketNotEmpty", "The bucket you tried to delete is not empty", 409};
  }
  call.plane.objects().buckets().erase(made.physical_id);
  return call.plane.remove(made.document);
}

ApiResult<Made> make_parameter(const Call& call, const Wanted& wanted) {
  Json in = wanted.properties;
  if (!in.contains("Name")) in["Name"] = "CFN-" + generated_name(call, wanted, 60);
  for (const char* const member : {"Tags", "Tier", "AllowedPattern", "Policies"}) in.erase(member);
  if (auto done = run(ssm::kService, "PutParameter", call, in); !done) return done.error();
  const std::string name = in["Name"];
  const std::string id = "arn:aws:ssm:" + call.caller.region + ":" + call.caller.account +
                         ":parameter" + (name.starts_with('/') ? "" : "/") + name;
  Document document = *call.plane.find(id, "AWS::SSM::Parameter");
  mark(wanted, document);
  document.physical_id = name;
  document.attributes["Value"] = in["Value"];
  document.attributes["Type"] = in.value("Type", "String");
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Made{name, id};
}

Refusal remove_parameter(const Call& call, const Made& made, const Json&) {
  return call.plane.remove(made.document);
}

}  // namespace hoplab::awsapi::cloudformation
