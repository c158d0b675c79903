#include "aws/apigateway/authorizer.h"

#include <algorithm>

#include "model/identity_endpoints.h"
#include "model/regex_dialect.h"

namespace hoplab::aws {

namespace {

Result<std::vector<UserPool>> user_pools_of(const model::Authorizer& model,
                                            const model::Topology& topology) {
  std::vector<UserPool> pools;
  for (const std::string& name : model.identity_providers) {
    const auto* const provider = model::provider_named(topology, name);
    if (provider == nullptr) return Error{"IdentityProviders: there is none of the name " + name};
    std::string_view issuer = provider->issuer;
    if (issuer.ends_with('/')) issuer.remove_suffix(1);
    pools.push_back({provider->issuer, std::string(issuer) + "/.well-known/jwks.json"});
  }
  return pools;
}

/// All of a text has to fit it; null: whatever fits.
Result<std::shared_ptr<const model::Regex>> expression_of_whole_texts(
    const std::string& expression) {
  using Compiled = std::shared_ptr<const model::Regex>;
  if (expression.empty()) return Compiled();
  if (const auto missing = model::missing_feature(expression)) {
    return Error{"hoplab's regular expressions have no " + std::string(missing->name) + ": " +
                 std::string(missing->piece)};
  }
  // Alone first: in brackets, other texts would be well formed.
  if (const model::Regex alone(expression); !alone.wrong().empty()) return Error{alone.wrong()};
  return Compiled(std::make_shared<const model::Regex>("^(?:" + expression + ")$"));
}

}  // namespace

std::optional<IdentitySource> IdentitySource::parse(std::string_view text) {
  IdentitySource source{std::string(text), std::nullopt, {}};
  if (auto parameter = parse_request_parameter(text)) {
    if (parameter->place == ParameterPlace::path) return std::nullopt;
    source.parameter = std::move(parameter);
    return source;
  }
  if (text.starts_with('$')) text.remove_prefix(1);
  for (const std::string_view group : {"context.", "stageVariables."}) {
    if (!text.starts_with(group) || text.size() == group.size()) continue;
    source.variable = text;
    return source;
  }
  return std::nullopt;
}

Result<Authorizer> Authorizer::compile(const model::Authorizer& model,
                                       const model::Topology& topology) {
  Authorizer made;
  made.model = model;
  for (const std::string& text : model.identity_sources) {
    auto source = IdentitySource::parse(text);
    if (!source) {
      return Error{"IdentitySource: \"" + text +
                   "\" is none of method.request.header.X, method.request.querystring.X, "
                   "stageVariables.x and context.x"};
    }
    made.sources.push_back(std::move(*source));
  }
  auto expression = expression_of_whole_texts(model.identity_validation_expression);
  if (!expression) return Error{"IdentityValidationExpression: " + expression.error()};
  made.expression = std::move(expression).value();
  auto pools = user_pools_of(model, topology);
  if (!pools) return pools.failure();
  made.pools = std::move(pools).value();
  if (made.asks_function() && model.result_ttl_s > 0) {
    made.cache = std::make_shared<AuthorizerCache>(std::chrono::seconds(model.result_ttl_s));
  }
  return made;
}

void hand_on_decisions(const std::vector<Authorizer>& from, std::vector<Authorizer>& to) {
  for (Authorizer& one : to) {
    const auto before = std::ranges::find(from, one.model, &Authorizer::model);
    if (before != from.end()) one.cache = before->cache;
  }
}

}  // namespace hoplab::aws
