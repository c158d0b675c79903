#include "awsapi/elbv2/attribute_table.h"

#include "awsapi/scalar.h"

namespace hoplab::awsapi::elbv2 {

namespace {

using enum Whose;

constexpr std::string_view kBool = "true|false";
constexpr std::string_view kLb = kLoadBalancerType, kLs = kListenerType, kTg = kTargetGroupType;

constexpr Attribute kAttributes[] = {
    {kLb, all, "access_logs.s3.enabled", kBool, "false"},
    {kLb, all, "access_logs.s3.bucket", "", ""},
    {kLb, all, "access_logs.s3.prefix", "", ""},
    {kLb, all, "deletion_protection.enabled", kBool, "false"},
    {kLb, all, "ipv6.deny_all_igw_traffic", kBool, "false"},
    {kLb, application, "load_balancing.cross_zone.enabled", "true", "true"},
    {kLb, network, "load_balancing.cross_zone.enabled", kBool, "false"},
    {kLb, all, "zonal_shift.config.enabled", kBool, "false"},
    {kLb, application, "connection_logs.s3.enabled", kBool, "false"},
    {kLb, application, "connection_logs.s3.bucket", "", ""},
    {kLb, application, "connection_logs.s3.prefix", "", ""},
    {kLb, application, "health_check_logs.s3.enabled", kBool, "false"},
    {kLb, application, "health_check_logs.s3.bucket", "", ""},
    {kLb, application, "health_check_logs.s3.prefix", "", ""},
    {kLb, application, "client_keep_alive.seconds", "60-604800", "3600"},
    {kLb, application, "idle_timeout.timeout_seconds", "1-4000", "60"},
    {kLb, application, "routing.http.desync_mitigation_mode", "monitor|defensive|strictest",
     "defensive"},
    {kLb, application, "routing.http.drop_invalid_header_fields.enabled", kBool, "false"},
    {kLb, application, "routing.http.preserve_host_header.enabled", kBool, "false"},
    {kLb, application, "routing.http.x_amzn_tls_version_and_cipher_suite.enabled", kBool, "false"},
    {kLb, application, "routing.http.xff_client_port.enabled", kBool, "false"},
    {kLb, application, "routing.http.xff_header_processing.mode", "append|preserve|remove",
     "append"},
    {kLb, application, "routing.http2.enabled", kBool, "true"},
    {kLb, application, "waf.fail_open.enabled", kBool, "false"},
    {kLb, network, "dns_record.client_routing_policy",
     "availability_zone_affinity|partial_availability_zone_affinity|any_availability_zone",
     "any_availability_zone"},
    {kLb, network, "secondary_ips.auto_assigned.per_subnet", "0-7", "0"},

    {kLs, network, "tcp.idle_timeout.seconds", "60-6000", "350"},
    {kLs, application, "routing.http.response.server.enabled", kBool, "true"},
    {kLs, application, "routing.http.response.strict_transport_security.header_value", "", ""},
    {kLs, application, "routing.http.response.access_control_allow_origin.header_value", "", ""},
    {kLs, application, "routing.http.response.access_control_allow_methods.header_value", "", ""},
    {kLs, application, "routing.http.response.access_control_allow_headers.header_value", "", ""},
    {kLs, application, "routing.http.response.access_control_allow_credentials.header_value", "",
     ""},
    {kLs, application, "routing.http.response.access_control_expose_headers.header_value", "", ""},
    {kLs, application, "routing.http.response.access_control_max_age.header_value", "", ""},
    {kLs, application, "routing.http.response.content_security_policy.header_value", "", ""},
    {kLs, application, "routing.http.response.x_content_type_options.header_value", "", ""},
    {kLs, application, "routing.http.response.x_frame_options.header_value", "", ""},
    {kLs, application, "routing.http.request.x_amzn_mtls_clientcert.header_name", "", "-"},
    {kLs, application, "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name", "",
     "-"},
    {kLs, application, "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", "", "-"},
    {kLs, application, "routing.http.request.x_amzn_mtls_clientcert_subject.header_name", "", "-"},
    {kLs, application, "routing.http.request.x_amzn_mtls_clientcert_validity.header_name", "", "-"},
    {kLs, application, "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "", "-"},
    {kLs, application, "routing.http.request.x_amzn_tls_version.header_name", "", "-"},
    {kLs, application, "routing.http.request.x_amzn_tls_cipher_suite.header_name", "", "-"},

    {kTg, lambda, "lambda.multi_value_headers.enabled", kBool, "false"},
    {kTg, all, "deregistration_delay.timeout_seconds", "0-3600", "300"},
    {kTg, all, "load_balancing.cross_zone.enabled", "true|false|use_load_balancer_configuration",
     "use_load_balancer_configuration"},
    {kTg, all, "stickiness.enabled", kBool, "false"},
    {kTg, application, "stickiness.type", "lb_cookie|app_cookie", "lb_cookie"},
    {kTg, network, "stickiness.type", "source_ip", "source_ip"},
    {kTg, application, "stickiness.lb_cookie.duration_seconds", "1-604800", "86400"},
    {kTg, application, "stickiness.app_cookie.duration_seconds", "1-604800", "86400"},
    {kTg, application, "stickiness.app_cookie.cookie_name", "", ""},
    {kTg, application, "load_balancing.algorithm.type",
     "round_robin|least_outstanding_requests|weighted_random", "round_robin"},
    {kTg, application, "load_balancing.algorithm.anomaly_mitigation", "on|off", "off"},
    {kTg, application, "slow_start.duration_seconds", "0|30-900", "0"},
    {kTg, application, "waf.http2.traffic_inspection_behavior", "inspect_after_sufficient_data",
     "-"},
    {kTg, all, "target_group_health.dns_failover.minimum_healthy_targets.count", "off|1-1000", "1"},
    {kTg, all, "target_group_health.dns_failover.minimum_healthy_targets.percentage", "off|1-100",
     "off"},
    {kTg, all, "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
     "1-1000", "1"},
    {kTg, all, "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
     "off|1-100", "off"},
    {kTg, network, "deregistration_delay.connection_termination.enabled", kBool, "false"},
    {kTg, network, "preserve_client_ip.enabled", kBool, "true"},
    {kTg, network, "proxy_protocol_v2.enabled", kBool, "false"},
    {kTg, network, "target_health_state.unhealthy.connection_termination.enabled", kBool, "true"},
    {kTg, network, "target_health_state.unhealthy.draining_interval_seconds", "0-360000", "0"},
};

}  // namespace

Table<Attribute> attributes() noexcept {
  return kAttributes;
}

bool is_allowed(const Attribute& attribute, std::string_view value) {
  if (attribute.values.empty()) return true;
  std::string_view left = attribute.values;
  const auto number = integer_from_text(value);
  while (true) {
    const std::string_view one = left.substr(0, left.find('|'));
    if (one == value) return true;
    const std::size_t dash = std::min(one.find('-'), one.size());
    const auto low = integer_from_text(one.substr(0, dash));
    const auto high = integer_from_text(one.substr(std::min(dash + 1, one.size())));
    if (number && low && high && *number >= *low && *number <= *high) return true;
    if (one.size() == left.size()) return false;
    left.remove_prefix(one.size() + 1);
  }
}

}  // namespace hoplab::awsapi::elbv2
