// Target groups and trust stores.
#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::kTargetGroup;
using resources::kTrustStore;

// ---- Target groups ------------------------------------------------------------------------------

constexpr Attribute kTargetGroupTable[] = {
    {"name", "Name"},
    {"target_type", "TargetType"},
    {"port", "Port"},
    {"protocol", "Protocol"},
    {"protocol_version", "ProtocolVersion"},
    {"health_check.protocol", "HealthCheckProtocol"},
    {"health_check.port", "HealthCheckPort"},
    {"health_check.path", "HealthCheckPath"},
    {"health_check.matcher", "Matcher/HttpCode"},
    {"health_check.interval", "HealthCheckIntervalSeconds"},
    {"health_check.timeout", "HealthCheckTimeoutSeconds", unless_zero},
    {"health_check.healthy_threshold", "HealthyThresholdCount"},
    {"health_check.unhealthy_threshold", "UnhealthyThresholdCount"},
};

constexpr Attribute kGrpcGroup[] = {
    {"name", "Name"},
    {"target_type", "TargetType"},
    {"port", "Port"},
    {"protocol", "Protocol"},
    {"protocol_version", "ProtocolVersion"},
    {"health_check.protocol", "HealthCheckProtocol"},
    {"health_check.port", "HealthCheckPort"},
    {"health_check.path", "HealthCheckPath"},
    {"health_check.matcher", "Matcher/GrpcCode"},
    {"health_check.interval", "HealthCheckIntervalSeconds"},
    {"health_check.timeout", "HealthCheckTimeoutSeconds", unless_zero},
    {"health_check.healthy_threshold", "HealthyThresholdCount"},
    {"health_check.unhealthy_threshold", "UnhealthyThresholdCount"},
};

constexpr Attribute kFunctionGroup[] = {
    {"name", "Name"},
    {"target_type", "TargetType"},
    {"health_check.enabled", "HealthCheckEnabled", if_true},
    {"health_check.path", "HealthCheckPath"},
    {"health_check.matcher", "Matcher/HttpCode"},
    {"health_check.interval", "HealthCheckIntervalSeconds"},
    {"health_check.timeout", "HealthCheckTimeoutSeconds", unless_zero},
    {"health_check.healthy_threshold", "HealthyThresholdCount"},
    {"health_check.unhealthy_threshold", "UnhealthyThresholdCount"},
};

constexpr Attribute kKeysBehindApplication[] = {
    {"deregistration_delay", "deregistration_delay.timeout_seconds"},
    {"slow_start", "slow_start.duration_seconds", unless_zero},
    {"load_balancing_algorithm_type", "load_balancing.algorithm.type"},
    {"load_balancing_anomaly_mitigation", "load_balancing.algorithm.anomaly_mitigation",
     unless_off},
    {"load_balancing_cross_zone_enabled", "load_balancing.cross_zone.enabled"},
    {"stickiness.enabled", "stickiness.enabled"},
    {"stickiness.type", "stickiness.type"},
    {"stickiness.cookie_duration", "stickiness.lb_cookie.duration_seconds", unless_zero},
    {"stickiness.cookie_name", "stickiness.app_cookie.cookie_name"},
    {"target_group_health.dns_failover.minimum_healthy_targets_count",
     "target_group_health.dns_failover.minimum_healthy_targets.count"},
    {"target_group_health.dns_failover.minimum_healthy_targets_percentage",
     "target_group_health.dns_failover.minimum_healthy_targets.percentage"},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets_count",
     "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets_percentage",
     "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"},
};

constexpr Attribute kKeysBehindNetwork[] = {
    {"deregistration_delay", "deregistration_delay.timeout_seconds"},
    {"connection_termination", "deregistration_delay.connection_termination.enabled"},
    {"preserve_client_ip", "preserve_client_ip.enabled"},
    {"proxy_protocol_v2", "proxy_protocol_v2.enabled"},
    {"load_balancing_cross_zone_enabled", "load_balancing.cross_zone.enabled"},
    {"stickiness.enabled", "stickiness.enabled"},
    {"target_health_state.enable_unhealthy_connection_termination",
     "target_health_state.unhealthy.connection_termination.enabled"},
    {"target_health_state.unhealthy_draining_interval",
     "target_health_state.unhealthy.draining_interval_seconds", unless_zero},
    {"target_group_health.dns_failover.minimum_healthy_targets_count",
     "target_group_health.dns_failover.minimum_healthy_targets.count"},
    {"target_group_health.dns_failover.minimum_healthy_targets_percentage",
     "target_group_health.dns_failover.minimum_healthy_targets.percentage"},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets_count",
     "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets_percentage",
     "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"},
};

constexpr Attribute kKeysOfFunctions[] = {
    {"lambda_multi_value_headers_enabled", "lambda.multi_value_headers.enabled"},
};

constexpr Attribute kTargetTable[] = {
    {"target_id", "Id"},
    {"port", "Port"},
    {"availability_zone", "AvailabilityZone"},
};

// ---- Trust stores -------------------------------------------------------------------------------

constexpr Attribute kTrustStoreTable[] = {
    {"name", "Name"},
    {"ca_certificates_bundle_s3_bucket", "CaCertificatesBundleS3Bucket"},
    {"ca_certificates_bundle_s3_key", "CaCertificatesBundleS3Key"},
    {"ca_certificates_bundle_s3_object_version", "CaCertificatesBundleS3ObjectVersion"},
};

constexpr Attribute kRevocation[] = {
    {"trust_store_arn", "TrustStoreArn"},
    {"revocations_s3_bucket", "RevocationContents[0]/S3Bucket"},
    {"revocations_s3_key", "RevocationContents[0]/S3Key"},
};

// ---- All ----------------------------------------------------------------------------------------

constexpr KeyedAttributes kBehindApplication = {"TargetGroupAttributes", kKeysBehindApplication};
constexpr KeyedAttributes kBehindNetwork = {"TargetGroupAttributes", kKeysBehindNetwork};
constexpr KeyedAttributes kOfFunctions = {"TargetGroupAttributes", kKeysOfFunctions};

constexpr Mapping kTargetGroupMappings[] = {
    {"aws_lb_target_group", kTargetGroup, kTargetGroupTable, {}, "target_type=alb"},
    {"aws_lb_target_group", kTargetGroup, kFunctionGroup, kOfFunctions, "target_type=lambda"},
    {"aws_lb_target_group", kTargetGroup, kTargetGroupTable, kBehindNetwork,
     "protocol=TCP,TLS,UDP,TCP_UDP"},
    {"aws_lb_target_group", kTargetGroup, kGrpcGroup, kBehindApplication, "protocol_version=GRPC"},
    {"aws_lb_target_group", kTargetGroup, kTargetGroupTable, kBehindApplication},
    {"aws_lb_trust_store", kTrustStore, kTrustStoreTable},
    {"aws_lb_trust_store_revocation", "AWS::ElasticLoadBalancingV2::TrustStoreRevocation",
     kRevocation},
};

constexpr Key kGroupOfTarget[] = {{"target_group_arn", ""}};

constexpr Join kTargetGroupJoins[] = {
    {"aws_lb_target_group_attachment", kTargetGroup, kGroupOfTarget, "Targets[]", kTargetTable},
};

}  // namespace

std::span<const Mapping> target_group_mappings() {
  return kTargetGroupMappings;
}

std::span<const Join> target_group_joins() {
  return kTargetGroupJoins;
}

}  // namespace hoplab::scenario::terraform
