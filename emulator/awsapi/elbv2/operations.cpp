// Elastic Load Balancing's operations: what each takes and answers. Those that are not here are
// refused by their names.
#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/shapes.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr Member kAddListenerCertificatesIn[] = {text("ListenerArn").needed(),
                                                 list("Certificates", kCertificate).needed()};
constexpr Member kCertificatesOut[] = {list("Certificates", kCertificate)};
constexpr Member kAddTagsIn[] = {texts("ResourceArns").needed(), list("Tags", kTag).needed()};
constexpr Member kAddTrustStoreRevocationsIn[] = {text("TrustStoreArn").needed(),
                                                  list("RevocationContents", kRevocationContent)};
constexpr Member kTrustStoreRevocationsOut[] = {
    list("TrustStoreRevocations", kTrustStoreRevocation)};
constexpr Member kCreateListenerIn[] = {
    text("LoadBalancerArn").needed(),
    choice("Protocol", "HTTP|HTTPS|TCP|TLS|UDP|TCP_UDP|GENEVE|QUIC|TCP_QUIC"),
    integer("Port").range(1, 65535),
    text("SslPolicy"),
    list("Certificates", kCertificate),
    list("DefaultActions", kAction).needed(),
    texts("AlpnPolicy"),
    list("Tags", kTag),
    structure("MutualAuthentication", kMutualAuthenticationAttributes)};
constexpr Member kListenersOut[] = {list("Listeners", kListener)};
constexpr Member kCreateLoadBalancerIn[] = {
    text("Name").needed(),
    texts("Subnets"),
    list("SubnetMappings", kSubnetMapping),
    texts("SecurityGroups"),
    choice("Scheme", "internet-facing|internal"),
    list("Tags", kTag),
    choice("Type", "application|network|gateway"),
    choice("IpAddressType", "ipv4|dualstack|dualstack-without-public-ipv4"),
    choice("EnablePrefixForIpv6SourceNat", "on|off")};
constexpr Member kLoadBalancersOut[] = {list("LoadBalancers", kLoadBalancer)};
constexpr Member kCreateRuleIn[] = {text("ListenerArn").needed(),
                                    list("Conditions", kRuleCondition).needed(),
                                    integer("Priority").range(1, 50000).needed(),
                                    list("Actions", kAction).needed(),
                                    list("Tags", kTag),
                                    list("Transforms", kRuleTransform)};
constexpr Member kRulesOut[] = {list("Rules", kRule)};
constexpr Member kCreateTargetGroupIn[] = {
    text("Name").needed(),
    choice("Protocol", "HTTP|HTTPS|TCP|TLS|UDP|TCP_UDP|GENEVE|QUIC|TCP_QUIC"),
    text("ProtocolVersion"),
    integer("Port").range(1, 65535),
    text("VpcId"),
    choice("HealthCheckProtocol", "HTTP|HTTPS|TCP|TLS|UDP|TCP_UDP|GENEVE|QUIC|TCP_QUIC"),
    text("HealthCheckPort"),
    boolean("HealthCheckEnabled"),
    text("HealthCheckPath"),
    integer("HealthCheckIntervalSeconds").range(5, 300),
    integer("HealthCheckTimeoutSeconds").range(2, 120),
    integer("HealthyThresholdCount").range(2, 10),
    integer("UnhealthyThresholdCount").range(2, 10),
    structure("Matcher", kMatcher),
    choice("TargetType", "instance|ip|lambda|alb"),
    list("Tags", kTag),
    choice("IpAddressType", "ipv4|ipv6"),
    integer("TargetControlPort").range(1, 65535)};
constexpr Member kTargetGroupsOut[] = {list("TargetGroups", kTargetGroup)};
constexpr Member kCreateTrustStoreIn[] = {
    text("Name").needed(), text("CaCertificatesBundleS3Bucket").needed(),
    text("CaCertificatesBundleS3Key").needed(), text("CaCertificatesBundleS3ObjectVersion"),
    list("Tags", kTag)};
constexpr Member kTrustStoresOut[] = {list("TrustStores", kTrustStore)};
constexpr Member kOfListenerArn[] = {text("ListenerArn").needed()};
constexpr Member kOfLoadBalancerArn[] = {text("LoadBalancerArn").needed()};
constexpr Member kOfRuleArn[] = {text("RuleArn").needed()};
constexpr Member kDeleteSharedTrustStoreAssociationIn[] = {text("TrustStoreArn").needed(),
                                                           text("ResourceArn").needed()};
constexpr Member kOfTargetGroupArn[] = {text("TargetGroupArn").needed()};
constexpr Member kOfTrustStoreArn[] = {text("TrustStoreArn").needed()};
constexpr Member kDeregisterTargetsIn[] = {text("TargetGroupArn").needed(),
                                           list("Targets", kTargetDescription).needed()};
