// What API Gateway's operations take, and lists that they answer.
#pragma once

#include "awsapi/apigateway/shapes.h"

namespace hoplab::awsapi::apigateway {

constexpr Member kCreateApiKeyIn[] = {
    text("Name"),  text("Description"),          boolean("Enabled"), boolean("GenerateDistinctId"),
    text("Value"), list("StageKeys", kStageKey), text("CustomerId"), map("Tags")};
constexpr Member kCreateAuthorizerIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("Name").needed(),
    choice("Type", "TOKEN|REQUEST|COGNITO_USER_POOLS").needed(),
    texts("ProviderARNs"),
    text("AuthType"),
    text("AuthorizerUri"),
    text("AuthorizerCredentials"),
    text("IdentitySource"),
    text("IdentityValidationExpression"),
    integer("AuthorizerResultTtlInSeconds").range(0, 3600)};
constexpr Member kCreateBasePathMappingIn[] = {text("DomainName").in_path("domain_name").needed(),
                                               text("DomainNameId").in_query("domainNameId"),
                                               text("BasePath"), text("RestApiId").needed(),
                                               text("Stage")};
constexpr Member kCreateDeploymentIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("StageName"),
    text("StageDescription"),
    text("Description"),
    boolean("CacheClusterEnabled"),
    choice("CacheClusterSize", "0.5|1.6|6.1|13.5|28.4|58.2|118|237"),
    map("Variables"),
    structure("CanarySettings", kCanaryOfDeployment),
    boolean("TracingEnabled")};
constexpr Member kCreateDomainNameIn[] = {
    text("DomainName").needed(),
    text("CertificateName"),
    text("CertificateArn"),
    text("RegionalCertificateName"),
    text("RegionalCertificateArn"),
    structure("EndpointConfiguration", kEndpointConfiguration),
    map("Tags"),
    text("SecurityPolicy"),
    choice("EndpointAccessMode", "BASIC|STRICT"),
    text("OwnershipVerificationCertificateArn"),
    text("Policy"),
    choice("RoutingMode",
           "BASE_PATH_MAPPING_ONLY|ROUTING_RULE_ONLY|ROUTING_RULE_THEN_BASE_PATH_MAPPING")};
constexpr Member kCreateDomainNameAccessAssociationIn[] = {
    text("DomainNameArn").needed(), choice("AccessAssociationSourceType", "VPCE").needed(),
    text("AccessAssociationSource").needed(), map("Tags")};
constexpr Member kCreateModelIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                     text("Name").needed(), text("Description"), text("Schema"),
                                     text("ContentType").needed()};
constexpr Member kCreateRequestValidatorIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                                text("Name"), boolean("ValidateRequestBody"),
                                                boolean("ValidateRequestParameters")};
constexpr Member kCreateResourceIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                        text("ParentId").in_path("parent_id").needed(),
                                        text("PathPart").needed()};
constexpr Member kCreateRestApiIn[] = {text("Name").needed(),
                                       text("Description"),
                                       text("Version"),
                                       texts("BinaryMediaTypes"),
                                       integer("MinimumCompressionSize").range(0, 10'485'760),
                                       named(choice("ApiKeySourceType", kSources), "apiKeySource"),
                                       structure("EndpointConfiguration", kEndpointConfiguration),
                                       text("Policy"),
                                       map("Tags"),
                                       boolean("DisableExecuteApiEndpoint"),
                                       text("SecurityPolicy"),
                                       choice("EndpointAccessMode", "BASIC|STRICT")};
constexpr Member kCreateStageIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("StageName").needed(),
    text("DeploymentId").needed(),
    text("Description"),
    boolean("CacheClusterEnabled"),
    choice("CacheClusterSize", "0.5|1.6|6.1|13.5|28.4|58.2|118|237"),
    map("Variables"),
    text("DocumentationVersion"),
    named(structure("CanarySetting", kCanary), "canarySettings"),
    boolean("TracingEnabled"),
    map("Tags")};
constexpr Member kCreateUsagePlanIn[] = {named(text("UsagePlanName"), "name").needed(),
                                         text("Description"),
                                         list("ApiStages", kApiStage),
                                         structure("Throttle", kThrottle),
                                         structure("Quota", kQuota),
                                         map("Tags")};
constexpr Member kCreateUsagePlanKeyIn[] = {text("UsagePlanId").in_path("usageplanId").needed(),
                                            text("KeyId").needed(), text("KeyType").needed()};
