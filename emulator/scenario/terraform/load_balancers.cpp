// Load balancers, listeners and rules.
#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::kListener;
using resources::kLoadBalancer;

std::optional<Node> scheme(const Node& internal) {
  return text_like(internal, internal.boolean ? "internal" : "internet-facing");
}

/// A condition's Field, which Terraform has as the name of a block.
template <const char* kWord>
std::optional<Node> field(const Node& place) {
  return text_like(place, kWord);
}
constexpr char kHostHeader[] = "host-header", kHttpHeader[] = "http-header",
               kRequestMethod[] = "http-request-method", kPathPattern[] = "path-pattern",
               kQueryString[] = "query-string", kSourceIp[] = "source-ip";

// ---- Load balancers -----------------------------------------------------------------------------

constexpr Attribute kSubnetMapping[] = {
    {"subnet_id", "SubnetId"},
    {"allocation_id", "AllocationId"},
    {"private_ipv4_address", "PrivateIPv4Address"},
};

constexpr Attribute kBalancer[] = {
    {"name", "Name"},
    {"dns_name", "@DNSName"},
    {"load_balancer_type", "Type"},
    {"internal", "Scheme", scheme},
    {"subnets", "Subnets"},
    {"subnet_mapping", "SubnetMappings", nullptr, kSubnetMapping},
    {"security_groups", "SecurityGroups"},
};

constexpr Attribute kNetworkBalancer[] = {
    {"name", "Name"},
    {"dns_name", "@DNSName"},
    {"load_balancer_type", "Type"},
    {"internal", "Scheme", scheme},
    {"subnets", "Subnets"},
    {"subnet_mapping", "SubnetMappings", nullptr, kSubnetMapping},
    {"security_groups", "SecurityGroups"},
    {"enforce_security_group_inbound_rules_on_private_link_traffic",
     "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"},
};

constexpr Attribute kKeysOfApplication[] = {
    {"idle_timeout", "idle_timeout.timeout_seconds"},
    {"client_keep_alive", "client_keep_alive.seconds"},
    {"desync_mitigation_mode", "routing.http.desync_mitigation_mode"},
    {"drop_invalid_header_fields", "routing.http.drop_invalid_header_fields.enabled"},
    {"preserve_host_header", "routing.http.preserve_host_header.enabled"},
    {"enable_http2", "routing.http2.enabled"},
    {"enable_tls_version_and_cipher_suite_headers",
     "routing.http.x_amzn_tls_version_and_cipher_suite.enabled"},
    {"enable_xff_client_port", "routing.http.xff_client_port.enabled"},
    {"xff_header_processing_mode", "routing.http.xff_header_processing.mode"},
    {"access_logs.bucket", "access_logs.s3.bucket"},
    {"connection_logs.bucket", "connection_logs.s3.bucket"},
};

constexpr Attribute kKeysOfNetwork[] = {
    {"enable_cross_zone_load_balancing", "load_balancing.cross_zone.enabled"},
    {"access_logs.bucket", "access_logs.s3.bucket"},
};

// ---- Listeners and rules ------------------------------------------------------------------------

constexpr Attribute kWeightedGroup[] = {
    {"arn", "TargetGroupArn"},
    {"weight", "Weight"},
};

constexpr Attribute kClaim[] = {
    {"format", "Format"},
    {"name", "Name"},
    {"values", "Values"},
};