constexpr Member kDescribeAccountLimitsIn[] = {text("Marker"), integer("PageSize").range(1, 400)};
constexpr Member kDescribeAccountLimitsOut[] = {list("Limits", kLimit), text("NextMarker")};
constexpr Member kAttributesOut[] = {list("Attributes", kAttribute)};
constexpr Member kDescribeListenerCertificatesIn[] = {text("ListenerArn").needed(), text("Marker"),
                                                      integer("PageSize").range(1, 400)};
constexpr Member kDescribeListenerCertificatesOut[] = {list("Certificates", kCertificate),
                                                       text("NextMarker")};
constexpr Member kDescribeListenersIn[] = {text("LoadBalancerArn"), texts("ListenerArns"),
                                           text("Marker"), integer("PageSize").range(1, 400)};
constexpr Member kDescribeListenersOut[] = {list("Listeners", kListener), text("NextMarker")};
constexpr Member kDescribeLoadBalancersIn[] = {texts("LoadBalancerArns"), texts("Names"),
                                               text("Marker"), integer("PageSize").range(1, 400)};
constexpr Member kDescribeLoadBalancersOut[] = {list("LoadBalancers", kLoadBalancer),
                                                text("NextMarker")};
constexpr Member kDescribeRulesIn[] = {text("ListenerArn"), texts("RuleArns"), text("Marker"),
                                       integer("PageSize").range(1, 400)};
constexpr Member kDescribeRulesOut[] = {list("Rules", kRule), text("NextMarker")};
constexpr Member kDescribeSSLPoliciesIn[] = {
    texts("Names"), text("Marker"), integer("PageSize").range(1, 400),
    choice("LoadBalancerType", "application|network|gateway")};
constexpr Member kDescribeSSLPoliciesOut[] = {list("SslPolicies", kSslPolicy), text("NextMarker")};
constexpr Member kOfResourceArns[] = {texts("ResourceArns").needed()};
constexpr Member kTagDescriptionsOut[] = {list("TagDescriptions", kTagDescription)};
constexpr Member kDescribeTargetGroupsIn[] = {text("LoadBalancerArn"), texts("TargetGroupArns"),
                                              texts("Names"), text("Marker"),
                                              integer("PageSize").range(1, 400)};
constexpr Member kDescribeTargetGroupsOut[] = {list("TargetGroups", kTargetGroup),
                                               text("NextMarker")};
constexpr Member kDescribeTargetHealthIn[] = {
    text("TargetGroupArn").needed(), list("Targets", kTargetDescription), texts("Include")};
constexpr Member kTargetHealthDescriptionsOut[] = {
    list("TargetHealthDescriptions", kTargetHealthDescription)};
constexpr Member kDescribeTrustStoreAssociationsIn[] = {
    text("TrustStoreArn").needed(), text("Marker"), integer("PageSize").range(1, 400)};
constexpr Member kDescribeTrustStoreAssociationsOut[] = {
    list("TrustStoreAssociations", kTrustStoreAssociation), text("NextMarker")};
constexpr Member kDescribeTrustStoreRevocationsIn[] = {text("TrustStoreArn").needed(),
                                                       integers("RevocationIds"), text("Marker"),
                                                       integer("PageSize").range(1, 400)};
constexpr Member kDescribeTrustStoreRevocationsOut[] = {
    list("TrustStoreRevocations", kDescribeTrustStoreRevocation), text("NextMarker")};
constexpr Member kDescribeTrustStoresIn[] = {texts("TrustStoreArns"), texts("Names"),
                                             text("Marker"), integer("PageSize").range(1, 400)};
constexpr Member kDescribeTrustStoresOut[] = {list("TrustStores", kTrustStore), text("NextMarker")};
constexpr Member kOfResourceArn[] = {text("ResourceArn").needed()};
constexpr Member kGetResourcePolicyOut[] = {text("Policy")};
constexpr Member kGetTrustStoreCaCertificatesBundleOut[] = {text("Location")};
constexpr Member kGetTrustStoreRevocationContentIn[] = {text("TrustStoreArn").needed(),
                                                        integer("RevocationId").needed()};
constexpr Member kModifyListenerIn[] = {
    text("ListenerArn").needed(),
    integer("Port").range(1, 65535),
    choice("Protocol", "HTTP|HTTPS|TCP|TLS|UDP|TCP_UDP|GENEVE|QUIC|TCP_QUIC"),
    text("SslPolicy"),
    list("Certificates", kCertificate),
    list("DefaultActions", kAction),
    texts("AlpnPolicy"),
    structure("MutualAuthentication", kMutualAuthenticationAttributes)};