constexpr Member kCreateVpcLinkIn[] = {text("Name").needed(), text("Description"),
                                       texts("TargetArns").needed(), map("Tags")};
constexpr Member kDeleteApiKeyIn[] = {text("ApiKey").in_path("api_Key").needed()};
constexpr Member kDeleteAuthorizerIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                          text("AuthorizerId").in_path("authorizer_id").needed()};
constexpr Member kDeleteBasePathMappingIn[] = {text("DomainName").in_path("domain_name").needed(),
                                               text("BasePath").in_path("base_path").needed(),
                                               text("DomainNameId").in_query("domainNameId")};
constexpr Member kDeleteDeploymentIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                          text("DeploymentId").in_path("deployment_id").needed()};
constexpr Member kDeleteDomainNameIn[] = {text("DomainName").in_path("domain_name").needed(),
                                          text("DomainNameId").in_query("domainNameId")};
constexpr Member kDeleteDomainNameAccessAssociationIn[] = {
    text("DomainNameAccessAssociationArn").in_path("domain_name_access_association_arn").needed()};
constexpr Member kDeleteGatewayResponseIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("ResponseType").in_path("response_type").needed()};
constexpr Member kDeleteIntegrationIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                           text("ResourceId").in_path("resource_id").needed(),
                                           text("HttpMethod").in_path("http_method").needed()};
constexpr Member kDeleteIntegrationResponseIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("ResourceId").in_path("resource_id").needed(),
    text("HttpMethod").in_path("http_method").needed(),
    text("StatusCode").in_path("status_code").needed()};
constexpr Member kDeleteModelIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                     text("ModelName").in_path("model_name").needed()};
constexpr Member kDeleteRequestValidatorIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("RequestValidatorId").in_path("requestvalidator_id").needed()};
constexpr Member kDeleteResourceIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                        text("ResourceId").in_path("resource_id").needed()};
constexpr Member kDeleteRestApiIn[] = {text("RestApiId").in_path("restapi_id").needed()};
constexpr Member kDeleteStageIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                     text("StageName").in_path("stage_name").needed()};
constexpr Member kDeleteUsagePlanIn[] = {text("UsagePlanId").in_path("usageplanId").needed()};
constexpr Member kDeleteUsagePlanKeyIn[] = {text("UsagePlanId").in_path("usageplanId").needed(),
                                            text("KeyId").in_path("keyId").needed()};
constexpr Member kDeleteVpcLinkIn[] = {text("VpcLinkId").in_path("vpclink_id").needed()};
constexpr Member kOfApiKey[] = {text("ApiKey").in_path("api_Key").needed(),
                                boolean("IncludeValue").in_query("includeValue")};
constexpr Member kOfApiKeys[] = {
    text("Position").in_query("position"), integer("Limit").range(1, 500).in_query("limit"),
    text("NameQuery").in_query("name"), text("CustomerId").in_query("customerId"),
    boolean("IncludeValues").in_query("includeValues")};
constexpr Member kOfAuthorizers[] = {text("RestApiId").in_path("restapi_id").needed(),
                                     text("Position").in_query("position"),
                                     integer("Limit").range(1, 500).in_query("limit")};
constexpr Member kOfBasePathMappings[] = {text("DomainName").in_path("domain_name").needed(),
                                          text("DomainNameId").in_query("domainNameId"),
                                          text("Position").in_query("position"),
                                          integer("Limit").range(1, 500).in_query("limit")};
constexpr Member kOfDeployment[] = {text("RestApiId").in_path("restapi_id").needed(),
                                    text("DeploymentId").in_path("deployment_id").needed(),
                                    texts("Embed").in_query("embed")};
constexpr Member kOfDomainNameAccessAssociations[] = {
    text("Position").in_query("position"), integer("Limit").range(1, 500).in_query("limit"),
    choice("ResourceOwner", "SELF|OTHER_ACCOUNTS").in_query("resourceOwner")};
constexpr Member kOfResource[] = {text("RestApiId").in_path("restapi_id").needed(),
                                  text("ResourceId").in_path("resource_id").needed(),
                                  texts("Embed").in_query("embed")};
constexpr Member kOfResources[] = {
    text("RestApiId").in_path("restapi_id").needed(), text("Position").in_query("position"),
    integer("Limit").range(1, 500).in_query("limit"), texts("Embed").in_query("embed")};
constexpr Member kOfRestApis[] = {text("Position").in_query("position"),
                                  integer("Limit").range(1, 500).in_query("limit")};
