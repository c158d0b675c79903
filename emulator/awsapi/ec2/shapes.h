// Structures of EC2's API 2016-11-15, as far as VPCs and PrivateLink need them
// (nlb-privatelink.md 5.2).
#pragma once

#include "awsapi/shape.h"

namespace hoplab::awsapi::ec2 {

constexpr Member kTag[] = {text("Key"), text("Value")};
constexpr Member kTagSpecification[] = {text("ResourceType"),
                                        list("Tags", kTag).wire("Tag", "Tag")};
constexpr Member kVpcCidrBlockState[] = {text("State"), text("StatusMessage")};
constexpr Member kVpcCidrBlockAssociation[] = {text("AssociationId"), text("CidrBlock"),
                                               structure("CidrBlockState", kVpcCidrBlockState)};
constexpr Member kVpc[] = {text("OwnerId"),
                           text("InstanceTenancy"),
                           list("CidrBlockAssociationSet", kVpcCidrBlockAssociation),
                           boolean("IsDefault"),
                           list("Tags", kTag).wire("TagSet", "tagSet"),
                           text("VpcId"),
                           text("State"),
                           text("CidrBlock"),
                           text("DhcpOptionsId")};
constexpr Member kFilter[] = {text("Name"), texts("Values").wire("Value", "Value")};
constexpr Member kAttributeBooleanValue[] = {boolean("Value")};
constexpr Member kSubnet[] = {text("AvailabilityZoneId"),
                              text("OwnerId"),
                              list("Tags", kTag).wire("TagSet", "tagSet"),
                              text("SubnetArn"),
                              text("Type"),
                              text("SubnetId"),
                              text("State"),
                              text("VpcId"),
                              text("CidrBlock"),
                              integer("AvailableIpAddressCount"),
                              text("AvailabilityZone"),
                              boolean("DefaultForAz"),
                              boolean("MapPublicIpOnLaunch")};
constexpr Member kUserIdGroupPair[] = {text("Description"), text("UserId"), text("GroupName"),
                                       text("GroupId"), text("VpcId")};
constexpr Member kIpRange[] = {text("Description"), text("CidrIp")};
constexpr Member kIpv6Range[] = {text("Description"), text("CidrIpv6")};
constexpr Member kPrefixListId[] = {text("Description"), text("PrefixListId")};
constexpr Member kIpPermission[] = {
    text("IpProtocol"),
    integer("FromPort"),
    integer("ToPort"),
    list("UserIdGroupPairs", kUserIdGroupPair).wire("Groups", "groups"),
    list("IpRanges", kIpRange),
    list("Ipv6Ranges", kIpv6Range),
    list("PrefixListIds", kPrefixListId)};
constexpr Member kSecurityGroup[] = {
    text("GroupId"),
    list("IpPermissionsEgress", kIpPermission),
    list("Tags", kTag).wire("TagSet", "tagSet"),
    text("VpcId"),
    text("SecurityGroupArn"),
    text("OwnerId"),
    text("GroupName"),
    text("Description").wire("GroupDescription", "groupDescription"),
    list("IpPermissions", kIpPermission)};
constexpr Member kReferencedSecurityGroup[] = {text("GroupId"), text("UserId"), text("VpcId")};
constexpr Member kSecurityGroupRule[] = {text("SecurityGroupRuleId"),
                                         text("GroupId"),
                                         text("GroupOwnerId"),
                                         boolean("IsEgress"),
                                         text("IpProtocol"),
                                         integer("FromPort"),
                                         integer("ToPort"),
                                         text("CidrIpv4"),
                                         text("CidrIpv6"),
                                         text("PrefixListId"),
                                         structure("ReferencedGroupInfo", kReferencedSecurityGroup),
                                         text("Description"),
                                         list("Tags", kTag).wire("TagSet", "tagSet"),
                                         text("SecurityGroupRuleArn")};
constexpr Member kRevokedSecurityGroupRule[] = {
    text("SecurityGroupRuleId"), text("GroupId"),           boolean("IsEgress"), text("IpProtocol"),
    integer("FromPort"),         integer("ToPort"),         text("CidrIpv4"),    text("CidrIpv6"),
    text("PrefixListId"),        text("ReferencedGroupId"), text("Description")};
constexpr Member kAvailabilityZone[] = {
    text("OptInStatus"), text("RegionName"),
    text("ZoneName"),    text("ZoneId"),
    text("GroupName"),   text("NetworkBorderGroup"),
    text("ZoneType"),    text("State").wire("ZoneState", "zoneState")};
constexpr Member kNetworkAclAssociation[] = {text("NetworkAclAssociationId"), text("NetworkAclId"),
                                             text("SubnetId")};
constexpr Member kIcmpTypeCode[] = {integer("Code"), integer("Type")};
constexpr Member kPortRange[] = {integer("From"), integer("To")};
constexpr Member kNetworkAclEntry[] = {text("CidrBlock"),
                                       boolean("Egress"),
                                       structure("IcmpTypeCode", kIcmpTypeCode),
                                       structure("PortRange", kPortRange),
                                       text("Protocol"),
                                       text("RuleAction"),
                                       integer("RuleNumber")};
constexpr Member kNetworkAcl[] = {
    list("Associations", kNetworkAclAssociation).wire("AssociationSet", "associationSet"),
    list("Entries", kNetworkAclEntry).wire("EntrySet", "entrySet"),
    boolean("IsDefault").wire("Default", "default"),
    text("NetworkAclId"),
    list("Tags", kTag).wire("TagSet", "tagSet"),
    text("VpcId"),
    text("OwnerId")};
constexpr Member kRouteTableAssociationState[] = {text("State"), text("StatusMessage")};
constexpr Member kRouteTableAssociation[] = {
    boolean("Main"),
    text("RouteTableAssociationId"),
    text("RouteTableId"),
    text("SubnetId"),
    text("GatewayId"),
    text("PublicIpv4Pool"),
    structure("AssociationState", kRouteTableAssociationState)};
constexpr Member kRouteTable[] = {
    list("Associations", kRouteTableAssociation).wire("AssociationSet", "associationSet"),
    text("RouteTableId"), list("Tags", kTag).wire("TagSet", "tagSet"), text("VpcId"),
    text("OwnerId")};
constexpr Member kGroupIdentifier[] = {text("GroupId"), text("GroupName")};
constexpr Member kNetworkInterface[] = {
    text("AvailabilityZone"),
    text("Description"),
    list("Groups", kGroupIdentifier).wire("GroupSet", "groupSet"),
    text("InterfaceType"),
    text("MacAddress"),
    text("NetworkInterfaceId"),
    text("OwnerId"),
    text("PrivateDnsName"),
    text("PrivateIpAddress"),
    text("RequesterId"),
    boolean("RequesterManaged"),
    boolean("SourceDestCheck"),
    text("Status"),
    text("SubnetId"),
    list("TagSet", kTag),
    text("VpcId"),
    text("Ipv6Address"),
    text("AvailabilityZoneId")};
constexpr Member kPrefixList[] = {texts("Cidrs").wire("CidrSet", "cidrSet"), text("PrefixListId"),
                                  text("PrefixListName")};
constexpr Member kServiceTypeDetail[] = {text("ServiceType")};
constexpr Member kPrivateDnsNameConfiguration[] = {text("State"), text("Type"), text("Value"),
                                                   text("Name")};
constexpr Member kServiceConfiguration[] = {
    list("ServiceType", kServiceTypeDetail),
    text("ServiceId"),
    text("ServiceName"),
    text("ServiceState"),
    texts("AvailabilityZones").wire("AvailabilityZoneSet", "availabilityZoneSet"),
    boolean("AcceptanceRequired"),
    boolean("ManagesVpcEndpoints"),
    texts("NetworkLoadBalancerArns").wire("NetworkLoadBalancerArnSet", "networkLoadBalancerArnSet"),
    texts("SupportedIpAddressTypes").wire("SupportedIpAddressTypeSet", "supportedIpAddressTypeSet"),
    texts("BaseEndpointDnsNames").wire("BaseEndpointDnsNameSet", "baseEndpointDnsNameSet"),
    text("PrivateDnsName"),
    structure("PrivateDnsNameConfiguration", kPrivateDnsNameConfiguration),
    list("Tags", kTag).wire("TagSet", "tagSet")};
constexpr Member kUnsuccessfulItemError[] = {text("Code"), text("Message")};
constexpr Member kUnsuccessfulItem[] = {structure("Error", kUnsuccessfulItemError),
                                        text("ResourceId")};
constexpr Member kAllowedPrincipal[] = {
    text("PrincipalType"), text("Principal"), text("ServicePermissionId"),
    list("Tags", kTag).wire("TagSet", "tagSet"), text("ServiceId")};
constexpr Member kAddedPrincipal[] = {text("PrincipalType"), text("Principal"),
                                      text("ServicePermissionId"), text("ServiceId")};
constexpr Member kPrivateDnsDetails[] = {text("PrivateDnsName")};
constexpr Member kServiceDetail[] = {
    text("ServiceName"),
    text("ServiceId"),
    list("ServiceType", kServiceTypeDetail),
    text("ServiceRegion"),
    texts("AvailabilityZones").wire("AvailabilityZoneSet", "availabilityZoneSet"),
    text("Owner"),
    texts("BaseEndpointDnsNames").wire("BaseEndpointDnsNameSet", "baseEndpointDnsNameSet"),
    text("PrivateDnsName"),
    list("PrivateDnsNames", kPrivateDnsDetails).wire("PrivateDnsNameSet", "privateDnsNameSet"),
    boolean("VpcEndpointPolicySupported"),
    boolean("AcceptanceRequired"),
    boolean("ManagesVpcEndpoints"),
    list("Tags", kTag).wire("TagSet", "tagSet"),
    text("PrivateDnsNameVerificationState"),
    texts("SupportedIpAddressTypes")
        .wire("SupportedIpAddressTypeSet", "supportedIpAddressTypeSet")};
constexpr Member kDnsOptionsSpecification[] = {
    choice("DnsRecordIpType", "ipv4|dualstack|ipv6|service-defined")};
constexpr Member kSubnetConfiguration[] = {text("SubnetId"), text("Ipv4"), text("Ipv6")};
constexpr Member kSecurityGroupIdentifier[] = {text("GroupId"), text("GroupName")};
constexpr Member kDnsOptions[] = {text("DnsRecordIpType")};
constexpr Member kDnsEntry[] = {text("DnsName"), text("HostedZoneId")};
constexpr Member kLastError[] = {text("Message"), text("Code")};
constexpr Member kVpcEndpoint[] = {
    text("VpcEndpointId"),
    text("VpcEndpointType"),
    text("VpcId"),
    text("ServiceName"),
    text("State"),
    text("PolicyDocument"),
    texts("SubnetIds").wire("SubnetIdSet", "subnetIdSet"),
    list("Groups", kSecurityGroupIdentifier).wire("GroupSet", "groupSet"),
    text("IpAddressType"),
    structure("DnsOptions", kDnsOptions),
    boolean("PrivateDnsEnabled"),
    boolean("RequesterManaged"),
    texts("NetworkInterfaceIds").wire("NetworkInterfaceIdSet", "networkInterfaceIdSet"),
    list("DnsEntries", kDnsEntry).wire("DnsEntrySet", "dnsEntrySet"),
    timestamp("CreationTimestamp"),
    list("Tags", kTag).wire("TagSet", "tagSet"),
    text("OwnerId"),
    structure("LastError", kLastError),
    text("FailureReason"),
    text("ServiceRegion")};
constexpr Member kVpcEndpointConnection[] = {
    text("ServiceId"),
    text("VpcEndpointId"),
    text("VpcEndpointOwner"),
    text("VpcEndpointState"),
    timestamp("CreationTimestamp"),
    list("DnsEntries", kDnsEntry).wire("DnsEntrySet", "dnsEntrySet"),
    texts("NetworkLoadBalancerArns").wire("NetworkLoadBalancerArnSet", "networkLoadBalancerArnSet"),
    text("IpAddressType"),
    text("VpcEndpointConnectionId"),
    list("Tags", kTag).wire("TagSet", "tagSet"),
    text("VpcEndpointRegion")};

}  // namespace hoplab::awsapi::ec2