constexpr Member kModifyListenerAttributesIn[] = {text("ListenerArn").needed(),
                                                  list("Attributes", kAttribute).needed()};
constexpr Member kModifyLoadBalancerAttributesIn[] = {text("LoadBalancerArn").needed(),
                                                      list("Attributes", kAttribute).needed()};
constexpr Member kModifyRuleIn[] = {text("RuleArn").needed(), list("Conditions", kRuleCondition),
                                    list("Actions", kAction), list("Transforms", kRuleTransform),
                                    boolean("ResetTransforms")};
constexpr Member kModifyTargetGroupIn[] = {
    text("TargetGroupArn").needed(),
    choice("HealthCheckProtocol", "HTTP|HTTPS|TCP|TLS|UDP|TCP_UDP|GENEVE|QUIC|TCP_QUIC"),
    text("HealthCheckPort"),
    text("HealthCheckPath"),
    boolean("HealthCheckEnabled"),
    integer("HealthCheckIntervalSeconds").range(5, 300),
    integer("HealthCheckTimeoutSeconds").range(2, 120),
    integer("HealthyThresholdCount").range(2, 10),
    integer("UnhealthyThresholdCount").range(2, 10),
    structure("Matcher", kMatcher)};
constexpr Member kModifyTargetGroupAttributesIn[] = {text("TargetGroupArn").needed(),
                                                     list("Attributes", kAttribute).needed()};
constexpr Member kModifyTrustStoreIn[] = {
    text("TrustStoreArn").needed(), text("CaCertificatesBundleS3Bucket").needed(),
    text("CaCertificatesBundleS3Key").needed(), text("CaCertificatesBundleS3ObjectVersion")};
constexpr Member kRemoveTagsIn[] = {texts("ResourceArns").needed(), texts("TagKeys").needed()};
constexpr Member kRemoveTrustStoreRevocationsIn[] = {text("TrustStoreArn").needed(),
                                                     integers("RevocationIds").needed()};
constexpr Member kSetIpAddressTypeIn[] = {
    text("LoadBalancerArn").needed(),
    choice("IpAddressType", "ipv4|dualstack|dualstack-without-public-ipv4").needed()};
constexpr Member kSetIpAddressTypeOut[] = {text("IpAddressType")};
constexpr Member kSetRulePrioritiesIn[] = {list("RulePriorities", kRulePriorityPair).needed()};
constexpr Member kSetSecurityGroupsIn[] = {
    text("LoadBalancerArn").needed(), texts("SecurityGroups").needed(),
    choice("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on|off")};
constexpr Member kSetSecurityGroupsOut[] = {
    texts("SecurityGroupIds"), text("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")};
constexpr Member kSetSubnetsIn[] = {
    text("LoadBalancerArn").needed(), texts("Subnets"), list("SubnetMappings", kSubnetMapping),
    choice("IpAddressType", "ipv4|dualstack|dualstack-without-public-ipv4"),
    choice("EnablePrefixForIpv6SourceNat", "on|off")};
constexpr Member kSetSubnetsOut[] = {list("AvailabilityZones", kAvailabilityZone),
                                     text("IpAddressType"), text("EnablePrefixForIpv6SourceNat")};

