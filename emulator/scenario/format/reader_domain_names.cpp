// Custom domain names of REST APIs.
#include "scenario/format/reader_endpoint_configuration.h"

namespace hoplab::scenario {
namespace {

using model::BasePathMapping;
using model::DomainName;
namespace rules = model::rules;

const ObjectType& regional_endpoint_type() {
  static const ObjectType type =
      endpoint_configuration<DomainName>("RegionalEndpoint", "REGIONAL",
                                         "a REGIONAL custom domain name maps to the private API")
          .refuse("VpcEndpointIds", "an API is associated with endpoints")
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
          .value("Stage", text(rules::kStageName), &BasePathMapping::stage, "the API's stage")
          .required()
          .refuse("RestApiId", "name an API of the scenario as RestApi")
          .type();
  return type;
}

}  // namespace

const ObjectType& domain_name_type() {
  static const ObjectType type =
      Define<DomainName>("DomainName", "A custom domain name (AWS::ApiGateway::DomainName).")
          .fixed("EndpointConfiguration", object(regional_endpoint_type), "Types: [REGIONAL]")
          .written([](const DomainName& from, bool) {
            return write_object(regional_endpoint_type(), &from);
          })
          .required()
          .list("BasePathMappings", mapping_type, &DomainName::base_path_mappings,
                "which API stands at which path")
          .required()
          .refuse({"RegionalCertificateArn", "CertificateArn", "SecurityPolicy",
                   "MutualTlsAuthentication", "OwnershipVerificationCertificateArn"},
                  "TLS for this name ends at the execute-api endpoint, whose certificate a load "
                  "balancer does not check")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
