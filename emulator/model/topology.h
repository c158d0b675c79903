// The topology as plain values in AWS's words: what a scenario says exists, after reading.
//
// complete() fills in what AWS would, validate() says what it would refuse, and a running
// emulator's topology changes by changed() only. Names are references between the values. Property
// names are those of CloudFormation; what AWS does not have (local ports, PKI, services on this
// machine) is marked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/cause.h"
#include "base/identity_filter.h"
#include "model/fault.h"
#include "model/list.h"
#include "model/rest_api.h"
#include "model/shared_text.h"

namespace hoplab::model {

// ---- PKI (ours: on AWS this is Private CA and ACM) ----------------------------------------------

/// The account that everything is in which names no other.
inline constexpr const char* kDefaultAccount = "111111111111";

/// Somebody's own certificate in place of a minted one: absolute paths of files. What they say of
/// subject and names takes the place of the members.
struct OwnFiles {
  std::string certificate;  // PEM: the certificate, then those above it
  std::string private_key;  // PEM; empty: in the same file, or an authority that issues nothing
  std::string pkcs12;       // instead of both
  std::string password;     // of what is encrypted
  [[nodiscard]] bool empty() const { return certificate.empty() && pkcs12.empty(); }
  bool operator==(const OwnFiles&) const = default;
};

struct CertificateAuthority {
  std::string name;
  OwnFiles files;                               // empty: it is minted
  std::string subject;                          // RFC 2253
  std::string key_algorithm = "EC_prime256v1";  // ACM's names
  std::optional<std::string> issuer;            // another authority: then this is an intermediate
  std::int64_t not_before_s = -86400;           // relative to the start, seconds
  std::int64_t not_after_s = 3650LL * 86400;
  bool crl = false;  // issue a CRL (also when nothing is revoked)
  bool operator==(const CertificateAuthority&) const = default;
};

struct Certificate {
  std::string name;
  OwnFiles files;  // empty: it is minted
  std::string subject;
  std::string issuer;  // an authority's name; empty: self-signed, or not named
  std::vector<std::string> dns_names;
  std::vector<std::string>
      uris;  // subject alternative names as well: "spiffe://example.com/orders"
  std::string key_algorithm = "EC_prime256v1";
  std::vector<std::string> extended_key_usage{"clientAuth"};  // or "serverAuth"
  std::int64_t not_before_s = -86400;
  std::int64_t not_after_s = 365LL * 86400;
  bool revoked = false;  // listed in its issuer's CRL
  bool client = true;    // written out for clients; false: a listener's own certificate
  bool operator==(const Certificate&) const = default;
};

struct Pki {
  List<CertificateAuthority> authorities;
  List<Certificate> certificates;
  bool operator==(const Pki&) const = default;
};

// ---- Subnets ------------------------------------------------------------------------------------

/// Addresses of one Availability Zone; hoplab exec gives them to network interfaces. Where a
/// scenario names none for a zone, complete() adds one.
struct Subnet {
  std::string name;
  std::string availability_zone;
  std::string cidr_block;  // "10.0.1.0/24"
  bool operator==(const Subnet&) const = default;
};

// ---- Security groups ----------------------------------------------------------------------------

/// An ingress rule for TCP: who may connect to which ports.
struct SecurityGroupIngress {
  std::string ip_protocol = "tcp";  // or "-1": everything
  int from_port = 0, to_port = 65535;
  std::string cidr_ip;  // "127.0.0.0/8"
  std::string description;
  [[nodiscard]] bool covers(int port) const {
    return ip_protocol == "-1" || (port >= from_port && port <= to_port);
  }
  bool operator==(const SecurityGroupIngress&) const = default;
};

/// Without a rule nobody may connect.
struct SecurityGroup {
  std::string name;
  std::vector<SecurityGroupIngress> ingress;
  bool operator==(const SecurityGroup&) const = default;
};

// ---- PrivateLink --------------------------------------------------------------------------------

enum class EndpointState : std::uint8_t {
  pending_acceptance,
  pending,
  available,
  rejected,
  expired,
  failed,
  deleting,
  deleted,
};

/// The one port of an execute-api endpoint.
inline constexpr std::uint16_t kExecuteApiPort = 443;

struct VpcEndpoint {
  std::string name;          // also its id in policies: aws:SourceVpce
  std::string id;            // vpce-<17 hex>, derived from the name when not given
  std::string account;       // 12 digits
  std::string vpc_id;        // vpc-<17 hex>
  std::string service_name;  // an endpoint service's name, or "execute-api"
  bool private_dns_enabled = false;
  std::string policy;                           // JSON text; empty: full access
  std::vector<std::string> availability_zones;  // one ENI each
  std::vector<std::string> subnets;             // by name, one for each zone; none: any of the zone
  std::uint16_t local_port = 0;                 // ours: 0 = any free port
  std::vector<std::string> security_groups;     // by name; none: everybody may connect
  /// Not given: what the endpoint service makes of it, from complete(): available,
  /// pending_acceptance when it requires acceptance, rejected when it does not allow the account.
  std::optional<EndpointState> state;
  [[nodiscard]] bool execute_api() const { return service_name == "execute-api"; }
  bool operator==(const VpcEndpoint&) const = default;
};

/// Of the service's private DNS name: whether its owner has shown the TXT record. Without it no new
/// endpoint may enable private DNS; those that are there keep the name.
/// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
enum class DnsNameState : std::uint8_t { verified, pending_verification, failed };

struct VpcEndpointService {
  std::string name;
  std::string network_load_balancer;
  bool acceptance_required = false;
  std::vector<std::string> allowed_principals;  // arn:aws:iam::<account>:root or "*"
  std::string private_dns_name;                 // empty: none
  DnsNameState private_dns_name_state = DnsNameState::verified;
  bool operator==(const VpcEndpointService&) const = default;
};

// ---- Load balancers -----------------------------------------------------------------------------

enum class MutualAuthenticationMode : std::uint8_t { off, passthrough, verify };

/// Ours: how a refused client is told, and when. AWS was only ever seen to reset.
struct Refusal {
  enum class End : std::uint8_t { reset, alert, fin } end = End::reset;
  /// client_certificate (as soon as it is judged), handshake_done, or request_headers (when the
  /// client's first bytes have come). An alert is possible in the handshake only.
  Stage tls12 = Stage::client_certificate;
  Stage tls13 = Stage::client_certificate;
  int hold_ms = 0;  // then wait as long before the end; a client that goes first ends it
  bool operator==(const Refusal&) const = default;
};

/// Ours: what becomes of a field that the client sent under a name that the ALB sets for the
/// target.
enum class ClientHeaderCopies : std::uint8_t {
  replace,  // it is dropped
  append,   // it stays, and the ALB's own stands behind it
  pass,     // it stays, in place of the ALB's own
};

struct MutualAuthentication {
  MutualAuthenticationMode mode = MutualAuthenticationMode::off;
  std::string trust_store;
  bool ignore_client_certificate_expiry = false;
  bool advertise_trust_store_ca_names = false;
  std::vector<IdentityFilter> identity_filters;  // of a TLS listener; none: everybody passes them
  // Ours, where AWS is silent.
  bool refuse_outdated_revocation_lists = false;
  std::vector<std::string> rejected_subjects;  // RFC 2253: ClientCertRejected
  bool encode_equals_sign = false;             // in the PEM headers: %3D
  ClientHeaderCopies client_header_copies = ClientHeaderCopies::replace;
  Refusal refusal;
  bool operator==(const MutualAuthentication&) const = default;
};

struct WeightedTargetGroup {
  std::string target_group;
  int weight = 1;
  bool operator==(const WeightedTargetGroup&) const = default;
};

/// TargetGroupStickinessConfig: what keeps a client at one of an action's target groups.
struct GroupStickiness {
  bool enabled = false;
  int duration_s = 86'400;
  bool operator==(const GroupStickiness&) const = default;
};

struct FixedResponse {
  int status_code = 200;
  std::string content_type = "text/plain";
  std::string message_body;
  bool operator==(const FixedResponse&) const = default;
};

struct Redirect {  // AWS's defaults: the request's own parts
  std::string protocol = "#{protocol}", host = "#{host}", port = "#{port}", path = "/#{path}",
              query = "#{query}";
  int status_code = 301;
  bool operator==(const Redirect&) const = default;
};

/// A claim that a token must have beside iss and exp.
struct JwtClaim {
  enum class Format : std::uint8_t {
    single_string,           // equal to the one value
    string_array,            // an array with one of the values
    space_separated_values,  // a text with all of the values
  } format = Format::single_string;
  std::string name;
  std::vector<std::string> values;
  bool operator==(const JwtClaim&) const = default;
};

/// jwt-validation (alb-features.md 7).
struct JwtValidation {
  std::string jwks_endpoint;  // https URL, of one of the identity providers
  std::string issuer;
  std::vector<JwtClaim> additional_claims;
  bool operator==(const JwtValidation&) const = default;
};

/// authenticate-oidc, and authenticate-cognito, which is the same flow with the endpoints of a user
/// pool (alb-features.md 6).
struct UserAuthentication {
  enum class Type : std::uint8_t { oidc, cognito } type = Type::oidc;
  // Of oidc. Of cognito they follow from what is below: resolved().
  std::string issuer, authorization_endpoint, token_endpoint, user_info_endpoint;
  std::string client_id, client_secret;
  // Of cognito.
  std::string user_pool_arn, user_pool_client_id;
  std::string user_pool_domain;  // a prefix of AWS's own, or a whole domain name
  // Of both.
  std::string session_cookie_name = "AWSELBAuthSessionCookie";
  std::string scope = "openid";
  std::int64_t session_timeout_s = 604'800;
  std::vector<std::pair<std::string, std::string>> extra_parameters;  // of the request to log in
  enum class OnUnauthenticatedRequest : std::uint8_t {
    authenticate,
    allow,
    deny,
  } on_unauthenticated_request = OnUnauthenticatedRequest::authenticate;
  bool operator==(const UserAuthentication&) const = default;
};

/// What comes before the action that answers, and may answer in its place.
using Authentication = std::variant<JwtValidation, UserAuthentication>;

struct Action {
  enum class Type : std::uint8_t { forward, redirect, fixed_response } type = Type::forward;
  std::vector<WeightedTargetGroup> target_groups;
  GroupStickiness group_stickiness;
  FixedResponse fixed_response;
  Redirect redirect;
  std::vector<Authentication> authentications;  // before it, in this order; one of a kind
  bool operator==(const Action&) const = default;
};

struct RuleCondition {
  enum class Field : std::uint8_t {
    host_header,
    path_pattern,
    http_header,
    http_request_method,
    query_string,
    source_ip,
  } field = Field::path_pattern;
  std::string http_header_name;
  std::vector<std::string> values;                         // OR; wildcards where AWS has them
  std::vector<std::string> regex_values;                   // OR, in place of `values`; regex.h
  std::vector<std::pair<std::string, std::string>> query;  // key (may be empty) and value patterns
  bool operator==(const RuleCondition&) const = default;
};

/// What a rule changes of a request before its target gets it.
struct Transform {
  enum class Type : std::uint8_t { host_header_rewrite, url_rewrite } type = Type::url_rewrite;
  std::string regex;    // found anywhere in the host, or in the path and query
  std::string replace;  // in place of what was found; $1 is its first group
  bool operator==(const Transform&) const = default;
};

struct Rule {
  int priority = 1;                       // 1-50000
  std::vector<RuleCondition> conditions;  // AND
  Action action;
  std::vector<Transform> transforms;  // at most one of each type, of a rule that forwards
  bool operator==(const Rule&) const = default;
};

/// The ALB's own request headers; a listener's attributes
/// routing.http.request.x_amzn_*.header_name give them other names.
struct RequestHeaderNames {
  std::string clientcert_serial_number = "X-Amzn-Mtls-Clientcert-Serial-Number";
  std::string clientcert_issuer = "X-Amzn-Mtls-Clientcert-Issuer";
  std::string clientcert_subject = "X-Amzn-Mtls-Clientcert-Subject";
  std::string clientcert_validity = "X-Amzn-Mtls-Clientcert-Validity";
  std::string clientcert_leaf = "X-Amzn-Mtls-Clientcert-Leaf";
  std::string clientcert = "X-Amzn-Mtls-Clientcert";
  std::string tls_version = "X-Amzn-Tls-Version";
  std::string tls_cipher_suite = "X-Amzn-Tls-Cipher-Suite";
  bool operator==(const RequestHeaderNames&) const = default;
};
inline const RequestHeaderNames kAwsRequestHeaderNames;

/// Attributes of alb.md 5.2.
struct ListenerAttributes {
  RequestHeaderNames request_header_names;
  /// routing.http.response.*.header_value: name and value, set in every response.
  std::vector<std::pair<std::string, std::string>> response_headers;
  bool server_header = true;     // routing.http.response.server.enabled
  int tcp_idle_timeout_s = 350;  // tcp.idle_timeout.seconds, network load balancers only
  bool operator==(const ListenerAttributes&) const = default;
};

struct Listener {
  std::string protocol;  // ALB: HTTP, HTTPS; NLB: TCP, TLS
  std::uint16_t port = 443;
  std::uint16_t local_port = 0;           // ours: 0 = any free port
  std::vector<std::string> certificates;  // names in the PKI: the default, then the list for SNI
  std::string alpn_policy = "None";       // NLB, TLS
  std::string ssl_policy = "ELBSecurityPolicy-2016-08";  // the API's default
  MutualAuthentication mutual_authentication;
  ListenerAttributes attributes;
  Action default_action;
  std::vector<Rule> rules;  // in any order: priorities decide
  [[nodiscard]] bool ends_tls() const { return protocol == "HTTPS" || protocol == "TLS"; }
  bool operator==(const Listener&) const = default;
};

enum class LoadBalancerType : std::uint8_t { network, application };

/// Attributes of alb.md 5.1 and nlb-privatelink.md 3.1 that have an effect here.
struct LoadBalancerAttributes {
  bool cross_zone = false;         // load_balancing.cross_zone.enabled (ALB: always true)
  int idle_timeout_s = 60;         // idle_timeout.timeout_seconds
  int client_keep_alive_s = 3600;  // client_keep_alive.seconds
  std::string desync_mitigation_mode = "defensive";
  bool drop_invalid_header_fields = false;
  bool preserve_host_header = false;
  bool tls_version_and_cipher_headers = false;  // routing.http.x_amzn_tls_version_and_cipher_suite
  bool xff_client_port = false;
  std::string xff_mode = "append";  // append, preserve, remove
  bool http2 = true;
  bool operator==(const LoadBalancerAttributes&) const = default;
};

struct LoadBalancer {
  std::string name;
  LoadBalancerType type = LoadBalancerType::application;
  std::string scheme = "internal";
  std::vector<std::string> availability_zones;
  std::vector<std::string> subnets;          // by name, one for each zone; none: any of the zone
  std::vector<std::string> security_groups;  // by name; none: everybody may connect
  /// EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic; then the client's address is looked at.
  bool security_groups_on_private_link = true;
  LoadBalancerAttributes attributes;
  List<Listener> listeners;
  // Ours, where the evidence is mixed; application load balancers only.
  bool forwards_h2c_upgrade = false;  // an offer of h2c loses its fields and goes on; else 400
  // Ours; network load balancers only.
  std::vector<std::uint16_t> ports_without_listener;  // where somebody may try to connect
  std::uint32_t source_ports = 55000;  // for connections to one target, for each node
  std::optional<std::uint32_t>
      flow_table;  // how many flows it can follow; none: AWS names no number
  bool operator==(const LoadBalancer&) const = default;
};

enum class TargetType : std::uint8_t { alb, ip, instance, lambda };

/// What an application load balancer speaks to its targets (alb-features.md 4).
enum class ProtocolVersion : std::uint8_t { http1, http2, grpc };

/// Of Target::availability_zone: it gets traffic from the nodes of every zone.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
inline constexpr const char* kAllZones = "all";

/// What is empty or 0 gets AWS's default for the group from complete().
struct HealthCheck {
  std::optional<bool> enabled;        // not given: all but groups of functions are checked
  std::string protocol;               // HTTP, HTTPS, TCP; of functions: none
  std::optional<std::uint16_t> port;  // not given: the traffic's
  std::string path;
  int interval_s = 0;
  int timeout_s = 0;
  int healthy_threshold = 5;
  int unhealthy_threshold = 2;
  std::string matcher;       // "200", "200,403", "200-399"; of HTTP and HTTPS only
  std::string grpc_matcher;  // "12", "0-99": grpc-status; of groups of ProtocolVersion GRPC only
  bool operator==(const HealthCheck&) const = default;
};

/// A target: exactly one of the first four. Who does not know what a name stands for puts it into
/// `service`, and complete() puts it where it belongs.
struct Target {
  std::string load_balancer;  // TargetType alb
  std::string vpc_endpoint;   // an execute-api endpoint: its ENI in `availability_zone` is a target
  std::string service;        // ours: a service of this scenario on this machine
  std::string function;       // TargetType lambda
  /// Of an endpoint's ENI; empty: complete() makes a target for each zone that the endpoint has. Of
  /// a service or function, as AWS is told of an address that it does not know: a zone, kAllZones,
  /// or empty: where the service is.
  std::string availability_zone;
  bool registered = true;  // false: an operator has deregistered it; it drains and is unused
  /// Ours: what an operator says of its health, in place of the checks; none: what they say.
  std::optional<bool> healthy;
  [[nodiscard]] const std::string& name() const {
    if (!load_balancer.empty()) return load_balancer;
    if (!vpc_endpoint.empty()) return vpc_endpoint;
    return !function.empty() ? function : service;
  }
  bool operator==(const Target&) const = default;
};

/// load_balancing.algorithm.type (alb-features.md 10).
enum class RoutingAlgorithm : std::uint8_t {
  round_robin,
  least_outstanding_requests,
  weighted_random,
};

/// What keeps a client at one target: behind a network load balancer its address, behind an
/// application load balancer a cookie (alb-features.md 1).
struct TargetStickiness {
  bool enabled = false;
  bool by_app_cookie = false;  // the target's own cookie decides; else lb_cookie
  int lb_cookie_s = 86'400;
  int app_cookie_s = 86'400;
  std::string app_cookie_name;
  bool operator==(const TargetStickiness&) const = default;
};

/// target_group_health.*.minimum_healthy_targets: with fewer healthy targets than either says, the
/// group is unhealthy. None: off.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
struct MinimumHealthyTargets {
  std::optional<int> count = 1;
  std::optional<int> percentage;
  bool operator==(const MinimumHealthyTargets&) const = default;
};

/// Attributes of nlb-privatelink.md 3.2 and alb.md 5.3.
struct TargetGroupAttributes {
  int deregistration_delay_s = 300;
  bool deregistration_connection_termination = false;
  std::optional<bool> preserve_client_ip;  // not given: instance and alb do, ip does not
  bool proxy_protocol_v2 = false;
  std::optional<bool> cross_zone;  // not given: the load balancer's
  bool unhealthy_connection_termination = true;
  int unhealthy_draining_interval_s = 0;
  MinimumHealthyTargets unhealthy_state_routing;  // else the group fails open; its count is not off
  MinimumHealthyTargets dns_failover;             // else its load balancer's zone leaves DNS
  RoutingAlgorithm algorithm = RoutingAlgorithm::round_robin;
  bool anomaly_mitigation = false;  // of weighted_random
  int slow_start_s = 0;             // of round_robin; 0: a new target gets its share at once
  TargetStickiness stickiness;
  bool lambda_multi_value_headers = false;  // lambda.multi_value_headers.enabled
  // Ours, where AWS is silent or was only observed.
  int registration_propagation_s = 0;  // until a deregistration has an effect
  bool reset_without_targets = false;  // else SYNs are dropped
  bool operator==(const TargetGroupAttributes&) const = default;
};

struct TargetGroup {
  std::string name;
  TargetType target_type = TargetType::ip;
  std::string protocol = "HTTP";  // TCP, TLS, HTTP, HTTPS; of functions none, as the port
  ProtocolVersion protocol_version = ProtocolVersion::http1;
  std::uint16_t port = 80;
  HealthCheck health_check;
  TargetGroupAttributes attributes;
  std::vector<Target> targets;
  [[nodiscard]] bool behind_network_load_balancer() const {
    return protocol == "TCP" || protocol == "TLS";
  }
  [[nodiscard]] std::uint16_t health_check_port() const { return health_check.port.value_or(port); }
  [[nodiscard]] bool preserves_client_ip() const {
    return attributes.preserve_client_ip.value_or(target_type != TargetType::ip);
  }
  /// Whether nodes of `balancer` use its targets in other zones.
  [[nodiscard]] bool crosses_zones(const LoadBalancer& balancer) const {
    return attributes.cross_zone.value_or(balancer.attributes.cross_zone);
  }
  bool operator==(const TargetGroup&) const = default;
};

/// A revocation list of a trust store: one of the three.
struct RevocationList {
  std::int64_t revocation_id = 0;  // AWS counts from 1; 0: complete() gives it the next
  std::string authority;           // whose minted list it is
  std::string file;                // a PEM file, its path as it can be opened
  SharedText pem;
  bool operator==(const RevocationList&) const = default;
};

struct TrustStore {
  std::string name;
  // The bundle: all of them together.
  std::vector<std::string> ca_certificates;  // authorities by name
  std::vector<std::string> ca_files;         // PEM files; paths as they can be opened
  SharedText ca_pem;
  std::vector<RevocationList> revocations;
  std::int64_t next_revocation_id = 1;  // an id is never used again
  bool operator==(const TrustStore&) const = default;
};

// ---- Lambda -------------------------------------------------------------------------------------

/// A function (AWS::Lambda::Function): either a command that hoplab starts and serves the Lambda
/// Runtime API to, or whoever answers Invoke at an endpoint.
struct Function {
  std::string name;
  std::vector<std::string> command;  // ours; empty: there is an endpoint
  std::string folder;                // ours: where the command runs, an absolute path
  std::string endpoint;              // ours: host:port of who answers Invoke
  std::string function_name;         // what it is called there; empty: its name
  std::string handler;               // _HANDLER
  int timeout_s = 3;
  int memory_size_mb = 128;  // told to the function; nothing is limited by it
  std::optional<int> reserved_concurrent_executions;  // not given: the account's 1000
  std::vector<std::pair<std::string, std::string>> environment;
  bool operator==(const Function&) const = default;
};

// ---- Ours: identity providers -------------------------------------------------------------------

/// Where people sign in, and whose public keys tokens are checked with: a load balancer's actions
/// name its URLs. It is a program on this machine at `address`, or, while that is empty, hoplab
/// plays it (OpenID Connect Core 1.0, RFC 6749).
struct IdentityProvider {
  struct Client {
    std::string client_id;
    std::string client_secret;               // empty: it has none to show
    std::vector<std::string> callback_urls;  // none: any
    std::vector<std::string> logout_urls;    // none: any
    std::string access_token_claims;         // JSON object: more claims of its access tokens
    bool operator==(const Client&) const = default;
  };
  struct User {
    std::string subject;
    std::string claims;  // JSON object: what userinfo and ID tokens say beside `sub`
    bool operator==(const User&) const = default;
  };

