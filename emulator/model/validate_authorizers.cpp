// Authorizers of private APIs, and the methods that name them.
#include <algorithm>
#include <set>

#include "model/identity_endpoints.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

std::string_view word_of(AuthorizationType type) {
  using enum AuthorizationType;
  switch (type) {
    case none: return "NONE";
    case aws_iam: return "AWS_IAM";
    case custom: return "CUSTOM";
    case cognito_user_pools: return "COGNITO_USER_POOLS";
  }
  return "";
}

/// What methods with that authorizer say.
AuthorizationType authorization_by(const Authorizer& one) {
  return one.type == Authorizer::Type::cognito_user_pools ? AuthorizationType::cognito_user_pools
                                                          : AuthorizationType::custom;
}

void validate_function(const Topology& topology, const Authorizer& one,
                       const std::vector<const Served*>& stages, const std::string& path,
                       Findings& findings) {
  std::set<std::string> functions;
  if (stage_variables_in(one.function).empty()) functions.insert(one.function);
  known_in_some_stage(one.function, stages, path, findings);
  for (const Served* const served : stages) {
    if (const auto resolved = in_stage(one, served->variables))
      functions.insert(resolved->function);
  }
  for (const std::string& name : functions) {
    refer(topology.functions, name, "function", "/Functions", path, findings);
  }
}

void validate_providers(const Topology& topology, const Authorizer& one, const std::string& path,
                        Findings& findings) {
  std::size_t names = 0, arns = 0;
  for (const std::string& name : one.identity_providers) {
    const bool is_arn = name.starts_with("arn:");
    const std::string here =
        at(at(path, is_arn ? "ProviderARNs" : "IdentityProviders"), is_arn ? arns++ : names++);
    if (provider_named(topology, name)) continue;
    if (is_arn) {
      findings.add({here,
                    in_quotes(name),
                    "no identity provider of this scenario has the issuer of that user pool, "
                    "https://cognito-idp.REGION.amazonaws.com/ID",
                    {},
                    std::string(kIdentityProviders)});
    } else {
      refer(topology.identity_providers, name, "identity provider", kIdentityProviders, here,
            findings);
    }
  }
}

void validate_method(const ApiDefinition& api, const std::string& authorizers, const Method& method,
                     const std::string& path, Findings& findings) {
  using enum AuthorizationType;
  const bool by_authorizer =
      method.authorization == custom || method.authorization == cognito_user_pools;
  if (!method.authorization_scopes.empty() && method.authorization != cognito_user_pools) {
    findings.add(at(path, "AuthorizationScopes"), {},
                 "scopes go with AuthorizationType COGNITO_USER_POOLS");
  }
  if (!by_authorizer) {
    if (method.authorizer.empty()) return;
    findings.add(at(path, "AuthorizerId"), in_quotes(method.authorizer),
                 "it goes with AuthorizationType CUSTOM or COGNITO_USER_POOLS");
    return;
  }
  if (method.authorizer.empty()) {
    findings.add(path, {},
                 std::string(word_of(method.authorization)) +
                     " needs AuthorizerId: one of the API's Authorizers, by name");
    return;
  }
  const auto found = std::ranges::find(api.authorizers, method.authorizer, &Authorizer::name);
  if (found == api.authorizers.end()) {
    std::vector<std::string_view> names;
    for (const Authorizer& one : api.authorizers) names.push_back(one.name);
    std::string rule = "the API has no authorizer of that name";
    if (!names.empty()) rule += "; there is " + one_of(names);
    findings.add({at(path, "AuthorizerId"), in_quotes(method.authorizer), std::move(rule),
                  nearest(method.authorizer, names), authorizers});
    return;
  }
  const AuthorizationType wanted = authorization_by(*found);
  if (wanted == method.authorization) return;
  findings.add(
      {at(path, "AuthorizationType"), in_quotes(word_of(method.authorization)),
       "the authorizer " + in_quotes(found->name) + " goes with " + std::string(word_of(wanted)),
       std::string(word_of(wanted)), at(authorizers, found->name)});
}

}  // namespace

void validate_authorizers(const Topology& topology, const ApiDefinition& api,
                          const std::vector<const Served*>& stages, const std::string& path,
                          Findings& findings) {
  const std::string authorizers = at(path, "Authorizers");
  for (const Authorizer& one : api.authorizers) {
    const std::string here = at(authorizers, one.name);
    validate_function(topology, one, stages, at(here, "Function"), findings);
    validate_providers(topology, one, here, findings);
  }
  for (const Method& method : api.methods) {
    validate_method(api, authorizers, method,
                    at(at(at(path, "Resources"), method.path), method.http_method), findings);
  }
}

}  // namespace hoplab::model
