// API Gateway's structures under the names that templates have for them; on the wire each begins in
// lower case (json_codec.h), or is called as wire() says.
#pragma once

#include "awsapi/shape.h"

namespace hoplab::awsapi::apigateway {

constexpr Member named(const Member& member, std::string_view on_the_wire) {
  return member.wire(on_the_wire, on_the_wire);
}

constexpr std::string_view kSources = "HEADER|AUTHORIZER";
constexpr std::string_view kHandlings = "CONVERT_TO_BINARY|CONVERT_TO_TEXT";

constexpr Member kPatch[] = {choice("Op", "add|remove|replace|move|copy|test").needed(),
                             text("Path").needed(), text("Value"), text("From")};
constexpr Member kThrottle[] = {integer("BurstLimit"), number("RateLimit")};
constexpr Member kEndpointConfiguration[] = {
    texts("Types"), choice("IpAddressType", "ipv4|dualstack"), texts("VpcEndpointIds")};

constexpr Member kRestApi[] = {text("Id"),
                               text("Name"),
                               text("Description"),
                               timestamp("CreatedDate"),
                               text("Version"),
                               texts("Warnings"),
                               texts("BinaryMediaTypes"),
                               integer("MinimumCompressionSize").range(0, 10'485'760),
                               named(choice("ApiKeySourceType", kSources), "apiKeySource"),
                               structure("EndpointConfiguration", kEndpointConfiguration),
                               text("Policy"),
                               map("Tags"),
                               boolean("DisableExecuteApiEndpoint"),
                               text("RootResourceId"),
                               text("SecurityPolicy"),
                               choice("EndpointAccessMode", "BASIC|STRICT"),
                               text("ApiStatus")};

constexpr Member kIntegrationResponse[] = {text("StatusCode"), text("SelectionPattern"),
                                           map("ResponseParameters"), map("ResponseTemplates"),
                                           choice("ContentHandling", kHandlings)};
constexpr Member kTlsConfig[] = {boolean("InsecureSkipVerification")};
constexpr Member kIntegration[] = {
    choice("Type", "HTTP|AWS|MOCK|HTTP_PROXY|AWS_PROXY"),
    named(text("IntegrationHttpMethod"), "httpMethod"),
    text("Uri"),
    choice("ConnectionType", "INTERNET|VPC_LINK"),
    text("ConnectionId"),
    text("Credentials"),
    map("RequestParameters"),
    map("RequestTemplates"),
    choice("PassthroughBehavior", "WHEN_NO_MATCH|WHEN_NO_TEMPLATES|NEVER"),
    choice("ContentHandling", kHandlings),
    integer("TimeoutInMillis").range(50, 900'000),
    text("CacheNamespace"),
    texts("CacheKeyParameters"),
    map("IntegrationResponses", kIntegrationResponse),
    structure("TlsConfig", kTlsConfig),
    choice("ResponseTransferMode", "BUFFERED|STREAM"),
    text("IntegrationTarget")};
constexpr Member kMethodResponse[] = {text("StatusCode"),
                                      several("ResponseParameters", Kind::map, Kind::boolean),
                                      map("ResponseModels")};
constexpr Member kMethod[] = {text("HttpMethod"),
                              choice("AuthorizationType", "NONE|AWS_IAM|CUSTOM|COGNITO_USER_POOLS"),
                              text("AuthorizerId"),
                              boolean("ApiKeyRequired"),
                              text("RequestValidatorId"),
                              text("OperationName"),
                              several("RequestParameters", Kind::map, Kind::boolean),
                              map("RequestModels"),
                              map("MethodResponses", kMethodResponse),
                              named(structure("Integration", kIntegration), "methodIntegration"),
                              texts("AuthorizationScopes")};
constexpr Member kResource[] = {text("Id"), text("ParentId"), text("PathPart"), text("Path"),
                                map("ResourceMethods", kMethod)};

constexpr Member kDeployment[] = {text("Id"), text("Description"), timestamp("CreatedDate"),
                                  any("ApiSummary")};
constexpr Member kCanaryOfDeployment[] = {number("PercentTraffic"), map("StageVariableOverrides"),
                                          boolean("UseStageCache")};
constexpr Member kCanary[] = {number("PercentTraffic"), text("DeploymentId"),
                              map("StageVariableOverrides"), boolean("UseStageCache")};
constexpr Member kAccessLog[] = {text("Format"), text("DestinationArn")};
constexpr Member kMethodSettings[] = {
    boolean("MetricsEnabled"),     choice("LoggingLevel", "OFF|ERROR|INFO"),
    boolean("DataTraceEnabled"),   integer("ThrottlingBurstLimit"),
    number("ThrottlingRateLimit"), boolean("CachingEnabled"),
    integer("CacheTtlInSeconds"),  boolean("CacheDataEncrypted")};
constexpr Member kStage[] = {text("DeploymentId"),
                             text("ClientCertificateId"),
                             text("StageName"),
                             text("Description"),
                             boolean("CacheClusterEnabled"),
                             text("CacheClusterSize"),
                             text("CacheClusterStatus"),
                             map("MethodSettings", kMethodSettings),
                             map("Variables"),
                             text("DocumentationVersion"),
                             named(structure("AccessLogSetting", kAccessLog), "accessLogSettings"),
                             named(structure("CanarySetting", kCanary), "canarySettings"),
                             boolean("TracingEnabled"),
                             map("Tags"),
                             timestamp("CreatedDate"),
                             timestamp("LastUpdatedDate")};

constexpr Member kAuthorizer[] = {text("Id"),
                                  text("Name"),
                                  choice("Type", "TOKEN|REQUEST|COGNITO_USER_POOLS"),
                                  texts("ProviderARNs"),
                                  text("AuthType"),
                                  text("AuthorizerUri"),
                                  text("AuthorizerCredentials"),
                                  text("IdentitySource"),
                                  text("IdentityValidationExpression"),
                                  integer("AuthorizerResultTtlInSeconds").range(0, 3600)};
constexpr Member kModel[] = {text("Id"), text("Name"), text("Description"), text("Schema"),
                             text("ContentType")};
constexpr Member kRequestValidator[] = {text("Id"), text("Name"), boolean("ValidateRequestBody"),
                                        boolean("ValidateRequestParameters")};
constexpr Member kGatewayResponse[] = {text("ResponseType"), text("StatusCode"),
                                       map("ResponseParameters"), map("ResponseTemplates"),
                                       boolean("DefaultResponse")};

constexpr Member kDomainName[] = {
    text("DomainName"),
    text("DomainNameId"),
    text("DomainNameArn"),
    text("CertificateName"),
    text("CertificateArn"),
    timestamp("CertificateUploadDate"),
    text("RegionalDomainName"),
    text("RegionalHostedZoneId"),
    text("RegionalCertificateName"),
    text("RegionalCertificateArn"),
    text("DistributionDomainName"),
    text("DistributionHostedZoneId"),
    structure("EndpointConfiguration", kEndpointConfiguration),
    text("DomainNameStatus"),
    text("SecurityPolicy"),
    choice("EndpointAccessMode", "BASIC|STRICT"),
    map("Tags"),
    text("OwnershipVerificationCertificateArn"),
    text("Policy"),
    choice("RoutingMode",
           "BASE_PATH_MAPPING_ONLY|ROUTING_RULE_ONLY|ROUTING_RULE_THEN_BASE_PATH_MAPPING")};
constexpr Member kBasePathMapping[] = {text("BasePath"), text("RestApiId"), text("Stage")};
constexpr Member kAccessAssociation[] = {
    text("DomainNameAccessAssociationArn"), text("DomainNameArn"),
    choice("AccessAssociationSourceType", "VPCE"), text("AccessAssociationSource"), map("Tags")};

constexpr Member kStageKey[] = {text("RestApiId"), text("StageName")};
constexpr Member kApiKey[] = {text("Id"),
                              text("Value"),
                              text("Name"),
                              text("CustomerId"),
                              text("Description"),
                              boolean("Enabled"),
                              timestamp("CreatedDate"),
                              timestamp("LastUpdatedDate"),
                              texts("StageKeys"),
                              map("Tags")};
constexpr Member kApiStage[] = {text("ApiId"), text("Stage"), map("Throttle", kThrottle)};
constexpr Member kQuota[] = {integer("Limit"), integer("Offset"),
                             choice("Period", "DAY|WEEK|MONTH")};
constexpr Member kUsagePlan[] = {text("Id"),
                                 named(text("UsagePlanName"), "name"),
                                 text("Description"),
                                 list("ApiStages", kApiStage),
                                 structure("Throttle", kThrottle),
                                 structure("Quota", kQuota),
                                 text("ProductCode"),
                                 map("Tags")};
constexpr Member kUsagePlanKey[] = {text("Id"), text("Type"), text("Value"), text("Name")};
constexpr Member kVpcLink[] = {text("Id"),          text("Name"),   text("Description"),
                               texts("TargetArns"), text("Status"), map("Tags")};
constexpr Member kAccount[] = {named(text("CloudWatchRoleArn"), "cloudwatchRoleArn"),
                               structure("ThrottleSettings", kThrottle), texts("Features"),
                               text("ApiKeyVersion")};

}  // namespace hoplab::awsapi::apigateway
