// What a Lambda authorizer returns (apigateway-features.md 2.3).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/policy.h"
#include "base/result.h"

namespace hoplab::aws {

struct AuthorizerAnswer {
  struct Value {
    std::string name;
    std::string text;  // of $context.authorizer.name: "1", "true"
    std::string json;  // as the function had it
  };

  std::string principal_id;
  Policy policy;
  std::vector<Value> context;
  std::optional<std::string> usage_identifier_key;
  std::size_t bytes = 0;  // of the text that it was read from

  /// The error says what API Gateway's log says, where that is known.
  static Result<AuthorizerAnswer> read(std::string_view payload);
};

/// Whether a function's error is "Unauthorized", which stands for 401.
[[nodiscard]] bool says_unauthorized(std::string_view error_payload);

}  // namespace hoplab::aws