constexpr Attribute kActionTable[] = {
    {"type", "Type"},
    {"order", "Order"},
    {"target_group_arn", "TargetGroupArn"},
    {"forward.target_group", "ForwardConfig/TargetGroups", nullptr, kWeightedGroup},
    {"forward.stickiness.enabled", "ForwardConfig/TargetGroupStickinessConfig/Enabled"},
    {"forward.stickiness.duration", "ForwardConfig/TargetGroupStickinessConfig/DurationSeconds",
     unless_zero},
    {"redirect.protocol", "RedirectConfig/Protocol"},
    {"redirect.host", "RedirectConfig/Host"},
    {"redirect.port", "RedirectConfig/Port"},
    {"redirect.path", "RedirectConfig/Path"},
    {"redirect.query", "RedirectConfig/Query"},
    {"redirect.status_code", "RedirectConfig/StatusCode"},
    {"fixed_response.content_type", "FixedResponseConfig/ContentType"},
    {"fixed_response.message_body", "FixedResponseConfig/MessageBody"},
    {"fixed_response.status_code", "FixedResponseConfig/StatusCode"},
    {"authenticate_oidc.issuer", "AuthenticateOidcConfig/Issuer"},
    {"authenticate_oidc.authorization_endpoint", "AuthenticateOidcConfig/AuthorizationEndpoint"},
    {"authenticate_oidc.token_endpoint", "AuthenticateOidcConfig/TokenEndpoint"},
    {"authenticate_oidc.user_info_endpoint", "AuthenticateOidcConfig/UserInfoEndpoint"},
    {"authenticate_oidc.client_id", "AuthenticateOidcConfig/ClientId"},
    {"authenticate_oidc.client_secret", "AuthenticateOidcConfig/ClientSecret"},
    {"authenticate_oidc.scope", "AuthenticateOidcConfig/Scope"},
    {"authenticate_oidc.session_cookie_name", "AuthenticateOidcConfig/SessionCookieName"},
    {"authenticate_oidc.session_timeout", "AuthenticateOidcConfig/SessionTimeout", unless_zero},
    {"authenticate_oidc.on_unauthenticated_request",
     "AuthenticateOidcConfig/OnUnauthenticatedRequest"},
    {"authenticate_oidc.authentication_request_extra_params",
     "AuthenticateOidcConfig/AuthenticationRequestExtraParams"},
    {"authenticate_cognito.user_pool_arn", "AuthenticateCognitoConfig/UserPoolArn"},
    {"authenticate_cognito.user_pool_client_id", "AuthenticateCognitoConfig/UserPoolClientId"},
    {"authenticate_cognito.user_pool_domain", "AuthenticateCognitoConfig/UserPoolDomain"},
    {"authenticate_cognito.scope", "AuthenticateCognitoConfig/Scope"},
    {"authenticate_cognito.session_cookie_name", "AuthenticateCognitoConfig/SessionCookieName"},
    {"authenticate_cognito.session_timeout", "AuthenticateCognitoConfig/SessionTimeout",
     unless_zero},
    {"authenticate_cognito.on_unauthenticated_request",
     "AuthenticateCognitoConfig/OnUnauthenticatedRequest"},
    {"authenticate_cognito.authentication_request_extra_params",
     "AuthenticateCognitoConfig/AuthenticationRequestExtraParams"},
    {"jwt_validation.jwks_endpoint", "JwtValidationConfig/JwksEndpoint"},
    {"jwt_validation.issuer", "JwtValidationConfig/Issuer"},
    {"jwt_validation.additional_claim", "JwtValidationConfig/AdditionalClaims", nullptr, kClaim},
};

constexpr Attribute kListenerTable[] = {
    {"load_balancer_arn", "LoadBalancerArn"},
    {"port", "Port"},
    {"protocol", "Protocol"},
    {"ssl_policy", "SslPolicy"},
    {"alpn_policy", "AlpnPolicy[]"},
    {"certificate_arn", "Certificates[]/CertificateArn"},
    {"mutual_authentication.mode", "MutualAuthentication/Mode"},
    {"mutual_authentication.trust_store_arn", "MutualAuthentication/TrustStoreArn"},
    {"mutual_authentication.ignore_client_certificate_expiry",
     "MutualAuthentication/IgnoreClientCertificateExpiry", if_true},
    {"mutual_authentication.advertise_trust_store_ca_names",
     "MutualAuthentication/AdvertiseTrustStoreCaNames", unless_off},
    {"default_action", "DefaultActions", nullptr, kActionTable},
};

constexpr Attribute kPlainListenerTable[] = {
    {"load_balancer_arn", "LoadBalancerArn"},
    {"port", "Port"},
    {"protocol", "Protocol"},
    {"default_action", "DefaultActions", nullptr, kActionTable},
};

constexpr Attribute kKeysOfListener[] = {
    {"routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name",
     "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name"},
    {"routing_http_request_x_amzn_mtls_clientcert_issuer_header_name",
     "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name"},
    {"routing_http_request_x_amzn_mtls_clientcert_subject_header_name",
     "routing.http.request.x_amzn_mtls_clientcert_subject.header_name"},
    {"routing_http_request_x_amzn_mtls_clientcert_validity_header_name",
     "routing.http.request.x_amzn_mtls_clientcert_validity.header_name"},
    {"routing_http_request_x_amzn_mtls_clientcert_leaf_header_name",
     "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name"},
    {"routing_http_request_x_amzn_mtls_clientcert_header_name",
     "routing.http.request.x_amzn_mtls_clientcert.header_name"},
    {"routing_http_request_x_amzn_tls_version_header_name",
     "routing.http.request.x_amzn_tls_version.header_name"},
    {"routing_http_request_x_amzn_tls_cipher_suite_header_name",
     "routing.http.request.x_amzn_tls_cipher_suite.header_name"},
    {"routing_http_response_server_enabled", "routing.http.response.server.enabled"},
    {"routing_http_response_strict_transport_security_header_value",
     "routing.http.response.strict_transport_security.header_value"},
    {"routing_http_response_access_control_allow_origin_header_value",
     "routing.http.response.access_control_allow_origin.header_value"},
    {"routing_http_response_access_control_allow_methods_header_value",
     "routing.http.response.access_control_allow_methods.header_value"},
    {"routing_http_response_access_control_allow_headers_header_value",
     "routing.http.response.access_control_allow_headers.header_value"},
    {"routing_http_response_access_control_allow_credentials_header_value",
     "routing.http.response.access_control_allow_credentials.header_value"},
    {"routing_http_response_access_control_expose_headers_header_value",
     "routing.http.response.access_control_expose_headers.header_value"},
    {"routing_http_response_access_control_max_age_header_value",
     "routing.http.response.access_control_max_age.header_value"},
    {"routing_http_response_content_security_policy_header_value",
     "routing.http.response.content_security_policy.header_value"},
    {"routing_http_response_x_content_type_options_header_value",
     "routing.http.response.x_content_type_options.header_value"},
    {"routing_http_response_x_frame_options_header_value",
     "routing.http.response.x_frame_options.header_value"},
};
/// Of a network load balancer's listener Terraform may keep what only the other kind has.
constexpr Attribute kKeysOfTcpListener[] = {
    {"tcp_idle_timeout_seconds", "tcp.idle_timeout.seconds"},
};

