// What operations on load balancers share with those on what belongs to them.
#pragma once

#include "awsapi/elbv2/resources.h"

namespace hoplab::awsapi::elbv2 {

inline constexpr std::string_view kSubnetType = "AWS::EC2::Subnet";
inline constexpr std::string_view kSecurityGroupType = "AWS::EC2::SecurityGroup";
inline constexpr std::string_view kVpcType = "AWS::EC2::VPC";

/// Else it is a network load balancer.
bool is_application(const Document& balancer);

Json describe_load_balancer(const Call& call, const Document& one);

}  // namespace hoplab::awsapi::elbv2
