// The REST APIs and custom domain names behind the execute-api endpoints, compiled from the model,
// and the choice among them (apigateway.md 1 and 4.2).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aws/apigateway/access_log_format.h"
#include "aws/apigateway/authorizer.h"
#include "aws/apigateway/binary_media_types.h"
#include "aws/apigateway/custom_domain.h"
#include "aws/apigateway/gateway_response.h"
#include "aws/apigateway/http_exchange.h"
#include "aws/apigateway/mapped_integration.h"
#include "aws/apigateway/method_validation.h"
#include "aws/apigateway/router.h"
#include "aws/apigateway/selection.h"
#include "aws/apigateway/stage_settings.h"
#include "aws/apigateway/traffic_record.h"
#include "aws/iam/resource_policy.h"
#include "aws/stub/prepared_answer.h"
#include "base/result.h"
#include "model/topology.h"

namespace hoplab::aws {

/// What a stage of a REST API serves, or its canary.
struct Api {
  std::string name;
  std::string id;
  std::string region;
  std::string account;
  std::string stage;
  std::vector<std::string> vpce_ids;  // of the endpoints that it is associated with
  bool execute_api_endpoint_disabled = false;
  std::string arn_prefix;  // of the method ARN, up to the stage
  ResourcePolicy policy;
  Router router;
  std::string deployment_id;
  model::Texts stage_variables;
  const Api* canary = nullptr;  // that has part of the stage's requests; null: there is none
  double canary_percent = 0;
  bool is_canary = false;
  std::optional<AccessLogFormat> access_log;
  ExecutionLogging logging;  // of requests that reach no method
  model::ApiKeySource api_key_source = model::ApiKeySource::header;
  std::shared_ptr<TokenBucket> account_throttle;  // of all APIs of the account; null: none
  GatewayResponses gateway_responses;
  BinaryMediaTypes binary_media_types;
  std::optional<int> minimum_compression_size;
  std::vector<Authorizer> authorizers;
  struct Method {
    std::string http_method;
    std::string resource_path;
    std::string resource_id;
    std::string operation_name;
    bool api_key_required = false;
    std::shared_ptr<TokenBucket> throttle;  // the stage's; null: none
    ExecutionLogging logging;
    std::shared_ptr<MethodTraffic> metrics;           // null: none of its own
    std::optional<PreparedAnswer> answer;             // of MOCK
    std::string function;                             // of AWS_PROXY
    std::optional<HttpIntegration> http;              // of HTTP_PROXY, HTTP
    std::shared_ptr<const MappedIntegration> mapped;  // null: everything passes as it is
    model::IntegrationType type = model::IntegrationType::mock;
    model::ContentHandling content_handling = model::ContentHandling::passthrough;
    std::string lacks;  // a stage variable of whom it asks that the stage has not; empty: none
    Duration timeout{};
    bool streams = false;                         // ResponseTransferMode STREAM
    std::optional<RequestValidation> validation;  // nothing: requests are not checked
    model::AuthorizationType authorization = model::AuthorizationType::none;
    const Authorizer* authorizer = nullptr;  // of CUSTOM and COGNITO_USER_POOLS
    std::vector<std::string> scopes;         // of COGNITO_USER_POOLS: one of them, in the token
  };
  std::vector<Method> methods;  // per route
  /// The same method; nullptr: there is none.
  [[nodiscard]] const Method* find(const model::Method& method) const noexcept;
  std::shared_ptr<ApiTraffic> traffic;
};

/// Requests per second of all APIs of an account: AWS's default quota (apigateway.md 11).
inline constexpr ThrottleSettings kAccountThrottle{10'000, 5000};

/// Whether some method has AWS_IAM authorization, so that policies can name its callers.
[[nodiscard]] bool callers_sign(const model::ApiDefinition& api);

/// Errors name the type, and the parameter.
Result<GatewayResponses> compile_gateway_responses(const std::vector<model::GatewayResponse>& all);

class ApiCatalog {
 public:
  /// What `previous` counts goes on: records of APIs of the same name, and limits that are the
  /// same; so does what authorizers that are the same have said. Null: there is none. Errors name
  /// the API, the domain or the plan.
  static Result<ApiCatalog> compile(const model::Topology& topology,
                                    const SelectionOptions& options,
                                    const ThrottleSettings& account_throttle,
                                    const ApiCatalog* previous);

  /// Allocates nothing.
  [[nodiscard]] Selection select(const Addressing& addressing) const noexcept;
  /// By stage, each with its canary after it.
  [[nodiscard]] const std::vector<std::unique_ptr<Api>>& apis() const noexcept { return apis_; }
  [[nodiscard]] const UsagePlans& usage_plans() const noexcept { return usage_plans_; }
  /// Whether some method of some API needs the request's body.
  [[nodiscard]] bool reads_bodies() const noexcept { return reads_bodies_; }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  /// What a stage serves is made of: the canary's where `is_canary`.
  struct Serving {
    const model::Topology& topology;
    const model::RestApi& api;
    const model::RestApiStage& stage;
    bool is_canary = false;
  };

  Result<void> add_api(const model::RestApi& api, const model::Topology& topology,
                       const ApiCatalog* previous);
  Result<Api*> add_served(const Serving& from, const ApiCatalog* previous);
  Result<void> add_definition(const Serving& from, const model::ApiDefinition& definition,
                              const Api* previous, Api& to);
  static Result<void> add_authorizers(const model::ApiDefinition& from,
                                      const model::Topology& topology, const Api* previous,
                                      Api& to);
  static Result<void> add_authorization(const model::Method& from, const Api& api, Api::Method& to);
  Result<void> add_methods(const model::ApiDefinition& from, const model::RestApiStage& stage,
                           const Api* previous, Api& to);
  static Result<void> add_stage(const Serving& from, Api& to);
  void add_settings(const model::Method& method, const MethodStage& stage, const Api* previous,
                    const Api& api, Api::Method& to);
  [[nodiscard]] std::shared_ptr<MethodTraffic> metrics_of(const model::Method& method,
                                                          std::string_view api,
                                                          const Api* previous) const;
  void add_account_throttles(const ThrottleSettings& settings, const ApiCatalog* previous);
  Result<void> add_integration(const model::Integration& from, const Api& api, Api::Method& to);
  Result<void> add_domain(const model::DomainName& domain, const model::Topology& topology,
                          const SelectionOptions& options);
  /// That serves the same; null: there is none.
  [[nodiscard]] const Api* served(const Serving& what) const noexcept;
  [[nodiscard]] const ApiStages* by_name(std::string_view name) const noexcept;
  [[nodiscard]] const ApiStages* by_default_name(std::string_view host,
                                                 std::string_view vpce_id) const noexcept;

  std::string region_;
  std::string default_suffix_;  // ".execute-api.{region}.amazonaws.com"
  bool api_id_header_first_ = true;
  bool reads_bodies_ = false;
  std::vector<std::unique_ptr<Api>> apis_;
  UsagePlans usage_plans_;
  ByText<ApiStages> by_id_;
  ByText<CustomDomain> domains_;  // lower case
};

}  // namespace hoplab::aws
