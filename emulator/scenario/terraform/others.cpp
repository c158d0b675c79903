// Certificates, buckets, names of clients, and what answers behind load balancers and APIs.
#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"

namespace hoplab::scenario::terraform {
namespace {

constexpr Attribute kCertificateTable[] = {
    {"domain_name", "DomainName"},
    {"subject_alternative_names", "SubjectAlternativeNames"},
};

constexpr Attribute kBucket[] = {
    {"bucket", "BucketName"},
};

constexpr Attribute kRecord[] = {
    {"name", "Name"},
    {"type", "Type"},
    {"records", "ResourceRecords"},
    {"alias.name", "AliasTarget/DNSName"},
};

constexpr Attribute kFunctionTable[] = {
    {"function_name", "FunctionName"},
};

constexpr Attribute kInstanceTable[] = {
    {"subnet_id", "SubnetId"},
};

constexpr Attribute kBalancerOfService[] = {
    {"target_group_arn", "TargetGroupArn"},
};

constexpr Attribute kServiceTable[] = {
    {"name", "ServiceName"},
    {"load_balancer", "LoadBalancers", nullptr, kBalancerOfService},
};

constexpr Attribute kScalingGroup[] = {
    {"target_group_arns", "TargetGroupARNs"},
};

constexpr Attribute kGroupArn[] = {{"lb_target_group_arn", ""}};

constexpr Mapping kOtherMappings[] = {
    {"aws_acm_certificate", resources::kCertificate, kCertificateTable, {}, {}, "arn"},
    {"aws_iam_server_certificate", resources::kCertificate, {}, {}, {}, "arn"},
    {"aws_s3_bucket", "AWS::S3::Bucket", kBucket},
    {"aws_route53_record", "AWS::Route53::RecordSet", kRecord},
    {"aws_lambda_function", resources::kFunction, kFunctionTable, {}, {}, "function_name"},
    {"aws_instance", "AWS::EC2::Instance", kInstanceTable},
    {"aws_ecs_service", "AWS::ECS::Service", kServiceTable, {}, {}, "name"},
    {"aws_autoscaling_group", "AWS::AutoScaling::AutoScalingGroup", kScalingGroup},
};

constexpr Key kOfScalingGroup[] = {{"autoscaling_group_name", ""}};

constexpr Join kOtherJoins[] = {
    {"aws_autoscaling_attachment", "AWS::AutoScaling::AutoScalingGroup", kOfScalingGroup,
     "TargetGroupARNs[]", kGroupArn},
};

}  // namespace

std::span<const Mapping> other_mappings() {
  return kOtherMappings;
}

std::span<const Join> other_joins() {
  return kOtherJoins;
}

}  // namespace hoplab::scenario::terraform