constexpr Member kOfStages[] = {text("RestApiId").in_path("restapi_id").needed(),
                                text("DeploymentId").in_query("deploymentId")};
constexpr Member kOfTags[] = {text("ResourceArn").in_path("resource_arn").needed(),
                              text("Position").in_query("position"),
                              integer("Limit").range(1, 500).in_query("limit")};
constexpr Member kOfUsagePlanKeys[] = {
    text("UsagePlanId").in_path("usageplanId").needed(), text("Position").in_query("position"),
    integer("Limit").range(1, 500).in_query("limit"), text("NameQuery").in_query("name")};
constexpr Member kOfUsagePlans[] = {text("Position").in_query("position"),
                                    text("KeyId").in_query("keyId"),
                                    integer("Limit").range(1, 500).in_query("limit")};
constexpr Member kImportRestApiIn[] = {
    blob("Body").at(Where::payload).needed(), boolean("FailOnWarnings").in_query("failonwarnings"),
    text("Mode").in_query("mode"), map("Parameters").at(Where::query)};
constexpr Member kPutRestApiIn[] = {
    text("RestApiId").in_path("restapi_id").needed(), blob("Body").at(Where::payload).needed(),
    choice("Mode", "merge|overwrite").in_query("mode"),
    boolean("FailOnWarnings").in_query("failonwarnings"), map("Parameters").at(Where::query)};
constexpr Member kPutGatewayResponseIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                            text("ResponseType").in_path("response_type").needed(),
                                            text("StatusCode"), map("ResponseParameters"),
                                            map("ResponseTemplates")};
constexpr Member kPutIntegrationIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("ResourceId").in_path("resource_id").needed(),
    text("HttpMethod").in_path("http_method").needed(),
    choice("Type", "HTTP|AWS|MOCK|HTTP_PROXY|AWS_PROXY").needed(),
    named(text("IntegrationHttpMethod"), "httpMethod"),
    text("Uri"),
    choice("ConnectionType", "INTERNET|VPC_LINK"),
    text("ConnectionId"),
    text("Credentials"),
    map("RequestParameters"),
    map("RequestTemplates"),
    text("PassthroughBehavior"),
    text("CacheNamespace"),
    texts("CacheKeyParameters"),
    choice("ContentHandling", "CONVERT_TO_BINARY|CONVERT_TO_TEXT"),
    integer("TimeoutInMillis").range(50, 900'000),
    structure("TlsConfig", kTlsConfig),
    choice("ResponseTransferMode", "BUFFERED|STREAM"),
    text("IntegrationTarget")};
constexpr Member kPutIntegrationResponseIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("ResourceId").in_path("resource_id").needed(),
    text("HttpMethod").in_path("http_method").needed(),
    text("StatusCode").in_path("status_code").needed(),
    text("SelectionPattern"),
    map("ResponseParameters"),
    map("ResponseTemplates"),
    choice("ContentHandling", "CONVERT_TO_BINARY|CONVERT_TO_TEXT")};
constexpr Member kPutMethodIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                   text("ResourceId").in_path("resource_id").needed(),
                                   text("HttpMethod").in_path("http_method").needed(),
                                   text("AuthorizationType").needed(),
                                   text("AuthorizerId"),
                                   boolean("ApiKeyRequired"),
                                   text("OperationName"),
                                   several("RequestParameters", Kind::map, Kind::boolean),
                                   map("RequestModels"),
                                   text("RequestValidatorId"),
                                   texts("AuthorizationScopes")};
constexpr Member kPutMethodResponseIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                           text("ResourceId").in_path("resource_id").needed(),
                                           text("HttpMethod").in_path("http_method").needed(),
                                           text("StatusCode").in_path("status_code").needed(),
                                           several("ResponseParameters", Kind::map, Kind::boolean),
                                           map("ResponseModels")};
constexpr Member kRejectDomainNameAccessAssociationIn[] = {
    text("DomainNameAccessAssociationArn").in_query("domainNameAccessAssociationArn").needed(),
    text("DomainNameArn").in_query("domainNameArn").needed()};
constexpr Member kTagResourceIn[] = {text("ResourceArn").in_path("resource_arn").needed(),
                                     map("Tags").needed()};
constexpr Member kUntagResourceIn[] = {text("ResourceArn").in_path("resource_arn").needed(),
                                       texts("TagKeys").in_query("tagKeys").needed()};
constexpr Member kUpdateAccountIn[] = {list("PatchOperations", kPatch)};
constexpr Member kUpdateApiKeyIn[] = {text("ApiKey").in_path("api_Key").needed(),
                                      list("PatchOperations", kPatch)};
