// What operations on security groups share with those on VPCs.
#pragma once

#include "awsapi/ec2/resources.h"

namespace hoplab::awsapi::ec2 {

/// A VPC's default group, which comes first, with its rules.
std::vector<Document> default_group(const Call& call, const std::string& vpc);

/// The group and its rules go with `change`.
void remove_group(const Call& call, const std::string& group, Change& change);

/// Rules of a group, of one direction.
std::vector<const Document*> rules_of(const Call& call, const std::string& group, bool egress);

/// In the form of DescribeSecurityGroups, those of the same protocol and ports together.
Json permissions_of(const Call& call, const std::string& group, bool egress);

/// The rule that every new group has: all may leave.
Document open_egress(const Call& call, const std::string& group);

}  // namespace hoplab::awsapi::ec2
