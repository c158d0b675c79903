// Custom domain names of REST APIs.
#include "scenario/format/reader_policy.h"

namespace hoplab::scenario {
namespace {

using model::BasePathMapping;
using model::DomainName;
namespace rules = model::rules;

const ObjectType& domain_endpoint_type() {
  static const ObjectType type =
      Define<DomainName>("DomainEndpoint", "The kind of endpoint.")
          .own("Types",
               list_of(choice({"REGIONAL", "PRIVATE"},
                              {{"EDGE", "its traffic does not come through a VPC endpoint"}}),
                       1, 1),
               "REGIONAL, or PRIVATE: reached through endpoints that are associated with it",
               [](DomainName& into, const Node& node, ReadContext&) {
                 into.endpoint_type = node.items.front().text;
               })
          .written(
              [](const DomainName& from, bool) { return list_node({node_of(from.endpoint_type)}); })
          .required()
          .refuse("IpAddressType", "endpoints are IPv4")
          .refuse("VpcEndpointIds", "AccessAssociations names the endpoints of a private one")
          .type();
  return type;
}

const ObjectType& mapping_type() {
  static const ObjectType type =
      Define<BasePathMapping>("BasePathMapping",
                              "Where an API stands (AWS::ApiGateway::BasePathMapping).")
          .value("BasePath", text(rules::kBasePath), &BasePathMapping::base_path,
                 "the path in front; empty, the default, is the root")
          .value("RestApi", text(rules::kNotEmpty), &BasePathMapping::rest_api,
                 "an API of this scenario")
          .required()
          .value("Stage", text(rules::kStageName), &BasePathMapping::stage,
                 "the API's stage; default: the one that the path begins with")
          .refuse("RestApiId", "name an API of the scenario as RestApi")
          .type();
  return type;
}

}  // namespace

const ObjectType& domain_name_type() {
  static const ObjectType type =
      Define<DomainName>("DomainName", "A custom domain name (AWS::ApiGateway::DomainName).")
          .nested(
              "EndpointConfiguration", domain_endpoint_type,
              [](DomainName& into) -> DomainName& { return into; },
              "Types: [REGIONAL] or [PRIVATE]")
          .required()
          .list("BasePathMappings", mapping_type, &DomainName::base_path_mappings,
                "which API stands at which path")
          .value("Account", text(rules::kAccount), &DomainName::account,
                 "of a private one: the account it is in; default 111111111111")
          .own("Policy", json(),
               "of a private one: the policy for execute-api; without one nobody may call it",
               [](DomainName& into, const Node& node, ReadContext& context) {
                 read_policy(into.policy, node, context, "a domain name's policy",
                             kLongestResourcePolicy);
               })
          .written([](const DomainName& from, bool) { return written_policy(from.policy); })
          .value("AccessAssociations", list_of(text(rules::kNotEmpty), 1, 50),
                 &DomainName::vpc_endpoints,
                 "of a private one: the execute-api endpoints of this scenario that it is "
                 "associated with, by name (AWS::ApiGateway::DomainNameAccessAssociation)")
          .word<model::RoutingMode>(
              "RoutingMode",
              {{"BASE_PATH_MAPPING_ONLY", model::RoutingMode::base_path_mapping_only},
               {"ROUTING_RULE_ONLY", model::RoutingMode::routing_rule_only},
               {"ROUTING_RULE_THEN_BASE_PATH_MAPPING",
                model::RoutingMode::routing_rule_then_base_path_mapping}},
              &DomainName::routing_mode, "what is looked at; default BASE_PATH_MAPPING_ONLY")
          .list("RoutingRules", routing_rule_type, &DomainName::routing_rules,
                "of a private one: which requests go to which API")
          .refuse("ManagementPolicy", "it guards changes, not traffic")
          .refuse({"RegionalCertificateArn", "CertificateArn", "SecurityPolicy",
                   "MutualTlsAuthentication", "OwnershipVerificationCertificateArn"},
                  "TLS for this name ends at the execute-api endpoint, whose certificate a load "
                  "balancer does not check")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
