// Actions that authenticate: AWS "Authenticate users" and "Verify JWTs using an Application Load
// Balancer", and whether the scenario has who is asked.
#include <algorithm>

#include "model/identity_endpoints.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

constexpr std::size_t kLongest = 256;

std::string_view host_of(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  url.remove_prefix(std::min(kScheme.size(), url.size()));
  return url.substr(0, url.find_first_of(":/?"));
}

/// Whoever is asked is an identity provider of the scenario: nothing else is reachable.
const IdentityProvider* validate_url(const Topology& topology, const std::string& url,
                                     const std::string& path, Findings& findings) {
  const IdentityProvider* const provider = provider_of(topology, host_of(url));
  if (provider != nullptr || url.empty()) return provider;
  std::vector<std::string_view> hosts;
  for (const IdentityProvider& one : topology.identity_providers) {
    for (const std::string& host : one.domain_names) hosts.push_back(host);
  }
  findings.add(
      {path, in_quotes(url),
       "no identity provider has the host " + in_quotes(host_of(url)) +
           (hosts.empty() ? "; IdentityProviders has none" : "; there is " + one_of(hosts)),
       nearest(std::string(host_of(url)), hosts), "/IdentityProviders"});
  return nullptr;
}

/// What hoplab plays answers at its own paths only.
void validate_path(const IdentityProvider* provider, const std::string& url,
                   const std::string& served, std::string_view what, const std::string& path,
                   Findings& findings) {
  if (provider == nullptr || !provider->played()) return;
  const auto from = url.find('/', std::string_view("https://").size());
  const std::string asked =
      from == std::string::npos ? "/" : url.substr(from, url.find('?') - from);
  if (asked == served) return;
  findings.add({path,
                in_quotes(url),
                "the identity provider " + in_quotes(provider->name) + " has its " +
                    std::string(what) + " at " + served,
                {},
                at("/IdentityProviders", provider->name)});
}

void validate_claim(const JwtClaim& claim, const std::string& path, Findings& findings) {
  for (const std::string_view reserved : {"exp", "iss", "nbf", "iat"}) {
    if (claim.name != reserved) continue;
    findings.add(at(path, "Name"), in_quotes(claim.name), "the load balancer judges it anyway");
  }
  if (claim.format == JwtClaim::Format::single_string && claim.values.size() > 1) {
    findings.add(at(path, "Values"), std::to_string(claim.values.size()) + " values",
                 "single-string takes one");
  }
}

void validate_token(const Topology& topology, const JwtValidation& token, const std::string& path,
                    Findings& findings) {
  const std::string here = at(path, "JwtValidationConfig");
  const std::string url = at(here, "JwksEndpoint");
  if (token.jwks_endpoint.size() > kLongest) {
    findings.add(url, in_quotes(token.jwks_endpoint), "it takes at most 256 characters");
  }
  const auto* provider = validate_url(topology, token.jwks_endpoint, url, findings);
  if (provider != nullptr) {
    validate_path(provider, token.jwks_endpoint, jwks_path(*provider), "keys", url, findings);
  }
  for (std::size_t i = 0; i < token.additional_claims.size(); ++i) {
    validate_claim(token.additional_claims[i], at(at(here, "AdditionalClaims"), i), findings);
  }
}

void validate_oidc(const Topology& topology, const UserAuthentication& users,
                   const std::string& path, Findings& findings) {
  const std::string here = at(path, "AuthenticateOidcConfig");
  struct Part {
    std::string_view name, what;
    const std::string& url;
    std::string IdentityProvider::*served;
  };
  const Part parts[] = {
      {"AuthorizationEndpoint", "authorization endpoint", users.authorization_endpoint,
       &IdentityProvider::authorization_path},
      {"TokenEndpoint", "token endpoint", users.token_endpoint, &IdentityProvider::token_path},
      {"UserInfoEndpoint", "user info endpoint", users.user_info_endpoint,
       &IdentityProvider::user_info_path}};
  for (const Part& part : parts) {
    const std::string url = at(here, part.name);
    const auto* provider = validate_url(topology, part.url, url, findings);
    if (provider == nullptr) continue;
    validate_path(provider, part.url, provider->*part.served, part.what, url, findings);
    if (!provider->played() || find_client(*provider, users.client_id) != nullptr) continue;
    findings.add({at(here, "ClientId"),
                  in_quotes(users.client_id),
                  "the identity provider " + in_quotes(provider->name) + " has no such client",
                  {},
                  at(at("/IdentityProviders", provider->name), "Clients")});
    return;
  }
}

void validate_cognito(const Topology& topology, const UserAuthentication& users,
                      const std::string& path, Findings& findings) {
  const std::string here = at(path, "AuthenticateCognitoConfig");
  const UserAuthentication whole = resolved(users, topology);
  const auto* provider =
      validate_url(topology, whole.authorization_endpoint, at(here, "UserPoolDomain"), findings);
  if (provider == nullptr || find_client(*provider, whole.client_id) != nullptr) return;
  findings.add({at(here, "UserPoolClientId"),
                in_quotes(whole.client_id),
                "the identity provider " + in_quotes(provider->name) +
                    " has no such client, and a user pool's client has its secret from there",
                {},
                at(at("/IdentityProviders", provider->name), "Clients")});
}

}  // namespace

void validate_authentications(const Topology& topology, const LoadBalancer& balancer,
                              const Listener& listener, const Action& action,
                              const std::string& path, Findings& findings) {
  for (std::size_t i = 0; i < action.authentications.size(); ++i) {
    const std::string here = at(path, i);
    const Authentication& one = action.authentications[i];
    if (balancer.type == LoadBalancerType::network) {
      findings.add(at(here, "Type"), {}, "a network load balancer's listener can only forward");
      continue;
    }
    if (listener.protocol != "HTTPS") {
      findings.add(at(here, "Type"), {}, "actions that authenticate need an HTTPS listener");
    }
    if (const auto* token = std::get_if<JwtValidation>(&one)) {
      validate_token(topology, *token, here, findings);
      continue;
    }
    const auto& users = std::get<UserAuthentication>(one);
    if (users.type == UserAuthentication::Type::oidc) {
      validate_oidc(topology, users, here, findings);
    } else {
      validate_cognito(topology, users, here, findings);
    }
  }
}

}  // namespace hoplab::model