  std::string name;
  std::string issuer;                     // https URL; empty: from the name, by complete()
  std::vector<std::string> domain_names;  // hosts of its URLs; none: the issuer's
  std::uint16_t local_port = 0;           // for who comes from this machine; 0 = any free port
  // A program's.
  std::string address;    // host:port
  bool encrypted = true;  // it speaks HTTPS there, with a certificate for the host of the URL
  // A played one's.
  std::vector<Client> clients;
  std::vector<User> users;
  std::string authorization_path = "/oauth2/authorize", token_path = "/oauth2/token",
              user_info_path = "/oauth2/userInfo", logout_path = "/logout";
  int access_token_s = 3600;
  int id_token_s = 3600;
  int refresh_token_s = 2'592'000;             // 0: it gives none
  std::vector<std::string> signing_keys{"1"};  // by name: the first one signs, all are published
  [[nodiscard]] bool played() const { return address.empty(); }
  bool operator==(const IdentityProvider&) const = default;
};

// ---- Ours: services on this machine -------------------------------------------------------------

/// What a TCP stack answers a SYN with.
enum class SynAnswer : std::uint8_t {
  accept,
  refuse,  // RST: nothing listens there
  drop,    // nothing: the host is gone, or a firewall denies
};

/// The user's own service. While `address` is empty, hoplab answers in its place with `stand_in`
/// on a real loopback port, so that the scenario runs as it is.
struct Service {
  std::string name;
  std::string address;  // host:port
  Answer stand_in;
  std::string stand_in_ip = "127.0.0.1";
  std::string banner;  // what its stand-in says, at once, in place of HTTP; empty: it speaks HTTP
  std::string availability_zone;             // empty: in every one
  SynAnswer syn_answer = SynAnswer::accept;  // its stand-in's
  /// TcpEstablishedTimeout of its network interface; not given: 432000 s, which never matters.
  std::optional<int> connection_tracking_s;
  bool operator==(const Service&) const = default;
};

/// A further way in that is none of AWS: a listener whose connections are passed on to `upstream`
/// as they are. It is a hop, so faults can happen there.
struct Proxy {
  std::string name;
  std::string listen = "127.0.0.1:0";  // IP:port; port 0: any free one
  std::string upstream;                // host:port
  bool operator==(const Proxy&) const = default;
};

/// AWS::Route53::RecordSet: a name of somebody's hosted zone that is an alias of a way in.
struct RecordSet {
  std::string name;          // "api.example.com", "*.example.com"
  std::string alias_target;  // a VPC endpoint or a load balancer, by name
  bool operator==(const RecordSet&) const = default;
};

struct Topology {
  std::string region = "eu-west-1";
  Pki pki;
  List<Subnet> subnets;
  List<SecurityGroup> security_groups;
  List<VpcEndpoint> vpc_endpoints;
  List<VpcEndpointService> vpc_endpoint_services;
  List<LoadBalancer> load_balancers;
  List<TargetGroup> target_groups;
  List<TrustStore> trust_stores;
  List<RestApi> rest_apis;
  List<DomainName> domain_names;
  List<ApiKey> api_keys;
  List<UsagePlan> usage_plans;
  List<VpcLink> vpc_links;
  List<AccessKey> access_keys;
  List<Function> functions;
  List<IdentityProvider> identity_providers;
  List<Service> services;
  List<RecordSet> record_sets;
  List<Proxy> proxies;
  List<Fault> faults;
  /// The clients' ways in, by the names of VPC endpoints and load balancers; the first is where
  /// somebody connects who names none. None: all but execute-api endpoints, in the order above.
  std::vector<std::string> entries;

  bool operator==(const Topology&) const = default;

  /// Whether clients connect to it themselves: to an execute-api endpoint only where the entries
  /// name it.
  [[nodiscard]] bool is_way_in(const VpcEndpoint& one) const {
    return !one.execute_api() || std::ranges::find(entries, one.name) != entries.end();
  }

  /// The object of that name; null when there is none.
  template <class T>
  static const T* find(const List<T>& all, const std::string& name) {
    for (const T& one : all) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }
};

}  // namespace hoplab::model
