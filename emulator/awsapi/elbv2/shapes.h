// Structures of Elastic Load Balancing's API 2015-12-01 (alb.md 10, nlb-privatelink.md 5.1).
#pragma once

#include "awsapi/shape.h"

namespace hoplab::awsapi::elbv2 {

constexpr Member kCertificate[] = {text("CertificateArn"), boolean("IsDefault")};
constexpr Member kAttribute[] = {text("Key"), text("Value")};
constexpr Member kTag[] = {text("Key").needed(), text("Value")};
constexpr Member kRevocationContent[] = {text("S3Bucket"), text("S3Key"), text("S3ObjectVersion"),
                                         choice("RevocationType", "CRL")};
constexpr Member kTrustStoreRevocation[] = {text("TrustStoreArn"), integer("RevocationId"),
                                            text("RevocationType"),
                                            integer("NumberOfRevokedEntries")};
constexpr Member kAuthenticateOidcActionConfig[] = {
    text("Issuer").needed(),
    text("AuthorizationEndpoint").needed(),
    text("TokenEndpoint").needed(),
    text("UserInfoEndpoint").needed(),
    text("ClientId").needed(),
    text("ClientSecret"),
    text("SessionCookieName"),
    text("Scope"),
    integer("SessionTimeout"),
    map("AuthenticationRequestExtraParams"),
    choice("OnUnauthenticatedRequest", "deny|allow|authenticate"),
    boolean("UseExistingClientSecret")};
constexpr Member kAuthenticateCognitoActionConfig[] = {
    text("UserPoolArn").needed(),
    text("UserPoolClientId").needed(),
    text("UserPoolDomain").needed(),
    text("SessionCookieName"),
    text("Scope"),
    integer("SessionTimeout"),
    map("AuthenticationRequestExtraParams"),
    choice("OnUnauthenticatedRequest", "deny|allow|authenticate")};
constexpr Member kRedirectActionConfig[] = {
    text("Protocol"), text("Port"),  text("Host"),
    text("Path"),     text("Query"), choice("StatusCode", "HTTP_301|HTTP_302").needed()};
constexpr Member kFixedResponseActionConfig[] = {text("MessageBody"), text("StatusCode").needed(),
                                                 text("ContentType")};
constexpr Member kTargetGroupTuple[] = {text("TargetGroupArn"), integer("Weight")};
constexpr Member kTargetGroupStickinessConfig[] = {boolean("Enabled"), integer("DurationSeconds")};
constexpr Member kForwardActionConfig[] = {
    list("TargetGroups", kTargetGroupTuple),
    structure("TargetGroupStickinessConfig", kTargetGroupStickinessConfig)};
constexpr Member kJwtValidationActionAdditionalClaim[] = {
    choice("Format", "single-string|string-array|space-separated-values").needed(),
    text("Name").needed(), texts("Values").needed()};
constexpr Member kJwtValidationActionConfig[] = {
    text("JwksEndpoint").needed(), text("Issuer").needed(),
    list("AdditionalClaims", kJwtValidationActionAdditionalClaim)};
constexpr Member kAction[] = {
    choice("Type",
           "forward|authenticate-oidc|authenticate-cognito|redirect|fixed-response|jwt-validation")
        .needed(),
    text("TargetGroupArn"),
    structure("AuthenticateOidcConfig", kAuthenticateOidcActionConfig),
    structure("AuthenticateCognitoConfig", kAuthenticateCognitoActionConfig),
    integer("Order").range(1, 50000),
    structure("RedirectConfig", kRedirectActionConfig),
    structure("FixedResponseConfig", kFixedResponseActionConfig),
    structure("ForwardConfig", kForwardActionConfig),
    structure("JwtValidationConfig", kJwtValidationActionConfig)};
constexpr Member kMutualAuthenticationAttributes[] = {
    text("Mode"), text("TrustStoreArn"), boolean("IgnoreClientCertificateExpiry"),
    choice("TrustStoreAssociationStatus", "active|removed"),
    choice("AdvertiseTrustStoreCaNames", "on|off")};
constexpr Member kListener[] = {text("ListenerArn"),
                                text("LoadBalancerArn"),
                                integer("Port"),
                                text("Protocol"),
                                list("Certificates", kCertificate),
                                text("SslPolicy"),
                                list("DefaultActions", kAction),
                                texts("AlpnPolicy"),
                                structure("MutualAuthentication", kMutualAuthenticationAttributes)};
constexpr Member kSubnetMapping[] = {text("SubnetId"), text("AllocationId"),
                                     text("PrivateIPv4Address"), text("IPv6Address"),
                                     text("SourceNatIpv6Prefix")};
constexpr Member kLoadBalancerState[] = {text("Code"), text("Reason")};
constexpr Member kLoadBalancerAddress[] = {text("IpAddress"), text("AllocationId"),
                                           text("PrivateIPv4Address"), text("IPv6Address")};
constexpr Member kAvailabilityZone[] = {text("ZoneName"), text("SubnetId"), text("OutpostId"),
                                        list("LoadBalancerAddresses", kLoadBalancerAddress),
                                        texts("SourceNatIpv6Prefixes")};
constexpr Member kLoadBalancer[] = {text("LoadBalancerArn"),
                                    text("DNSName"),
                                    text("CanonicalHostedZoneId"),
                                    timestamp("CreatedTime"),
                                    text("LoadBalancerName"),
                                    text("Scheme"),
                                    text("VpcId"),
                                    structure("State", kLoadBalancerState),
                                    text("Type"),
                                    list("AvailabilityZones", kAvailabilityZone),
                                    texts("SecurityGroups"),
                                    text("IpAddressType"),
                                    text("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
                                    text("EnablePrefixForIpv6SourceNat")};
constexpr Member kHostHeaderConditionConfig[] = {texts("Values"), texts("RegexValues")};
constexpr Member kPathPatternConditionConfig[] = {texts("Values"), texts("RegexValues")};
constexpr Member kHttpHeaderConditionConfig[] = {text("HttpHeaderName"), texts("Values"),
                                                 texts("RegexValues")};
constexpr Member kQueryStringKeyValuePair[] = {text("Key"), text("Value")};
constexpr Member kQueryStringConditionConfig[] = {list("Values", kQueryStringKeyValuePair)};
constexpr Member kHttpRequestMethodConditionConfig[] = {texts("Values")};
constexpr Member kSourceIpConditionConfig[] = {texts("Values")};
constexpr Member kRuleCondition[] = {
    text("Field"),
    texts("Values"),
    structure("HostHeaderConfig", kHostHeaderConditionConfig),
    structure("PathPatternConfig", kPathPatternConditionConfig),
    structure("HttpHeaderConfig", kHttpHeaderConditionConfig),
    structure("QueryStringConfig", kQueryStringConditionConfig),
    structure("HttpRequestMethodConfig", kHttpRequestMethodConditionConfig),
    structure("SourceIpConfig", kSourceIpConditionConfig),
    texts("RegexValues")};
constexpr Member kRewriteConfig[] = {text("Regex").needed(), text("Replace").needed()};
constexpr Member kHostHeaderRewriteConfig[] = {list("Rewrites", kRewriteConfig)};
constexpr Member kUrlRewriteConfig[] = {list("Rewrites", kRewriteConfig)};
constexpr Member kRuleTransform[] = {choice("Type", "host-header-rewrite|url-rewrite").needed(),
                                     structure("HostHeaderRewriteConfig", kHostHeaderRewriteConfig),
                                     structure("UrlRewriteConfig", kUrlRewriteConfig)};
constexpr Member kRule[] = {
    text("RuleArn"),          text("Priority"),     list("Conditions", kRuleCondition),
    list("Actions", kAction), boolean("IsDefault"), list("Transforms", kRuleTransform)};
constexpr Member kMatcher[] = {text("HttpCode"), text("GrpcCode")};
constexpr Member kTargetGroup[] = {text("TargetGroupArn"),
                                   text("TargetGroupName"),
                                   text("Protocol"),
                                   integer("Port"),
                                   text("VpcId"),
                                   text("HealthCheckProtocol"),
                                   text("HealthCheckPort"),
                                   boolean("HealthCheckEnabled"),
                                   integer("HealthCheckIntervalSeconds"),
                                   integer("HealthCheckTimeoutSeconds"),
                                   integer("HealthyThresholdCount"),
                                   integer("UnhealthyThresholdCount"),
                                   text("HealthCheckPath"),
                                   structure("Matcher", kMatcher),
                                   texts("LoadBalancerArns"),
                                   text("TargetType"),
                                   text("ProtocolVersion"),
                                   text("IpAddressType"),
                                   integer("TargetControlPort")};
constexpr Member kTrustStore[] = {text("Name"), text("TrustStoreArn"), text("Status"),
                                  integer("NumberOfCaCertificates"),
                                  integer("TotalRevokedEntries")};
constexpr Member kTargetDescription[] = {text("Id").needed(), integer("Port").range(1, 65535),
                                         text("AvailabilityZone"), text("QuicServerId")};
constexpr Member kLimit[] = {text("Name"), text("Max")};
constexpr Member kCipher[] = {text("Name"), integer("Priority")};
constexpr Member kSslPolicy[] = {texts("SslProtocols"), list("Ciphers", kCipher), text("Name"),
                                 texts("SupportedLoadBalancerTypes")};
constexpr Member kTagDescription[] = {text("ResourceArn"), list("Tags", kTag)};
constexpr Member kTargetHealth[] = {text("State"), text("Reason"), text("Description")};
constexpr Member kAnomalyDetection[] = {text("Result"), text("MitigationInEffect")};
constexpr Member kTargetHealthDescription[] = {
    structure("Target", kTargetDescription), text("HealthCheckPort"),
    structure("TargetHealth", kTargetHealth), structure("AnomalyDetection", kAnomalyDetection)};
constexpr Member kTrustStoreAssociation[] = {text("ResourceArn")};
constexpr Member kDescribeTrustStoreRevocation[] = {text("TrustStoreArn"), integer("RevocationId"),
                                                    text("RevocationType"),
                                                    integer("NumberOfRevokedEntries")};
constexpr Member kRulePriorityPair[] = {text("RuleArn"), integer("Priority").range(1, 50000)};

}  // namespace hoplab::awsapi::elbv2
