// Private REST APIs and their custom domain names (AWS::ApiGateway), as plain values: the part of
// the topology behind the execute-api endpoints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hoplab::model {

/// An answer that hoplab gives by itself: of a MOCK integration, or of a stand-in.
struct Answer {
  int status_code = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string body_file;                    // where the body was read from; empty: it was given
  std::optional<std::uint64_t> body_bytes;  // ours: a generated body of that size instead
  bool echo_request = false;                // ours: answer with the request as JSON
  bool operator==(const Answer&) const = default;
};

/// Names and values, in order.
using Texts = std::vector<std::pair<std::string, std::string>>;

enum class IntegrationType : std::uint8_t { mock, aws_proxy, aws, http_proxy, http };

/// What becomes of a body between bytes and text (apigateway.md 13).
enum class ContentHandling : std::uint8_t { passthrough, convert_to_binary, convert_to_text };

/// What becomes of a body for whose media type there is no template (apigateway.md 8.1).
enum class PassthroughBehavior : std::uint8_t { when_no_match, when_no_templates, never };

/// What an answer of the integration becomes for the client.
struct IntegrationResponse {
  int status_code = 200;
  std::string selection_pattern;  // empty: where no other one fits
  ContentHandling content_handling = ContentHandling::passthrough;
  Texts response_parameters;  // "method.response.header.X": where its value comes from
  Texts response_templates;   // by media type
  bool operator==(const IntegrationResponse&) const = default;
};

/// What answers a method: MOCK by the Answer, or by its templates; AWS_PROXY and AWS by a function;
/// HTTP_PROXY and HTTP by a service, or, through a VPC link, by a load balancer.
/// ${stageVariables.x} in whom it asks is one in each stage: stage_variables.h.
struct Integration : Answer {
  IntegrationType type = IntegrationType::mock;
  std::string function;     // AWS_PROXY, AWS; may have stage variables
  int timeout_ms = 29'000;  // TimeoutInMillis, of all but MOCK
  // HTTP_PROXY, HTTP.
  std::string uri;            // "https://orders.example.com/v1"; may have stage variables
  std::string service;        // ours: who is behind its host
  Texts services;             // ours, in place of service: by hosts
  std::string vpc_link;       // ConnectionId, in place of service; may have stage variables
  std::string load_balancer;  // IntegrationTarget, of a link that names none itself
  std::string http_method;    // IntegrationHttpMethod; "ANY": the client's own
  bool stream = false;        // ResponseTransferMode STREAM: the answer passes as it comes
  /// TlsConfig.InsecureSkipVerification: any authority will do.
  bool skip_verification = false;
  // What is made of requests and answers; of the proxies the first only.
  Texts request_parameters;  // "integration.request.path.X": where its value comes from
  Texts request_templates;   // by media type
  PassthroughBehavior passthrough_behavior = PassthroughBehavior::when_no_match;
  ContentHandling content_handling = ContentHandling::passthrough;
  std::vector<IntegrationResponse> responses;
  [[nodiscard]] bool asks_function() const {
    return type == IntegrationType::aws_proxy || type == IntegrationType::aws;
  }
  [[nodiscard]] bool asks_backend() const {
    return type == IntegrationType::http_proxy || type == IntegrationType::http;
  }
  bool operator==(const Integration&) const = default;
};

enum class AuthorizationType : std::uint8_t { none, aws_iam, custom, cognito_user_pools };

/// AWS::ApiGateway::Method.
struct Method {
  std::string http_method;  // GET ... or ANY
  std::string path;         // "/widgets", "/widgets/{id}", "/{proxy+}"
  std::string operation_name;
  Integration integration;
  AuthorizationType authorization = AuthorizationType::none;
  std::string authorizer;                         // of CUSTOM and COGNITO_USER_POOLS
  std::vector<std::string> authorization_scopes;  // of COGNITO_USER_POOLS
  bool api_key_required = false;
  std::vector<std::pair<std::string, bool>> request_parameters;  // and whether it is required
  Texts request_models;                                          // by media type: a model's name
  std::string request_validator;                                 // its name; empty: none
  bool operator==(const Method&) const = default;
};

