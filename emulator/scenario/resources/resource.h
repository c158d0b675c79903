// What exists on AWS, in CloudFormation's words and with everything resolved: the vocabulary that
// templates, Terraform's state and AWS's own API have in common.
//
// Properties are those of the type's CloudFormation schema. A reference is what AWS has there: an
// id, a name or an ARN, never another resource's logical id. Three types are ours, for what AWS's
// API does and CloudFormation has no resource for:
//
//   hoplab::TargetGroupAttachment   TargetGroupArn, Targets as in a target group
//   hoplab::PrivateDnsName          ServiceId (vpce-svc-...), PrivateDnsName, verified
//   hoplab::DeployedRestApi         an API as one deployment has it: RestApiId, DeploymentId, and
//                                   what a RestApi has; its parts say its id for RestApiId
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/reader_document.h"

namespace hoplab::scenario::resources {

inline constexpr std::string_view kTargetGroupAttachment = "hoplab::TargetGroupAttachment";
inline constexpr std::string_view kPrivateDnsName = "hoplab::PrivateDnsName";
inline constexpr std::string_view kDeployedRestApi = "hoplab::DeployedRestApi";

struct Resource {
  std::string type;         // "AWS::ElasticLoadBalancingV2::Listener"
  std::string name;         // of its stack or module: the logical id; a scenario's name for it
  std::string stack;        // within which names are unique; may be empty
  std::string path;         // another name of it for people: "Producer/Alb/Resource"; may be empty
  std::string account;      // 12 digits
  std::string region;       // "eu-west-1"
  std::string physical_id;  // what Ref gives: an ARN, vpce-..., a name
  Node attributes;          // what Fn::GetAtt gives, by name; an object
  Node properties;          // an object; its place is where the resource was written
};

/// In the order of their making: what is referred to stands before who refers.
struct Resources {
  std::vector<Resource> all;
  /// Files of this machine that stand for objects in S3, by "bucket/key".
  std::map<std::string, std::string> objects;
  /// Their text itself, likewise.
  std::map<std::string, std::string> contents;
};

/// A text that nobody here can know, which came of `of`: "Consumer.Instance.PublicIp", "parameter
/// Consumer.domainName". It may stand within other texts; where something emulated needs it, that
/// is a mistake.
std::string unknown_text(std::string_view of);
/// What the first unknown part of `text` came of; empty: there is none.
std::string_view unknown_part(std::string_view text);

}  // namespace hoplab::scenario::resources
