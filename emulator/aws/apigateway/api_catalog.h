// The REST APIs and custom domain names behind the execute-api endpoints, compiled from the model,
// and the choice among them (apigateway.md 1 and 4.2).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aws/apigateway/custom_domain.h"
#include "aws/apigateway/gateway_response.h"
#include "aws/apigateway/http_exchange.h"
#include "aws/apigateway/router.h"
#include "aws/apigateway/selection.h"
#include "aws/apigateway/traffic_record.h"
#include "aws/iam/resource_policy.h"
#include "aws/stub/prepared_answer.h"
#include "base/result.h"
#include "model/topology.h"

namespace hoplab::aws {

/// A deployed REST API.
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
  GatewayResponses gateway_responses;
  struct Method {
    std::string resource_path;
    std::string resource_id;
    std::optional<PreparedAnswer> answer;  // of MOCK
    std::string function;                  // of AWS_PROXY
    std::optional<HttpIntegration> http;   // of HTTP_PROXY
    Duration timeout{};
    model::AuthorizationType authorization = model::AuthorizationType::none;
  };
  std::vector<Method> methods;  // per route
  std::shared_ptr<ApiTraffic> traffic;
};

/// Whether some method has AWS_IAM authorization, so that policies can name its callers.
[[nodiscard]] bool callers_sign(const model::RestApi& api);

class ApiCatalog {
 public:
  /// `traffic_of` gives the record of the API of that name. Errors name the API or domain.
  static Result<ApiCatalog> compile(
      const model::Topology& topology, const SelectionOptions& options,
      const std::function<std::shared_ptr<ApiTraffic>(const std::string&)>& traffic_of);

  /// Allocates nothing.
  [[nodiscard]] Selection select(const Addressing& addressing) const noexcept;
  [[nodiscard]] const std::vector<std::unique_ptr<Api>>& apis() const noexcept { return apis_; }
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

  Result<void> add_api(const model::RestApi& api, const model::Topology& topology,
                       std::shared_ptr<ApiTraffic> traffic);
  static Result<void> add_gateway_responses(const model::RestApi& from, Api& to);
  Result<void> add_integration(const model::Integration& from, Api::Method& to);
  Result<void> add_domain(const model::DomainName& domain, const model::Topology& topology,
                          const SelectionOptions& options);
  [[nodiscard]] const Api* api_by_name(const std::string& name) const noexcept;
  [[nodiscard]] const Api* api_by_default_name(std::string_view host,
                                               std::string_view vpce_id) const noexcept;

  std::string region_;
  std::string default_suffix_;  // ".execute-api.{region}.amazonaws.com"
  bool api_id_header_first_ = true;
  bool reads_bodies_ = false;
  std::vector<std::unique_ptr<Api>> apis_;
  ByText<const Api*> by_id_;
  ByText<CustomDomain> domains_;  // lower case
};

}  // namespace hoplab::aws