constexpr Attribute kQueryValue[] = {
    {"key", "Key"},
    {"value", "Value"},
};

constexpr Attribute kCondition[] = {
    {"host_header", "Field", field<kHostHeader>},
    {"host_header.values", "HostHeaderConfig/Values"},
    {"host_header.regex_values", "HostHeaderConfig/RegexValues"},
    {"path_pattern", "Field", field<kPathPattern>},
    {"path_pattern.values", "PathPatternConfig/Values"},
    {"path_pattern.regex_values", "PathPatternConfig/RegexValues"},
    {"http_header", "Field", field<kHttpHeader>},
    {"http_header.http_header_name", "HttpHeaderConfig/HttpHeaderName"},
    {"http_header.values", "HttpHeaderConfig/Values"},
    {"http_header.regex_values", "HttpHeaderConfig/RegexValues"},
    {"http_request_method", "Field", field<kRequestMethod>},
    {"http_request_method.values", "HttpRequestMethodConfig/Values"},
    {"query_string", "Field", field<kQueryString>},
    {"query_string", "QueryStringConfig/Values", nullptr, kQueryValue},
    {"source_ip", "Field", field<kSourceIp>},
    {"source_ip.values", "SourceIpConfig/Values"},
};

constexpr Attribute kRewrite[] = {
    {"regex", "Regex"},
    {"replace", "Replace"},
};

constexpr Attribute kTransform[] = {
    {"type", "Type"},
    {"host_header_rewrite_config.rewrite", "HostHeaderRewriteConfig/Rewrites", nullptr, kRewrite},
    {"url_rewrite_config.rewrite", "UrlRewriteConfig/Rewrites", nullptr, kRewrite},
};

constexpr Attribute kRuleTable[] = {
    {"listener_arn", "ListenerArn"},
    {"priority", "Priority"},
    {"action", "Actions", nullptr, kActionTable},
    {"condition", "Conditions", nullptr, kCondition},
    {"transform", "Transforms", nullptr, kTransform},
};

constexpr Attribute kFurtherCertificate[] = {
    {"listener_arn", "ListenerArn"},
    {"certificate_arn", "Certificates[]/CertificateArn"},
};

// ---- All ----------------------------------------------------------------------------------------

constexpr KeyedAttributes kOfApplication = {"LoadBalancerAttributes", kKeysOfApplication};
constexpr KeyedAttributes kOfNetwork = {"LoadBalancerAttributes", kKeysOfNetwork};
constexpr KeyedAttributes kOfListener = {"ListenerAttributes", kKeysOfListener};
constexpr KeyedAttributes kOfTcpListener = {"ListenerAttributes", kKeysOfTcpListener};

constexpr Mapping kLoadBalancerMappings[] = {
    {"aws_lb", kLoadBalancer, kNetworkBalancer, kOfNetwork, "load_balancer_type=network"},
    {"aws_lb", kLoadBalancer, kBalancer, kOfApplication},
    {"aws_lb_listener", kListener, kPlainListenerTable, kOfTcpListener, "protocol=TCP,UDP,TCP_UDP"},
    {"aws_lb_listener", kListener, kListenerTable, kOfTcpListener, "protocol=TLS"},
    {"aws_lb_listener", kListener, kListenerTable, kOfListener},
    {"aws_lb_listener_rule", "AWS::ElasticLoadBalancingV2::ListenerRule", kRuleTable},
    {"aws_lb_listener_certificate", "AWS::ElasticLoadBalancingV2::ListenerCertificate",
     kFurtherCertificate},
};

}  // namespace

std::span<const Mapping> load_balancer_mappings() {
  return kLoadBalancerMappings;
}

}  // namespace hoplab::scenario::terraform
