// REST APIs with what belongs to them, and their domain names.
#include "scenario/resources/api_paths.h"
#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::kApiResource;
using resources::kRestApi;

constexpr std::string_view kMethodType = "AWS::ApiGateway::Method";
constexpr std::string_view kStageType = "AWS::ApiGateway::Stage";
constexpr std::string_view kMappingType = "AWS::ApiGateway::BasePathMapping";
constexpr std::string_view kMappingV2Type = "AWS::ApiGateway::BasePathMappingV2";

/// Terraform's word for a setting that is not set.
std::optional<Node> unless_minus_one(const Node& value) {
  const bool unset = (value.kind == Node::Kind::integer && value.integer == -1) ||
                     (value.kind != Node::Kind::integer && value.text.starts_with("-1"));
  if (unset) return std::nullopt;
  return value;
}

/// Of an integration that says no more than it would be without it.
std::optional<Node> unless_internet(const Node& value) {
  if (value.text == "INTERNET") return std::nullopt;
  return value;
}

/// "path/to/GET" or "*/*": a path without its first slash, then a method.
std::optional<Node> method_of_path(const Node& value) {
  return text_like(value, value.text.substr(value.text.rfind('/') + 1));
}
std::optional<Node> resource_of_path(const Node& value) {
  const auto slash = value.text.rfind('/');
  std::string path = slash == std::string::npos ? "" : value.text.substr(0, slash);
  if (path == "*") return text_like(value, "/*");
  if (path.starts_with("~1")) path.erase(0, 2);
  while (path.starts_with("/")) path.erase(0, 1);
  return text_like(value, "/" + path);
}

constexpr Attribute kApiTable[] = {
    {"name", "Name"},
    {"endpoint_configuration.types", "EndpointConfiguration/Types"},
    {"endpoint_configuration.vpc_endpoint_ids", "EndpointConfiguration/VpcEndpointIds"},
    {"policy", "Policy", json_text},
    {"body", "Body", json_text},
    {"api_key_source", "ApiKeySourceType"},
    {"binary_media_types", "BinaryMediaTypes"},
    {"minimum_compression_size", "MinimumCompressionSize", unless_minus_one},
    {"disable_execute_api_endpoint", "DisableExecuteApiEndpoint"},
};

constexpr Attribute kResourceTable[] = {
    {"rest_api_id", "RestApiId"},
    {"parent_id", "ParentId"},
    {"path_part", "PathPart"},
};

constexpr Attribute kMethodTable[] = {
    {"rest_api_id", "RestApiId"},           {"resource_id", "ResourceId"},
    {"http_method", "HttpMethod"},          {"authorization", "AuthorizationType"},
    {"authorizer_id", "AuthorizerId"},      {"authorization_scopes", "AuthorizationScopes"},
    {"api_key_required", "ApiKeyRequired"}, {"request_validator_id", "RequestValidatorId"},
    {"request_models", "RequestModels"},    {"request_parameters", "RequestParameters"},
};

constexpr Attribute kIntegration[] = {
    {"type", "Type"},
    {"integration_http_method", "IntegrationHttpMethod"},
    {"uri", "Uri"},
    {"connection_type", "ConnectionType", unless_internet},
    {"connection_id", "ConnectionId"},
    {"integration_target", "IntegrationTarget"},
    {"credentials", "Credentials"},
    {"request_parameters", "RequestParameters"},
    {"request_templates", "RequestTemplates"},
    {"passthrough_behavior", "PassthroughBehavior"},
    {"content_handling", "ContentHandling"},
    {"timeout_milliseconds", "TimeoutInMillis", unless_zero},
    {"response_transfer_mode", "ResponseTransferMode"},
    {"tls_config.insecure_skip_verification", "TlsConfig/InsecureSkipVerification"},
};

constexpr Attribute kIntegrationResponse[] = {
    {"status_code", "StatusCode"},
    {"selection_pattern", "SelectionPattern"},
    {"response_parameters", "ResponseParameters"},
    {"response_templates", "ResponseTemplates"},
    {"content_handling", "ContentHandling"},
};

