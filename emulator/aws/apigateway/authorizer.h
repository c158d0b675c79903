// Authorizers of an API, compiled (apigateway-features.md 2): functions that say who may pass, and
// user pools whose tokens do.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/apigateway/authorizer_cache.h"
#include "aws/apigateway/request_parameter.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/regex.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Where a part of a caller's identity stands: method.request.header.X,
/// method.request.querystring.X, stageVariables.x or context.x, which may have a '$' in front.
struct IdentitySource {
  std::string text;                           // as it was given
  std::optional<RequestParameter> parameter;  // nothing: it is `variable`
  std::string variable;

  /// Nothing: it is no such place.
  static std::optional<IdentitySource> parse(std::string_view text);
};

/// Who issues tokens that are taken.
struct UserPool {
  std::string issuer;
  std::string keys_url;  // https://.../.well-known/jwks.json
};

struct Authorizer {
  using Type = model::Authorizer::Type;

  /// `model` is valid. Errors name the property.
  static Result<Authorizer> compile(const model::Authorizer& model,
                                    const model::Topology& topology);

  [[nodiscard]] bool asks_function() const noexcept {
    return model.type != Type::cognito_user_pools;
  }

  model::Authorizer model;  // as its stage has it
  std::string lacks;        // a stage variable of its function that the stage has not; empty: none
  std::vector<IdentitySource> sources;
  std::shared_ptr<const model::Regex> expression;  // all of the token fits it; null: whatever it is
  std::vector<UserPool> pools;
  std::shared_ptr<AuthorizerCache> cache;  // null: nothing is kept
};

/// What authorizers that have not changed remember goes on.
void hand_on_decisions(const std::vector<Authorizer>& from, std::vector<Authorizer>& to);

}  // namespace hoplab::aws
