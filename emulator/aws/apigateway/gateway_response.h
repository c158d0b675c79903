// Gateway responses: what an API answers by itself, and how the API's owner may have it look
// (apigateway.md 9.1, apigateway-features.md 7).
//
// What is not customized is said as error_response.h spells it. A customized type has its own
// status, header fields and templates; a type that is not takes those of DEFAULT_4XX or
// DEFAULT_5XX.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "aws/apigateway/context_text.h"
#include "aws/apigateway/error_response.h"
#include "aws/apigateway/request_parameter.h"
#include "base/result.h"

namespace hoplab::aws {

enum class GatewayResponseType : std::uint8_t {
  access_denied,
  api_configuration_error,
  authorizer_configuration_error,
  authorizer_failure,
  bad_request_body,
  bad_request_parameters,
  expired_token,
  integration_failure,
  integration_timeout,
  invalid_api_key,
  invalid_signature,
  missing_authentication_token,
  quota_exceeded,
  request_too_large,  // always as it is built in
  resource_not_found,
  throttled,
  unauthorized,
  unsupported_media_type,
  waf_filtered,
  default_4xx,
  default_5xx,  // also an answer of the integration that is none: no other type is documented
};
inline constexpr std::size_t kGatewayResponseTypes =
    static_cast<std::size_t>(GatewayResponseType::default_5xx) + 1;

/// "ACCESS_DENIED": $context.error.responseType.
[[nodiscard]] std::string_view to_text(GatewayResponseType type) noexcept;
[[nodiscard]] std::optional<GatewayResponseType> parse_gateway_response_type(
    std::string_view text) noexcept;
/// 0 for the two defaults, which have none.
[[nodiscard]] int default_status(GatewayResponseType type) noexcept;

/// A gateway response that is customized: a resource AWS::ApiGateway::GatewayResponse.
struct GatewayResponseSettings {
  GatewayResponseType type = GatewayResponseType::default_4xx;
  std::optional<int> status_code;
  /// ResponseParameters: gatewayresponse.header.X, and 'text', method.request.header.X,
  /// method.request.path.X, method.request.querystring.X, context.x or stageVariables.x.
  std::vector<std::pair<std::string, std::string>> response_parameters;
  /// ResponseTemplates, by media type.
  std::vector<std::pair<std::string, std::string>> response_templates;
};

/// An answer of the API itself, as it is built in. Views outlive the call.
struct GatewayFailure {
  GatewayResponseType type;
  int status = 0;
  std::string_view content_type = "application/json";
  std::string_view body;
  std::string_view validation_error = {};  // of BAD_REQUEST_BODY

  /// Of a text that is always the same.
  GatewayFailure(GatewayResponseType of, GatewayError error);
  /// Of a body that is made for the request.
  GatewayFailure(GatewayResponseType of, std::string_view with_body)
      : type(of), status(default_status(of)), body(with_body) {}
};

/// What a request has to say in it.
struct GatewayResponseLookups {
  const ContextLookup& context;  // but for context.error.*, which is known here
  const ParameterLookup& parameters;
  std::string_view accept;  // the field; empty: there is none
};

struct GatewayAnswer {
  int status = 0;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// Immutable: any thread may ask.
class GatewayResponses {
 public:
  /// Nothing is customized.
  GatewayResponses() = default;
  /// Errors name the type and the parameter.
  static Result<GatewayResponses> compile(const std::vector<GatewayResponseSettings>& settings);

  [[nodiscard]] GatewayAnswer answer(const GatewayFailure& failure,
                                     const GatewayResponseLookups& lookups) const;

 private:
  struct Variable {
    std::string name;  // "context.x", "stageVariables.x"
  };
  struct Header {
    std::string name;
    std::variant<std::string, RequestParameter, Variable> value;
  };
  struct Custom {
    std::optional<int> status;
    std::vector<Header> headers;
    std::vector<std::pair<std::string, ContextText>> templates;  // by media type
  };

  static Result<Custom> compile_one(const GatewayResponseSettings& settings);
  static Result<Header> compile_header(const std::string& name, const std::string& value);
  static std::optional<std::string> value_of(const Header& header, const ContextLookup& context,
                                             const ParameterLookup& parameters);
  [[nodiscard]] const Custom* custom_of(const GatewayFailure& failure) const noexcept;

  std::array<std::optional<Custom>, kGatewayResponseTypes> customs_;
};

/// $context.error.messageString of a built-in body: `"Forbidden"` with its quotes, or `null`.
[[nodiscard]] std::string message_string(std::string_view body);

}  // namespace hoplab::aws