constexpr Member kUpdateAuthorizerIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                          text("AuthorizerId").in_path("authorizer_id").needed(),
                                          list("PatchOperations", kPatch)};
constexpr Member kUpdateBasePathMappingIn[] = {text("DomainName").in_path("domain_name").needed(),
                                               text("BasePath").in_path("base_path").needed(),
                                               text("DomainNameId").in_query("domainNameId"),
                                               list("PatchOperations", kPatch)};
constexpr Member kUpdateDeploymentIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                          text("DeploymentId").in_path("deployment_id").needed(),
                                          list("PatchOperations", kPatch)};
constexpr Member kUpdateDomainNameIn[] = {text("DomainName").in_path("domain_name").needed(),
                                          text("DomainNameId").in_query("domainNameId"),
                                          list("PatchOperations", kPatch)};
constexpr Member kUpdateGatewayResponseIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("ResponseType").in_path("response_type").needed(), list("PatchOperations", kPatch)};
constexpr Member kUpdateIntegrationIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                           text("ResourceId").in_path("resource_id").needed(),
                                           text("HttpMethod").in_path("http_method").needed(),
                                           list("PatchOperations", kPatch)};
constexpr Member kUpdateIntegrationResponseIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("ResourceId").in_path("resource_id").needed(),
    text("HttpMethod").in_path("http_method").needed(),
    text("StatusCode").in_path("status_code").needed(), list("PatchOperations", kPatch)};
constexpr Member kUpdateModelIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                     text("ModelName").in_path("model_name").needed(),
                                     list("PatchOperations", kPatch)};
constexpr Member kUpdateRequestValidatorIn[] = {
    text("RestApiId").in_path("restapi_id").needed(),
    text("RequestValidatorId").in_path("requestvalidator_id").needed(),
    list("PatchOperations", kPatch)};
constexpr Member kUpdateResourceIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                        text("ResourceId").in_path("resource_id").needed(),
                                        list("PatchOperations", kPatch)};
constexpr Member kUpdateRestApiIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                       list("PatchOperations", kPatch)};
constexpr Member kUpdateStageIn[] = {text("RestApiId").in_path("restapi_id").needed(),
                                     text("StageName").in_path("stage_name").needed(),
                                     list("PatchOperations", kPatch)};
constexpr Member kUpdateUsagePlanIn[] = {text("UsagePlanId").in_path("usageplanId").needed(),
                                         list("PatchOperations", kPatch)};
constexpr Member kUpdateVpcLinkIn[] = {text("VpcLinkId").in_path("vpclink_id").needed(),
                                       list("PatchOperations", kPatch)};
constexpr Member kTagsOut[] = {map("Tags")};
constexpr Member kApiKeyPage[] = {text("Position"), named(list("Items", kApiKey), "item")};
constexpr Member kAuthorizerPage[] = {text("Position"), named(list("Items", kAuthorizer), "item")};
constexpr Member kBasePathMappingPage[] = {text("Position"),
                                           named(list("Items", kBasePathMapping), "item")};
constexpr Member kDeploymentPage[] = {text("Position"), named(list("Items", kDeployment), "item")};
constexpr Member kAccessAssociationPage[] = {text("Position"),
                                             named(list("Items", kAccessAssociation), "item")};
constexpr Member kDomainNamePage[] = {text("Position"), named(list("Items", kDomainName), "item")};
constexpr Member kGatewayResponsePage[] = {text("Position"),
                                           named(list("Items", kGatewayResponse), "item")};
constexpr Member kModelPage[] = {text("Position"), named(list("Items", kModel), "item")};
constexpr Member kRequestValidatorPage[] = {text("Position"),
                                            named(list("Items", kRequestValidator), "item")};
constexpr Member kResourcePage[] = {text("Position"), named(list("Items", kResource), "item")};
constexpr Member kRestApiPage[] = {text("Position"), named(list("Items", kRestApi), "item")};
constexpr Member kStagePage[] = {text("Position"), named(list("Items", kStage), "item")};
constexpr Member kUsagePlanKeyPage[] = {text("Position"),
                                        named(list("Items", kUsagePlanKey), "item")};
constexpr Member kUsagePlanPage[] = {text("Position"), named(list("Items", kUsagePlan), "item")};
constexpr Member kVpcLinkPage[] = {text("Position"), named(list("Items", kVpcLink), "item")};

}  // namespace hoplab::awsapi::apigateway