constexpr Operation kOperations[] = {
    {"AddListenerCertificates", kAddListenerCertificatesIn, kCertificatesOut,
     add_listener_certificates},
    {"AddTags", kAddTagsIn, {}, add_tags},
    {"AddTrustStoreRevocations", kAddTrustStoreRevocationsIn, kTrustStoreRevocationsOut,
     add_trust_store_revocations},
    {"CreateListener", kCreateListenerIn, kListenersOut, create_listener},
    {"CreateLoadBalancer", kCreateLoadBalancerIn, kLoadBalancersOut, create_load_balancer},
    {"CreateRule", kCreateRuleIn, kRulesOut, create_rule},
    {"CreateTargetGroup", kCreateTargetGroupIn, kTargetGroupsOut, create_target_group},
    {"CreateTrustStore", kCreateTrustStoreIn, kTrustStoresOut, create_trust_store},
    {"DeleteListener", kOfListenerArn, {}, delete_listener},
    {"DeleteLoadBalancer", kOfLoadBalancerArn, {}, delete_load_balancer},
    {"DeleteRule", kOfRuleArn, {}, delete_rule},
    {"DeleteSharedTrustStoreAssociation",
     kDeleteSharedTrustStoreAssociationIn,
     {},
     delete_shared_trust_store_association},
    {"DeleteTargetGroup", kOfTargetGroupArn, {}, delete_target_group},
    {"DeleteTrustStore", kOfTrustStoreArn, {}, delete_trust_store},
    {"DeregisterTargets", kDeregisterTargetsIn, {}, deregister_targets},
    {"DescribeAccountLimits", kDescribeAccountLimitsIn, kDescribeAccountLimitsOut,
     describe_account_limits},
    {"DescribeListenerAttributes", kOfListenerArn, kAttributesOut, describe_listener_attributes},
    {"DescribeListenerCertificates", kDescribeListenerCertificatesIn,
     kDescribeListenerCertificatesOut, describe_listener_certificates},
    {"DescribeListeners", kDescribeListenersIn, kDescribeListenersOut, describe_listeners},
    {"DescribeLoadBalancerAttributes", kOfLoadBalancerArn, kAttributesOut,
     describe_load_balancer_attributes},
    {"DescribeLoadBalancers", kDescribeLoadBalancersIn, kDescribeLoadBalancersOut,
     describe_load_balancers},
    {"DescribeRules", kDescribeRulesIn, kDescribeRulesOut, describe_rules},
    {"DescribeSSLPolicies", kDescribeSSLPoliciesIn, kDescribeSSLPoliciesOut, describe_ssl_policies},
    {"DescribeTags", kOfResourceArns, kTagDescriptionsOut, describe_tags},
    {"DescribeTargetGroupAttributes", kOfTargetGroupArn, kAttributesOut,
     describe_target_group_attributes},
    {"DescribeTargetGroups", kDescribeTargetGroupsIn, kDescribeTargetGroupsOut,
     describe_target_groups},
    {"DescribeTargetHealth", kDescribeTargetHealthIn, kTargetHealthDescriptionsOut,
     describe_target_health},
    {"DescribeTrustStoreAssociations", kDescribeTrustStoreAssociationsIn,
     kDescribeTrustStoreAssociationsOut, describe_trust_store_associations},
    {"DescribeTrustStoreRevocations", kDescribeTrustStoreRevocationsIn,
     kDescribeTrustStoreRevocationsOut, describe_trust_store_revocations},
    {"DescribeTrustStores", kDescribeTrustStoresIn, kDescribeTrustStoresOut, describe_trust_stores},
    {"GetResourcePolicy", kOfResourceArn, kGetResourcePolicyOut, get_resource_policy},
    {"GetTrustStoreCaCertificatesBundle", kOfTrustStoreArn, kGetTrustStoreCaCertificatesBundleOut,
     get_trust_store_ca_certificates_bundle},
    {"GetTrustStoreRevocationContent", kGetTrustStoreRevocationContentIn,
     kGetTrustStoreCaCertificatesBundleOut, get_trust_store_revocation_content},
    {"ModifyListener", kModifyListenerIn, kListenersOut, modify_listener},
    {"ModifyListenerAttributes", kModifyListenerAttributesIn, kAttributesOut,
     modify_listener_attributes},
    {"ModifyLoadBalancerAttributes", kModifyLoadBalancerAttributesIn, kAttributesOut,
     modify_load_balancer_attributes},
    {"ModifyRule", kModifyRuleIn, kRulesOut, modify_rule},
    {"ModifyTargetGroup", kModifyTargetGroupIn, kTargetGroupsOut, modify_target_group},
    {"ModifyTargetGroupAttributes", kModifyTargetGroupAttributesIn, kAttributesOut,
     modify_target_group_attributes},
    {"ModifyTrustStore", kModifyTrustStoreIn, kTrustStoresOut, modify_trust_store},
    {"RegisterTargets", kDeregisterTargetsIn, {}, register_targets},
    {"RemoveListenerCertificates", kAddListenerCertificatesIn, {}, remove_listener_certificates},
    {"RemoveTags", kRemoveTagsIn, {}, remove_tags},
    {"RemoveTrustStoreRevocations",
     kRemoveTrustStoreRevocationsIn,
     {},
     remove_trust_store_revocations},
    {"SetIpAddressType", kSetIpAddressTypeIn, kSetIpAddressTypeOut, set_ip_address_type},
    {"SetRulePriorities", kSetRulePrioritiesIn, kRulesOut, set_rule_priorities},
    {"SetSecurityGroups", kSetSecurityGroupsIn, kSetSecurityGroupsOut, set_security_groups},
    {"SetSubnets", kSetSubnetsIn, kSetSubnetsOut, set_subnets},
};

}  // namespace

constexpr Service kService{"elasticloadbalancing",
                           Protocol::query,
                           "2015-12-01",
                           "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
                           "",
                           "1.1",
                           kOperations};

}  // namespace hoplab::awsapi::elbv2