constexpr Attribute kDeployment[] = {
    {"rest_api_id", "RestApiId"},
    {"stage_name", "StageName"},
};

constexpr Attribute kStageTable[] = {
    {"rest_api_id", "RestApiId"},
    {"stage_name", "StageName"},
    {"variables", "Variables"},
    {"access_log_settings.format", "AccessLogSetting/Format"},
    {"canary_settings.percent_traffic", "CanarySetting/PercentTraffic"},
    {"canary_settings.stage_variable_overrides", "CanarySetting/StageVariableOverrides"},
};

constexpr Attribute kMethodSettings[] = {
    {"method_path", "ResourcePath", resource_of_path},
    {"method_path", "HttpMethod", method_of_path},
    {"settings.throttling_rate_limit", "ThrottlingRateLimit", unless_minus_one},
    {"settings.throttling_burst_limit", "ThrottlingBurstLimit", unless_minus_one},
    {"settings.logging_level", "LoggingLevel"},
    {"settings.data_trace_enabled", "DataTraceEnabled"},
    {"settings.metrics_enabled", "MetricsEnabled"},
};

constexpr Attribute kAuthorizer[] = {
    {"rest_api_id", "RestApiId"},
    {"name", "Name"},
    {"type", "Type"},
    {"authorizer_uri", "AuthorizerUri"},
    {"identity_source", "IdentitySource"},
    {"identity_validation_expression", "IdentityValidationExpression"},
    {"authorizer_result_ttl_in_seconds", "AuthorizerResultTtlInSeconds"},
    {"provider_arns", "ProviderARNs"},
};

constexpr Attribute kModel[] = {
    {"rest_api_id", "RestApiId"},
    {"name", "Name"},
    {"content_type", "ContentType"},
    {"schema", "Schema", json_text},
};

constexpr Attribute kValidator[] = {
    {"rest_api_id", "RestApiId"},
    {"name", "Name"},
    {"validate_request_body", "ValidateRequestBody"},
    {"validate_request_parameters", "ValidateRequestParameters"},
};

constexpr Attribute kGatewayResponse[] = {
    {"rest_api_id", "RestApiId"},
    {"response_type", "ResponseType"},
    {"status_code", "StatusCode"},
    {"response_parameters", "ResponseParameters"},
    {"response_templates", "ResponseTemplates"},
};

constexpr Attribute kApiKey[] = {
    {"name", "Name"},
    {"value", "Value"},
    {"enabled", "Enabled"},
};

constexpr Attribute kPlanStage[] = {
    {"api_id", "ApiId"},
    {"stage", "Stage"},
};

constexpr Attribute kUsagePlan[] = {
    {"name", "UsagePlanName"},
    {"api_stages", "ApiStages", nullptr, kPlanStage},
    {"throttle_settings.rate_limit", "Throttle/RateLimit"},
    {"throttle_settings.burst_limit", "Throttle/BurstLimit"},
    {"quota_settings.limit", "Quota/Limit"},
    {"quota_settings.offset", "Quota/Offset"},
    {"quota_settings.period", "Quota/Period"},
};

constexpr Attribute kUsagePlanKey[] = {
    {"usage_plan_id", "UsagePlanId"},
    {"key_id", "KeyId"},
    {"key_type", "KeyType"},
};

constexpr Attribute kVpcLink[] = {
    {"name", "Name"},
    {"target_arns", "TargetArns"},
};

constexpr Attribute kVpcLinkV2[] = {
    {"name", "Name"},
    {"subnet_ids", "SubnetIds"},
    {"security_group_ids", "SecurityGroupIds"},
};

constexpr Attribute kDomainName[] = {
    {"domain_name", "DomainName"},
    {"endpoint_configuration.types", "EndpointConfiguration/Types"},
    {"regional_certificate_arn", "RegionalCertificateArn"},
    {"certificate_arn", "CertificateArn"},
    {"policy", "Policy", json_text},
};

constexpr Attribute kBasePath[] = {
    {"domain_name", "DomainName"},
    {"api_id", "RestApiId"},
    {"stage_name", "Stage"},
    {"base_path", "BasePath"},
};

