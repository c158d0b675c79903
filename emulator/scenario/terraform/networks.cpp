// VPCs, subnets, security groups and PrivateLink.
#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::kSecurityGroup;
using resources::kSubnet;
using resources::kVpcEndpoint;
using resources::kVpcEndpointService;

bool says(const Node& statement, std::string_view member, std::string_view word) {
  const Node* const value = statement.find(member);
  return value && value->text == word;
}

/// What an endpoint has that was given no policy.
bool is_full_access(const Node& policy) {
  const Node* const all = policy.find("Statement");
  if (!all || all->items.size() != 1 || all->items.front().find("Condition")) return false;
  const Node& only = all->items.front();
  return says(only, "Effect", "Allow") && says(only, "Principal", "*") &&
         says(only, "Action", "*") && says(only, "Resource", "*");
}

std::optional<Node> endpoint_policy(const Node& text) {
  auto policy = json_text(text);
  if (policy && is_full_access(*policy)) return std::nullopt;
  return policy;
}

constexpr Attribute kVpc[] = {
    {"cidr_block", "CidrBlock"},
};

constexpr Attribute kSubnetTable[] = {
    {"vpc_id", "VpcId"},
    {"cidr_block", "CidrBlock"},
    {"availability_zone", "AvailabilityZone"},
};

// ---- Security groups ----------------------------------------------------------------------------

constexpr Attribute kSecurityGroupTable[] = {
    {"name", "GroupName"},
    {"vpc_id", "VpcId"},
};

/// One for each peer of a rule: see spread_rules().
constexpr Attribute kIngress[] = {
    {"security_group_id", "GroupId"},
    {"ip_protocol", "IpProtocol"},
    {"from_port", "FromPort"},
    {"to_port", "ToPort"},
    {"cidr_ipv4", "CidrIp"},
    {"cidr_ipv6", "CidrIpv6"},
    {"prefix_list_id", "SourcePrefixListId"},
    {"referenced_security_group_id", "SourceSecurityGroupId"},
};

// ---- PrivateLink --------------------------------------------------------------------------------

constexpr Attribute kInterfaceTable[] = {
    {"subnet_id", "SubnetId"},
    {"ipv4", "PrivateIpAddress"},
};

constexpr Attribute kEndpointTable[] = {
    {"vpc_endpoint_type", "VpcEndpointType"},
    {"service_name", "ServiceName"},
    {"vpc_id", "VpcId"},
    {"subnet_ids", "SubnetIds"},
    {"security_group_ids", "SecurityGroupIds"},
    {"private_dns_enabled", "PrivateDnsEnabled"},
    {"policy", "PolicyDocument", endpoint_policy},
    {"state", "State"},
    {"subnet_configuration", "@NetworkInterfaces", nullptr, kInterfaceTable},
    {"network_interface_ids", "@NetworkInterfaceIds"},
};

constexpr Attribute kEndpointServiceTable[] = {
    {"acceptance_required", "AcceptanceRequired"},
    {"network_load_balancer_arns", "NetworkLoadBalancerArns"},
    {"gateway_load_balancer_arns", "GatewayLoadBalancerArns"},
};

constexpr Attribute kPrivateDnsName[] = {
    {"private_dns_name", "PrivateDnsName"},
    {"service_id", "ServiceId"},
};

constexpr Attribute kPermission[] = {
    {"vpc_endpoint_service_id", "ServiceId"},
    {"principals", "AllowedPrincipals"},
};

constexpr Attribute kSubnetId[] = {{"subnet_id", ""}};
constexpr Attribute kGroupId[] = {{"security_group_id", ""}};
constexpr Attribute kPolicyOfEndpoint[] = {{"policy", "", json_text}};
constexpr Attribute kPrivateDnsEnabled[] = {{"private_dns_enabled", ""}};

// ---- All ----------------------------------------------------------------------------------------

constexpr Mapping kNetworkMappings[] = {
    {"aws_vpc", "AWS::EC2::VPC", kVpc},
    {"aws_default_vpc", "AWS::EC2::VPC", kVpc},
    {"aws_subnet", kSubnet, kSubnetTable},
    {"aws_default_subnet", kSubnet, kSubnetTable},
    {"aws_security_group", kSecurityGroup, kSecurityGroupTable},
    {"aws_default_security_group", kSecurityGroup, kSecurityGroupTable},
    {"aws_vpc_security_group_ingress_rule", "AWS::EC2::SecurityGroupIngress", kIngress},
    {"aws_vpc_endpoint", kVpcEndpoint, kEndpointTable},
    {"aws_vpc_endpoint_service", kVpcEndpointService, kEndpointServiceTable},
    // Made by spread(): what stands within another resource.
    {"permissions of an aws_vpc_endpoint_service", "AWS::EC2::VPCEndpointServicePermissions",
     kPermission},
    {"private DNS name of an aws_vpc_endpoint_service", resources::kPrivateDnsName,
     kPrivateDnsName},
};

constexpr Key kOfEndpoint[] = {{"vpc_endpoint_id", ""}};

constexpr Join kNetworkJoins[] = {
    {"aws_vpc_endpoint_subnet_association", kVpcEndpoint, kOfEndpoint, "SubnetIds[]", kSubnetId},
    {"aws_vpc_endpoint_security_group_association", kVpcEndpoint, kOfEndpoint, "SecurityGroupIds[]",
     kGroupId},
    {"aws_vpc_endpoint_policy", kVpcEndpoint, kOfEndpoint, "PolicyDocument", kPolicyOfEndpoint},
    {"aws_vpc_endpoint_private_dns", kVpcEndpoint, kOfEndpoint, "PrivateDnsEnabled",
     kPrivateDnsEnabled},
};

}  // namespace

std::span<const Mapping> network_mappings() {
  return kNetworkMappings;
}

std::span<const Join> network_joins() {
  return kNetworkJoins;
}

}  // namespace hoplab::scenario::terraform
