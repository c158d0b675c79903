// What the methods of an API check of requests, compiled from the API's models and request
// validators (apigateway-features.md 5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/apigateway/json_schema/json_schema.h"
#include "aws/apigateway/request_validation.h"
#include "base/result.h"
#include "model/rest_api.h"

namespace hoplab::aws {

/// The models of an API, and those that each has: Empty and Error.
class ApiModels {
 public:
  /// Errors name the model.
  static Result<ApiModels> compile(const model::ApiDefinition& api);
  /// One of them alone, which may refer to the others.
  static Result<JsonSchema> compile_one(const model::ApiDefinition& api, std::string_view schema);

  /// Null: there is none of that name.
  [[nodiscard]] const JsonSchema* find(std::string_view name) const noexcept;

 private:
  std::map<std::string, JsonSchema, std::less<>> schemas_;
};

/// Nothing: the method checks nothing. Errors name the validator, the model or the parameter.
Result<std::optional<RequestValidation>> compile_validation(const model::ApiDefinition& api,
                                                            const ApiModels& models,
                                                            const model::Method& method);

}  // namespace hoplab::aws
