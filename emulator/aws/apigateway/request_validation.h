// The request validator of a method: first its required parameters, then the body
// (apigateway-features.md 5).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/json_schema/json_schema.h"
#include "aws/apigateway/request_parameter.h"
#include "base/result.h"

namespace hoplab::aws {

/// Of a method and of the RequestValidator that it names.
struct RequestValidationSettings {
  bool validate_request_body = false;
  bool validate_request_parameters = false;
  /// RequestParameters: method.request.header.X and the like, and whether it is required.
  std::vector<std::pair<std::string, bool>> request_parameters;
  /// RequestModels: a media type or $default, and the model's schema.
  std::vector<std::pair<std::string, JsonSchema>> request_models;
};

struct RequestProblem {
  enum class Kind : std::uint8_t { none, missing_parameters, invalid_body };
  Kind kind = Kind::none;
  std::string missing;           // "a, b", for missing_parameters_body()
  std::string validation_error;  // $context.error.validationErrorString, of a body

  [[nodiscard]] bool ok() const noexcept { return kind == Kind::none; }
};

/// Immutable: any thread may ask.
class RequestValidation {
 public:
  /// Errors name the parameter.
  static Result<RequestValidation> compile(RequestValidationSettings settings);

  /// `content_type` is the field's value; nothing: there is no such field.
  [[nodiscard]] RequestProblem check(const ParameterLookup& lookup,
                                     std::optional<std::string_view> content_type,
                                     std::string_view body) const;
  /// Whether check() looks at bodies.
  [[nodiscard]] bool reads_body() const noexcept { return !models_.empty(); }
  [[nodiscard]] bool checks_nothing() const noexcept { return required_.empty() && !reads_body(); }

 private:
  [[nodiscard]] const JsonSchema* model_for(
      std::optional<std::string_view> content_type) const noexcept;

  std::vector<RequestParameter> required_;                  // in the order of ParameterPlace
  std::vector<std::pair<std::string, JsonSchema>> models_;  // by media type
};

}  // namespace hoplab::aws