constexpr Attribute kBasePathV2[] = {
    {"domain_name_arn", "DomainNameArn"},
    {"api_id", "RestApiId"},
    {"stage_name", "Stage"},
    {"base_path", "BasePath"},
};

constexpr Attribute kAssociation[] = {
    {"domain_name_arn", "DomainNameArn"},
    {"access_association_source", "AccessAssociationSource"},
};

constexpr Attribute kPolicyOfApi[] = {{"policy", "", json_text}};
constexpr Attribute kBodyOfApi[] = {{"body", "", json_text}};

constexpr Mapping kApiMappings[] = {
    {"aws_api_gateway_rest_api", kRestApi, kApiTable},
    {"aws_api_gateway_resource", kApiResource, kResourceTable},
    {"aws_api_gateway_method", kMethodType, kMethodTable},
    {"aws_api_gateway_deployment", "AWS::ApiGateway::Deployment", kDeployment},
    {"aws_api_gateway_stage", kStageType, kStageTable},
    {"aws_api_gateway_authorizer", "AWS::ApiGateway::Authorizer", kAuthorizer},
    {"aws_api_gateway_model", "AWS::ApiGateway::Model", kModel},
    {"aws_api_gateway_request_validator", "AWS::ApiGateway::RequestValidator", kValidator},
    {"aws_api_gateway_gateway_response", "AWS::ApiGateway::GatewayResponse", kGatewayResponse},
    {"aws_api_gateway_api_key", "AWS::ApiGateway::ApiKey", kApiKey},
    {"aws_api_gateway_usage_plan", "AWS::ApiGateway::UsagePlan", kUsagePlan},
    {"aws_api_gateway_usage_plan_key", "AWS::ApiGateway::UsagePlanKey", kUsagePlanKey},
    {"aws_api_gateway_vpc_link", "AWS::ApiGateway::VpcLink", kVpcLink},
    {"aws_apigatewayv2_vpc_link", "AWS::ApiGatewayV2::VpcLink", kVpcLinkV2},
    {"aws_api_gateway_domain_name",
     "AWS::ApiGateway::DomainNameV2",
     kDomainName,
     {},
     "endpoint_configuration.types=PRIVATE",
     "arn"},
    {"aws_api_gateway_domain_name",
     "AWS::ApiGateway::DomainName",
     kDomainName,
     {},
     {},
     "domain_name"},
    {"aws_api_gateway_base_path_mapping", kMappingType, kBasePath, {}, "domain_name_id="},
    {"aws_api_gateway_base_path_mapping", kMappingV2Type, kBasePathV2},
    {"aws_api_gateway_domain_name_access_association",
     "AWS::ApiGateway::DomainNameAccessAssociation", kAssociation},
};

constexpr Key kOfApi[] = {{"rest_api_id", ""}};
constexpr Key kOfMethod[] = {
    {"rest_api_id", "RestApiId"}, {"resource_id", "ResourceId"}, {"http_method", "HttpMethod"}};
constexpr Key kOfStage[] = {{"rest_api_id", "RestApiId"}, {"stage_name", "StageName"}};

constexpr Join kApiJoins[] = {
    {"aws_api_gateway_rest_api_policy", kRestApi, kOfApi, "Policy", kPolicyOfApi},
    {"aws_api_gateway_rest_api_put", kRestApi, kOfApi, "Body", kBodyOfApi},
    {"aws_api_gateway_integration", kMethodType, kOfMethod, "Integration", kIntegration},
    {"aws_api_gateway_integration_response", kMethodType, kOfMethod,
     "Integration/IntegrationResponses[]", kIntegrationResponse},
    {"aws_api_gateway_method_settings", kStageType, kOfStage, "MethodSettings[]", kMethodSettings},
};

}  // namespace

std::span<const Mapping> api_mappings() {
  return kApiMappings;
}

std::span<const Join> api_joins() {
  return kApiJoins;
}

}  // namespace hoplab::scenario::terraform