/// AWS::ApiGateway::Authorizer (apigateway-features.md 2).
struct Authorizer {
  std::string name;
  enum class Type : std::uint8_t { token, request, cognito_user_pools } type = Type::token;
  std::string function;                         // of TOKEN and REQUEST; may have stage variables
  std::vector<std::string> identity_sources;    // "method.request.header.Authorization"
  std::string identity_validation_expression;   // of TOKEN
  int result_ttl_s = 300;                       // 0: nothing is kept
  std::vector<std::string> identity_providers;  // of COGNITO_USER_POOLS, in the place of pools
  bool operator==(const Authorizer&) const = default;
};

/// AWS::ApiGateway::Model: a JSON Schema.
struct ApiModel {
  std::string name;
  std::string content_type = "application/json";
  std::string schema;  // JSON text
  bool operator==(const ApiModel&) const = default;
};

/// AWS::ApiGateway::RequestValidator.
struct RequestValidator {
  std::string name;
  bool validate_request_body = false;
  bool validate_request_parameters = false;
  bool operator==(const RequestValidator&) const = default;
};

/// AWS::ApiGateway::GatewayResponse.
struct GatewayResponse {
  std::string type;                // "DEFAULT_4XX"
  std::optional<int> status_code;  // not given: the type's own
  Texts response_parameters;       // "gatewayresponse.header.X": a value
  Texts response_templates;        // by media type
  bool operator==(const GatewayResponse&) const = default;
};

enum class LoggingLevel : std::uint8_t { off, error, info };

/// Of a method of a stage, or of all: "/*" and "*".
struct MethodSettings {
  std::string resource_path = "/*";
  std::string http_method = "*";
  std::optional<double> throttling_rate_limit;  // requests per second
  std::optional<double> throttling_burst_limit;
  std::optional<LoggingLevel> logging_level;
  std::optional<bool> data_trace_enabled;
  std::optional<bool> metrics_enabled;
  bool operator==(const MethodSettings&) const = default;
};

/// CanarySetting of a stage: part of its traffic has other stage variables, or another deployment.
struct CanarySetting {
  double percent_traffic = 0;
  std::string deployment;  // as of the stage, whose own it is when there is none
  Texts stage_variable_overrides;
  bool operator==(const CanarySetting&) const = default;
};

/// AWS::ApiGateway::Stage.
struct RestApiStage {
  std::string name = "prod";
  std::string deployment;  // one of the API's, by name; empty: the API as it is now
  Texts variables;
  std::vector<MethodSettings> method_settings;
  std::string access_log_format;  // empty: there is no access log
  std::optional<CanarySetting> canary;
  /// The variables as the canary has them.
  [[nodiscard]] Texts canary_variables() const;
  bool operator==(const RestApiStage&) const = default;
};

enum class ApiKeySource : std::uint8_t { header, authorizer };

/// What a deployment keeps of an API (apigateway.md 7).
struct ApiDefinition {
  std::string policy;  // the resource policy as JSON text, validated when read
  bool disable_execute_api_endpoint = false;
  std::vector<Authorizer> authorizers;
  std::vector<ApiModel> models;
  std::vector<RequestValidator> request_validators;
  std::vector<GatewayResponse> gateway_responses;
  std::vector<std::string> binary_media_types;
  std::optional<int> minimum_compression_size;
  ApiKeySource api_key_source = ApiKeySource::header;
  std::vector<Method> methods;
  bool operator==(const ApiDefinition&) const = default;
};

/// AWS::ApiGateway::Deployment: the API as it was.
struct Deployment : ApiDefinition {
  std::string name;  // its id
  bool operator==(const Deployment&) const = default;
};

struct RestApi : ApiDefinition {
  std::string name;
  std::string id;  // 10 characters; derived from the name when not given
  std::string account;
  std::vector<std::string> vpc_endpoints;  // EndpointConfiguration.VpcEndpointIds, by name
  std::vector<Deployment> deployments;
  std::vector<RestApiStage> stages = {RestApiStage()};  // at least one
  bool operator==(const RestApi&) const = default;

