// The kinds of things that API Gateway has.
#pragma once

#include "awsapi/apigateway/resources.h"
#include "awsapi/apigateway/shapes.h"

namespace hoplab::awsapi::apigateway {

void show_rest_api(Json& value);
Refusal keep_rest_api(Json& value);
void show_method(Json& value);
Refusal keep_method(Json& value);
void show_model(Json& value);
Refusal keep_model(Json& value);
void show_stage(Json& value);
Refusal keep_stage(Json& value);
void show_domain_name(Json& value);
Refusal keep_domain_name(Json& value);

inline constexpr Entity kRestApis{
    kRestApiType,  kRestApi,     "API", "CreatedDate|Version|Warnings|RootResourceId|ApiStatus",
    show_rest_api, keep_rest_api};
inline constexpr Entity kResources{kResourceType, kResource, "Resource", "Path|ResourceMethods"};
inline constexpr Entity kMethods{kMethodType, kMethod, "Method", "", show_method, keep_method};
inline constexpr Entity kDeployments{kDeploymentType, kDeployment, "Deployment",
                                     "CreatedDate|ApiSummary"};
inline constexpr Entity kStages{kStageType, kStage,
                                "Stage",    "CacheClusterStatus|CreatedDate|LastUpdatedDate",
                                show_stage, keep_stage};
inline constexpr Entity kAuthorizers{kAuthorizerType, kAuthorizer, "Authorizer", ""};
inline constexpr Entity kModels{kModelType, kModel, "Model", "", show_model, keep_model};
inline constexpr Entity kRequestValidators{kRequestValidatorType, kRequestValidator,
                                           "Request Validator", ""};
inline constexpr Entity kGatewayResponses{kGatewayResponseType, kGatewayResponse,
                                          "gateway response", "DefaultResponse"};
inline constexpr std::string_view kOwnOfDomainName =
    "DomainNameId|DomainNameArn|CertificateName|CertificateUploadDate|RegionalDomainName|"
    "RegionalHostedZoneId|RegionalCertificateName|DistributionDomainName|"
    "DistributionHostedZoneId|DomainNameStatus";
inline constexpr Entity kDomainNames{kDomainNameType,  kDomainName,      "domain name",
                                     kOwnOfDomainName, show_domain_name, keep_domain_name};
inline constexpr Entity kPrivateDomainNames{kDomainNameV2Type, kDomainName,      "domain name",
                                            kOwnOfDomainName,  show_domain_name, keep_domain_name};
inline constexpr Entity kBasePathMappings{kBasePathMappingType, kBasePathMapping,
                                          "base path mapping", ""};
inline constexpr Entity kAccessAssociations{kAccessAssociationType, kAccessAssociation,
                                            "domain name access association",
                                            "DomainNameAccessAssociationArn"};
inline constexpr Entity kApiKeys{kApiKeyType, kApiKey, "API Key", "CreatedDate|LastUpdatedDate"};
inline constexpr Entity kUsagePlans{kUsagePlanType, kUsagePlan, "Usage Plan", "ProductCode"};
inline constexpr Entity kVpcLinks{kVpcLinkType, kVpcLink, "Vpc Link", "Status"};
inline constexpr Entity kAccounts{kAccountType, kAccount, "Account",
                                  "ThrottleSettings|Features|ApiKeyVersion"};

}  // namespace hoplab::awsapi::apigateway
