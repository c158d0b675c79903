// EC2's operations: what each takes and answers. Those that are not here are refused by their
// names.
#include "awsapi/ec2/handlers.h"
#include "awsapi/ec2/shapes.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::ec2 {

namespace {

constexpr Member kCreateVpcIn[] = {
    text("CidrBlock"),
    list("TagSpecifications", kTagSpecification).wire("TagSpecification", "TagSpecification"),
    choice("InstanceTenancy", "default|dedicated|host"),
    choice("AmazonProvidedIpv6CidrBlock", "false")};
constexpr Member kCreateVpcOut[] = {structure("Vpc", kVpc)};
constexpr Member kOfVpcId[] = {text("VpcId").needed()};
constexpr Member kDescribeVpcsIn[] = {list("Filters", kFilter).wire("Filter", "Filter"),
                                      texts("VpcIds").wire("VpcId", "VpcId"), text("NextToken"),
                                      integer("MaxResults").range(5, 1000)};
constexpr Member kDescribeVpcsOut[] = {text("NextToken"),
                                       list("Vpcs", kVpc).wire("VpcSet", "vpcSet")};
constexpr Member kModifyVpcAttributeIn[] = {
    structure("EnableDnsHostnames", kAttributeBooleanValue),
    structure("EnableDnsSupport", kAttributeBooleanValue), text("VpcId").needed(),
    structure("EnableNetworkAddressUsageMetrics", kAttributeBooleanValue)};
constexpr Member kDescribeVpcAttributeIn[] = {
    choice("Attribute", "enableDnsSupport|enableDnsHostnames|enableNetworkAddressUsageMetrics")
        .needed(),
    text("VpcId").needed()};
constexpr Member kDescribeVpcAttributeOut[] = {
    structure("EnableDnsHostnames", kAttributeBooleanValue),
    structure("EnableDnsSupport", kAttributeBooleanValue),
    structure("EnableNetworkAddressUsageMetrics", kAttributeBooleanValue), text("VpcId")};
constexpr Member kCreateSubnetIn[] = {
    list("TagSpecifications", kTagSpecification).wire("TagSpecification", "TagSpecification"),
    text("AvailabilityZone"), text("AvailabilityZoneId"), text("CidrBlock"),
    text("VpcId").needed()};
constexpr Member kCreateSubnetOut[] = {structure("Subnet", kSubnet)};
constexpr Member kOfSubnetId[] = {text("SubnetId").needed()};
constexpr Member kDescribeSubnetsIn[] = {list("Filters", kFilter).wire("Filter", "Filter"),
                                         texts("SubnetIds").wire("SubnetId", "SubnetId"),
                                         text("NextToken"), integer("MaxResults").range(5, 1000)};
constexpr Member kDescribeSubnetsOut[] = {text("NextToken"),
                                          list("Subnets", kSubnet).wire("SubnetSet", "subnetSet")};
constexpr Member kModifySubnetAttributeIn[] = {
    structure("MapPublicIpOnLaunch", kAttributeBooleanValue), text("SubnetId").needed()};
constexpr Member kCreateSecurityGroupIn[] = {
    text("Description").wire("GroupDescription", "GroupDescription").needed(),
    text("GroupName").needed(), text("VpcId"),
    list("TagSpecifications", kTagSpecification).wire("TagSpecification", "TagSpecification")};
constexpr Member kCreateSecurityGroupOut[] = {
    text("GroupId"), list("Tags", kTag).wire("TagSet", "tagSet"), text("SecurityGroupArn")};
constexpr Member kDeleteSecurityGroupIn[] = {text("GroupId"), text("GroupName")};
constexpr Member kDeleteSecurityGroupOut[] = {boolean("Return"), text("GroupId")};
constexpr Member kDescribeSecurityGroupsIn[] = {
    texts("GroupIds").wire("GroupId", "GroupId"),
    texts("GroupNames").wire("GroupName", "GroupName"), text("NextToken"),
    integer("MaxResults").range(5, 1000), list("Filters", kFilter).wire("Filter", "Filter")};
constexpr Member kDescribeSecurityGroupsOut[] = {
    text("NextToken"),
    list("SecurityGroups", kSecurityGroup).wire("SecurityGroupInfo", "securityGroupInfo")};
constexpr Member kAuthorizeSecurityGroupIngressIn[] = {
    text("CidrIp"),
    integer("FromPort"),
    text("GroupId"),
    text("GroupName"),
    list("IpPermissions", kIpPermission),
    text("IpProtocol"),
    integer("ToPort"),
    list("TagSpecifications", kTagSpecification).wire("TagSpecification", "TagSpecification")};
constexpr Member kAuthorizeSecurityGroupIngressOut[] = {
    boolean("Return"), list("SecurityGroupRules", kSecurityGroupRule)
                           .wire("SecurityGroupRuleSet", "securityGroupRuleSet")};
constexpr Member kAuthorizeSecurityGroupEgressIn[] = {
    list("TagSpecifications", kTagSpecification).wire("TagSpecification", "TagSpecification"),
    text("GroupId").needed(),
    text("IpProtocol"),
    integer("FromPort"),
    integer("ToPort"),
    text("CidrIp"),
    list("IpPermissions", kIpPermission)};
constexpr Member kRevokeSecurityGroupIngressIn[] = {
    text("CidrIp"),
    integer("FromPort"),
    text("GroupId"),
    text("GroupName"),
    list("IpPermissions", kIpPermission),
    text("IpProtocol"),
    integer("ToPort"),
    texts("SecurityGroupRuleIds").wire("SecurityGroupRuleId", "SecurityGroupRuleId")};
constexpr Member kRevokeSecurityGroupIngressOut[] = {
    boolean("Return"), list("RevokedSecurityGroupRules", kRevokedSecurityGroupRule)
                           .wire("RevokedSecurityGroupRuleSet", "revokedSecurityGroupRuleSet")};
constexpr Member kRevokeSecurityGroupEgressIn[] = {
    texts("SecurityGroupRuleIds").wire("SecurityGroupRuleId", "SecurityGroupRuleId"),
    text("GroupId").needed(),
    text("IpProtocol"),
    integer("FromPort"),
    integer("ToPort"),
    text("CidrIp"),
    list("IpPermissions", kIpPermission)};
constexpr Member kDescribeSecurityGroupRulesIn[] = {
    list("Filters", kFilter).wire("Filter", "Filter"),
    texts("SecurityGroupRuleIds").wire("SecurityGroupRuleId", "SecurityGroupRuleId"),
    text("NextToken"), integer("MaxResults").range(5, 1000)};
constexpr Member kDescribeSecurityGroupRulesOut[] = {
    list("SecurityGroupRules", kSecurityGroupRule)
        .wire("SecurityGroupRuleSet", "securityGroupRuleSet"),
    text("NextToken")};
constexpr Member kDescribeAvailabilityZonesIn[] = {
    texts("ZoneNames").wire("ZoneName", "ZoneName"), texts("ZoneIds").wire("ZoneId", "ZoneId"),
    boolean("AllAvailabilityZones"), list("Filters", kFilter).wire("Filter", "Filter")};
constexpr Member kDescribeAvailabilityZonesOut[] = {
    list("AvailabilityZones", kAvailabilityZone)
        .wire("AvailabilityZoneInfo", "availabilityZoneInfo")};
constexpr Member kDescribeNetworkAclsIn[] = {
    text("NextToken"), integer("MaxResults").range(5, 1000),
    texts("NetworkAclIds").wire("NetworkAclId", "NetworkAclId"),
    list("Filters", kFilter).wire("Filter", "Filter")};
constexpr Member kDescribeNetworkAclsOut[] = {
    list("NetworkAcls", kNetworkAcl).wire("NetworkAclSet", "networkAclSet"), text("NextToken")};
constexpr Member kDescribeRouteTablesIn[] = {text("NextToken"), integer("MaxResults").range(5, 100),
                                             list("Filters", kFilter).wire("Filter", "Filter")};
constexpr Member kDescribeRouteTablesOut[] = {
    list("RouteTables", kRouteTable).wire("RouteTableSet", "routeTableSet"), text("NextToken")};
constexpr Member kDescribeNetworkInterfacesIn[] = {
    text("NextToken"), integer("MaxResults").range(5, 1000), boolean("IncludeManagedResources"),
    texts("NetworkInterfaceIds").wire("NetworkInterfaceId", "NetworkInterfaceId"),
    list("Filters", kFilter).wire("Filter", "filter")};
constexpr Member kDescribeNetworkInterfacesOut[] = {
    list("NetworkInterfaces", kNetworkInterface).wire("NetworkInterfaceSet", "networkInterfaceSet"),
    text("NextToken")};
constexpr Member kDescribePrefixListsIn[] = {
    list("Filters", kFilter).wire("Filter", "Filter"), integer("MaxResults"), text("NextToken"),
    texts("PrefixListIds").wire("PrefixListId", "PrefixListId")};
constexpr Member kDescribePrefixListsOut[] = {
    text("NextToken"), list("PrefixLists", kPrefixList).wire("PrefixListSet", "prefixListSet")};
constexpr Member kCreateTagsIn[] = {texts("Resources").wire("ResourceId", "ResourceId").needed(),
                                    list("Tags", kTag).wire("Tag", "Tag").needed()};
constexpr Member kDeleteTagsIn[] = {texts("Resources").wire("ResourceId", "resourceId").needed(),
                                    list("Tags", kTag).wire("Tag", "tag")};
constexpr Member kCreateVpcEndpointServiceConfigurationIn[] = {
    boolean("AcceptanceRequired"),
    text("PrivateDnsName"),
    texts("NetworkLoadBalancerArns").wire("NetworkLoadBalancerArn", "NetworkLoadBalancerArn"),
    texts("SupportedIpAddressTypes").wire("SupportedIpAddressType", "SupportedIpAddressType"),
    text("ClientToken"),
    list("TagSpecifications", kTagSpecification).wire("TagSpecification", "TagSpecification")};
constexpr Member kCreateVpcEndpointServiceConfigurationOut[] = {
    structure("ServiceConfiguration", kServiceConfiguration), text("ClientToken")};
constexpr Member kDescribeVpcEndpointServiceConfigurationsIn[] = {
    texts("ServiceIds").wire("ServiceId", "ServiceId"),
    list("Filters", kFilter).wire("Filter", "Filter"), integer("MaxResults"), text("NextToken")};
constexpr Member kDescribeVpcEndpointServiceConfigurationsOut[] = {
    list("ServiceConfigurations", kServiceConfiguration)
        .wire("ServiceConfigurationSet", "serviceConfigurationSet"),
    text("NextToken")};
constexpr Member kModifyVpcEndpointServiceConfigurationIn[] = {
    text("ServiceId").needed(),
    text("PrivateDnsName"),
    boolean("RemovePrivateDnsName"),
    boolean("AcceptanceRequired"),
    texts("AddNetworkLoadBalancerArns")
        .wire("AddNetworkLoadBalancerArn", "AddNetworkLoadBalancerArn"),
    texts("RemoveNetworkLoadBalancerArns")
        .wire("RemoveNetworkLoadBalancerArn", "RemoveNetworkLoadBalancerArn"),
    texts("AddSupportedIpAddressTypes")
        .wire("AddSupportedIpAddressType", "AddSupportedIpAddressType"),
    texts("RemoveSupportedIpAddressTypes")
        .wire("RemoveSupportedIpAddressType", "RemoveSupportedIpAddressType")};
constexpr Member kReturnOut[] = {boolean("Return")};
constexpr Member kDeleteVpcEndpointServiceConfigurationsIn[] = {
    texts("ServiceIds").wire("ServiceId", "ServiceId").needed()};
constexpr Member kDeleteVpcEndpointServiceConfigurationsOut[] = {
    list("Unsuccessful", kUnsuccessfulItem)};
constexpr Member kDescribeVpcEndpointServicePermissionsIn[] = {
    text("ServiceId").needed(), list("Filters", kFilter).wire("Filter", "Filter"),
    integer("MaxResults"), text("NextToken")};
constexpr Member kDescribeVpcEndpointServicePermissionsOut[] = {
    list("AllowedPrincipals", kAllowedPrincipal), text("NextToken")};
constexpr Member kModifyVpcEndpointServicePermissionsIn[] = {
    text("ServiceId").needed(), texts("AddAllowedPrincipals"), texts("RemoveAllowedPrincipals")};
constexpr Member kModifyVpcEndpointServicePermissionsOut[] = {
    list("AddedPrincipals", kAddedPrincipal).wire("AddedPrincipalSet", "addedPrincipalSet"),
    boolean("ReturnValue").wire("Return", "return")};
constexpr Member kOfServiceId[] = {text("ServiceId").needed()};
constexpr Member kStartVpcEndpointServicePrivateDnsVerificationOut[] = {
    boolean("ReturnValue").wire("Return", "return")};
constexpr Member kDescribeVpcEndpointServicesIn[] = {
    texts("ServiceNames").wire("ServiceName", "ServiceName"),
    list("Filters", kFilter).wire("Filter", "Filter"), integer("MaxResults"), text("NextToken")};
constexpr Member kDescribeVpcEndpointServicesOut[] = {
    texts("ServiceNames").wire("ServiceNameSet", "serviceNameSet"),
    list("ServiceDetails", kServiceDetail).wire("ServiceDetailSet", "serviceDetailSet"),
    text("NextToken")};
constexpr Member kCreateVpcEndpointIn[] = {
    choice("VpcEndpointType", "Interface|Gateway|GatewayLoadBalancer|Resource|ServiceNetwork"),
    text("VpcId").needed(),
    text("ServiceName"),
    text("PolicyDocument"),
    texts("SubnetIds").wire("SubnetId", "SubnetId"),
    texts("SecurityGroupIds").wire("SecurityGroupId", "SecurityGroupId"),
    choice("IpAddressType", "ipv4|dualstack|ipv6"),
    structure("DnsOptions", kDnsOptionsSpecification),
    text("ClientToken"),
    boolean("PrivateDnsEnabled"),
    list("TagSpecifications", kTagSpecification).wire("TagSpecification", "TagSpecification"),
    list("SubnetConfigurations", kSubnetConfiguration)
        .wire("SubnetConfiguration", "SubnetConfiguration"),
    text("ServiceRegion")};
constexpr Member kCreateVpcEndpointOut[] = {structure("VpcEndpoint", kVpcEndpoint),
                                            text("ClientToken")};
constexpr Member kDescribeVpcEndpointsIn[] = {
    texts("VpcEndpointIds").wire("VpcEndpointId", "VpcEndpointId"),
    list("Filters", kFilter).wire("Filter", "Filter"), integer("MaxResults"), text("NextToken")};
constexpr Member kDescribeVpcEndpointsOut[] = {
    list("VpcEndpoints", kVpcEndpoint).wire("VpcEndpointSet", "vpcEndpointSet"), text("NextToken")};
constexpr Member kModifyVpcEndpointIn[] = {
    text("VpcEndpointId").needed(),
    boolean("ResetPolicy"),
    text("PolicyDocument"),
    texts("AddRouteTableIds").wire("AddRouteTableId", "AddRouteTableId"),
    texts("RemoveRouteTableIds").wire("RemoveRouteTableId", "RemoveRouteTableId"),
    texts("AddSubnetIds").wire("AddSubnetId", "AddSubnetId"),
    texts("RemoveSubnetIds").wire("RemoveSubnetId", "RemoveSubnetId"),
    texts("AddSecurityGroupIds").wire("AddSecurityGroupId", "AddSecurityGroupId"),
    texts("RemoveSecurityGroupIds").wire("RemoveSecurityGroupId", "RemoveSecurityGroupId"),
    choice("IpAddressType", "ipv4|dualstack|ipv6"),
    structure("DnsOptions", kDnsOptionsSpecification),
    boolean("PrivateDnsEnabled"),
    list("SubnetConfigurations", kSubnetConfiguration)
        .wire("SubnetConfiguration", "SubnetConfiguration")};
constexpr Member kDeleteVpcEndpointsIn[] = {
    texts("VpcEndpointIds").wire("VpcEndpointId", "VpcEndpointId").needed()};
constexpr Member kDescribeVpcEndpointConnectionsIn[] = {
    list("Filters", kFilter).wire("Filter", "Filter"), integer("MaxResults"), text("NextToken")};
constexpr Member kDescribeVpcEndpointConnectionsOut[] = {
    list("VpcEndpointConnections", kVpcEndpointConnection)
        .wire("VpcEndpointConnectionSet", "vpcEndpointConnectionSet"),
    text("NextToken")};
constexpr Member kAcceptVpcEndpointConnectionsIn[] = {
    text("ServiceId").needed(),
    texts("VpcEndpointIds").wire("VpcEndpointId", "VpcEndpointId").needed()};

constexpr Operation kOperations[] = {
    {"CreateVpc", kCreateVpcIn, kCreateVpcOut, create_vpc},
    {"DeleteVpc", kOfVpcId, {}, delete_vpc},
    {"DescribeVpcs", kDescribeVpcsIn, kDescribeVpcsOut, describe_vpcs},
    {"ModifyVpcAttribute", kModifyVpcAttributeIn, {}, modify_vpc_attribute},
    {"DescribeVpcAttribute", kDescribeVpcAttributeIn, kDescribeVpcAttributeOut,
     describe_vpc_attribute},
    {"CreateSubnet", kCreateSubnetIn, kCreateSubnetOut, create_subnet},
    {"DeleteSubnet", kOfSubnetId, {}, delete_subnet},
    {"DescribeSubnets", kDescribeSubnetsIn, kDescribeSubnetsOut, describe_subnets},
    {"ModifySubnetAttribute", kModifySubnetAttributeIn, {}, modify_subnet_attribute},
    {"CreateSecurityGroup", kCreateSecurityGroupIn, kCreateSecurityGroupOut, create_security_group},
    {"DeleteSecurityGroup", kDeleteSecurityGroupIn, kDeleteSecurityGroupOut, delete_security_group},
    {"DescribeSecurityGroups", kDescribeSecurityGroupsIn, kDescribeSecurityGroupsOut,
     describe_security_groups},
    {"AuthorizeSecurityGroupIngress", kAuthorizeSecurityGroupIngressIn,
     kAuthorizeSecurityGroupIngressOut, authorize_security_group_ingress},
    {"AuthorizeSecurityGroupEgress", kAuthorizeSecurityGroupEgressIn,
     kAuthorizeSecurityGroupIngressOut, authorize_security_group_egress},
    {"RevokeSecurityGroupIngress", kRevokeSecurityGroupIngressIn, kRevokeSecurityGroupIngressOut,
     revoke_security_group_ingress},
    {"RevokeSecurityGroupEgress", kRevokeSecurityGroupEgressIn, kRevokeSecurityGroupIngressOut,
     revoke_security_group_egress},
    {"DescribeSecurityGroupRules", kDescribeSecurityGroupRulesIn, kDescribeSecurityGroupRulesOut,
     describe_security_group_rules},
    {"DescribeAvailabilityZones", kDescribeAvailabilityZonesIn, kDescribeAvailabilityZonesOut,
     describe_availability_zones},
    {"DescribeNetworkAcls", kDescribeNetworkAclsIn, kDescribeNetworkAclsOut, describe_network_acls},
    {"DescribeRouteTables", kDescribeRouteTablesIn, kDescribeRouteTablesOut, describe_route_tables},
    {"DescribeNetworkInterfaces", kDescribeNetworkInterfacesIn, kDescribeNetworkInterfacesOut,
     describe_network_interfaces},
    {"DescribePrefixLists", kDescribePrefixListsIn, kDescribePrefixListsOut, describe_prefix_lists},
    {"CreateTags", kCreateTagsIn, {}, create_tags},
    {"DeleteTags", kDeleteTagsIn, {}, delete_tags},
    {"CreateVpcEndpointServiceConfiguration", kCreateVpcEndpointServiceConfigurationIn,
     kCreateVpcEndpointServiceConfigurationOut, create_vpc_endpoint_service_configuration},
    {"DescribeVpcEndpointServiceConfigurations", kDescribeVpcEndpointServiceConfigurationsIn,
     kDescribeVpcEndpointServiceConfigurationsOut, describe_vpc_endpoint_service_configurations},
    {"ModifyVpcEndpointServiceConfiguration", kModifyVpcEndpointServiceConfigurationIn, kReturnOut,
     modify_vpc_endpoint_service_configuration},
    {"DeleteVpcEndpointServiceConfigurations", kDeleteVpcEndpointServiceConfigurationsIn,
     kDeleteVpcEndpointServiceConfigurationsOut, delete_vpc_endpoint_service_configurations},
    {"DescribeVpcEndpointServicePermissions", kDescribeVpcEndpointServicePermissionsIn,
     kDescribeVpcEndpointServicePermissionsOut, describe_vpc_endpoint_service_permissions},
    {"ModifyVpcEndpointServicePermissions", kModifyVpcEndpointServicePermissionsIn,
     kModifyVpcEndpointServicePermissionsOut, modify_vpc_endpoint_service_permissions},
    {"StartVpcEndpointServicePrivateDnsVerification", kOfServiceId,
     kStartVpcEndpointServicePrivateDnsVerificationOut,
     start_vpc_endpoint_service_private_dns_verification},
    {"DescribeVpcEndpointServices", kDescribeVpcEndpointServicesIn, kDescribeVpcEndpointServicesOut,
     describe_vpc_endpoint_services},
    {"CreateVpcEndpoint", kCreateVpcEndpointIn, kCreateVpcEndpointOut, create_vpc_endpoint},
    {"DescribeVpcEndpoints", kDescribeVpcEndpointsIn, kDescribeVpcEndpointsOut,
     describe_vpc_endpoints},
    {"ModifyVpcEndpoint", kModifyVpcEndpointIn, kReturnOut, modify_vpc_endpoint},
    {"DeleteVpcEndpoints", kDeleteVpcEndpointsIn, kDeleteVpcEndpointServiceConfigurationsOut,
     delete_vpc_endpoints},
    {"DescribeVpcEndpointConnections", kDescribeVpcEndpointConnectionsIn,
     kDescribeVpcEndpointConnectionsOut, describe_vpc_endpoint_connections},
    {"AcceptVpcEndpointConnections", kAcceptVpcEndpointConnectionsIn,
     kDeleteVpcEndpointServiceConfigurationsOut, accept_vpc_endpoint_connections},
    {"RejectVpcEndpointConnections", kAcceptVpcEndpointConnectionsIn,
     kDeleteVpcEndpointServiceConfigurationsOut, reject_vpc_endpoint_connections},
};

}  // namespace

constexpr Service kService{
    "ec2", Protocol::ec2, "2016-11-15", "http://ec2.amazonaws.com/doc/2016-11-15/",
    "",    "1.1",         kOperations};

}  // namespace hoplab::awsapi::ec2