  /// nullptr: there is none.
  [[nodiscard]] const RestApiStage* stage(std::string_view stage_name) const noexcept;
  /// What a stage or a canary of that deployment serves; nullptr: there is none.
  [[nodiscard]] const ApiDefinition* definition(std::string_view deployment) const noexcept;
  /// Of the API as it is, then as it was deployed.
  [[nodiscard]] std::vector<const Method*> all_methods() const;
};

/// Where a stage stands in a scenario, a JSON pointer.
std::string place_of(const RestApi& api, const RestApiStage& stage);

/// AWS::ApiGateway::ApiKey.
struct ApiKey {
  std::string name;
  std::string value;  // 20 to 128 letters and digits; derived from the name when not given
  bool enabled = true;
  bool operator==(const ApiKey&) const = default;
};

/// AWS::ApiGateway::UsagePlan (apigateway-features.md 4).
struct UsagePlan {
  struct Throttle {
    double rate_limit = 0;
    double burst_limit = 0;
    bool operator==(const Throttle&) const = default;
  };
  struct Quota {
    int limit = 0;
    int offset = 0;
    enum class Period : std::uint8_t { day, week, month } period = Period::day;
    bool operator==(const Quota&) const = default;
  };
  struct ApiStage {
    std::string rest_api, stage;
    std::vector<std::pair<std::string, Throttle>> throttle;  // by "/widgets/{id}/GET"
    bool operator==(const ApiStage&) const = default;
  };
  std::string name;
  std::optional<Throttle> throttle;
  std::optional<Quota> quota;
  std::vector<ApiStage> api_stages;
  std::vector<std::string> api_keys;
  bool operator==(const UsagePlan&) const = default;
};

/// A VPC link: to a network load balancer (V1), or from subnets to whichever load balancer an
/// integration names (V2).
struct VpcLink {
  std::string name;
  std::string load_balancer;                    // V1: TargetArns
  std::vector<std::string> availability_zones;  // V2: where its interfaces are
  std::vector<std::string> subnets;             // V2, by name
  bool operator==(const VpcLink&) const = default;
};

/// Ours: somebody whom IAM knows, with an access key that requests are signed with.
struct AccessKey {
  std::string name;
  std::string access_key_id;                 // derived from the name when not given
  std::string secret_access_key;             // likewise
  std::string session_token;                 // of temporary credentials; empty: they are none
  std::optional<std::int64_t> expiration_s;  // relative to the start, seconds
  std::string principal_arn;  // "arn:aws:iam::111111111111:user/alice", or of an assumed role
  std::string user_id;
  std::string principal_org_id;
  std::vector<std::string> policies;  // identity-based, JSON texts
  bool operator==(const AccessKey&) const = default;
};

struct BasePathMapping {
  std::string base_path;  // empty: root
  std::string rest_api;
  std::string stage;
  bool operator==(const BasePathMapping&) const = default;
};

/// AWS::ApiGatewayV2::RoutingRule (apigateway-features.md 11).
struct RoutingRule {
  int priority = 1;
  Texts headers;                        // at most two: name and a glob for its value; all must fit
  std::vector<std::string> base_paths;  // one of them fits
  std::string rest_api;
  std::string stage;
  bool strip_base_path = false;
  bool operator==(const RoutingRule&) const = default;
};

enum class RoutingMode : std::uint8_t {
  base_path_mapping_only,
  routing_rule_only,
  routing_rule_then_base_path_mapping,
};

struct DomainName {
  std::string name;  // "api.example.com"
  std::string endpoint_type = "REGIONAL";
  std::vector<BasePathMapping> base_path_mappings;
  std::string account;                     // of PRIVATE ones
  std::string policy;                      // of PRIVATE ones, JSON text; empty: it denies all
  std::vector<std::string> vpc_endpoints;  // of PRIVATE ones: access associations, by name
  RoutingMode routing_mode = RoutingMode::base_path_mapping_only;
  std::vector<RoutingRule> routing_rules;
  bool operator==(const DomainName&) const = default;
};

}  // namespace hoplab::model
