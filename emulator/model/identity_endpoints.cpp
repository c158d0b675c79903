#include "model/identity_endpoints.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::model {

namespace {

bool is_cognito(const Authentication& one) {
  const auto* users = std::get_if<UserAuthentication>(&one);
  return users != nullptr && users->type == UserAuthentication::Type::cognito;
}

/// The parts of arn:aws:cognito-idp:<region>:<account>:userpool/<pool>; empty: it is none.
struct UserPoolArn {
  std::string region, pool;
  explicit UserPoolArn(const std::string& arn) {
    constexpr std::string_view kService = ":cognito-idp:";
    const auto service = arn.find(kService);
    const auto slash = arn.rfind('/');
    if (service == std::string::npos || slash == std::string::npos) return;
    const auto region_at = service + kService.size();
    region = arn.substr(region_at, arn.find(':', region_at) - region_at);
    pool = arn.substr(slash + 1);
  }
  [[nodiscard]] std::string issuer() const {
    return "https://cognito-idp." + region + ".amazonaws.com/" + pool;
  }
};

void resolve_all(Action& action, const Topology& topology) {
  for (Authentication& one : action.authentications) {
    if (is_cognito(one)) one = resolved(std::get<UserAuthentication>(one), topology);
  }
}

}  // namespace

const IdentityProvider* provider_of(const Topology& topology, std::string_view host) {
  for (const IdentityProvider& one : topology.identity_providers) {
    const auto is_it = [host](const std::string& name) { return iequals(name, host); };
    if (std::ranges::any_of(one.domain_names, is_it)) return &one;
  }
  return nullptr;
}

const IdentityProvider* provider_named(const Topology& topology, const std::string& name) {
  const auto* const named = Topology::find(topology.identity_providers, name);
  if (named != nullptr) return named;
  const UserPoolArn arn(name);
  if (arn.pool.empty()) return nullptr;
  for (const IdentityProvider& one : topology.identity_providers) {
    if (one.issuer == arn.issuer()) return &one;
  }
  return nullptr;
}

const IdentityProvider::Client* find_client(const IdentityProvider& provider,
                                            std::string_view client_id) {
  const auto found =
      std::ranges::find(provider.clients, client_id, &IdentityProvider::Client::client_id);
  return found == provider.clients.end() ? nullptr : &*found;
}

std::string jwks_path(const IdentityProvider& provider) {
  const auto from = provider.issuer.find('/', std::string_view("https://").size());
  std::string path = from == std::string::npos ? std::string() : provider.issuer.substr(from);
  while (path.ends_with('/')) path.pop_back();
  return path + "/.well-known/jwks.json";
}

UserAuthentication resolved(const UserAuthentication& users, const Topology& topology) {
  if (users.type != UserAuthentication::Type::cognito) return users;
  UserAuthentication whole = users;
  const UserPoolArn arn(users.user_pool_arn);
  const bool prefix = users.user_pool_domain.find('.') == std::string::npos;
  const std::string host =
      users.user_pool_domain + (prefix ? ".auth." + arn.region + ".amazoncognito.com" : "");
  whole.issuer = arn.issuer();
  whole.authorization_endpoint = "https://" + host + "/oauth2/authorize";
  whole.token_endpoint = "https://" + host + "/oauth2/token";
  whole.user_info_endpoint = "https://" + host + "/oauth2/userInfo";
  whole.client_id = users.user_pool_client_id;
  if (const auto* provider = provider_of(topology, host)) {
    if (const auto* client = find_client(*provider, whole.client_id)) {
      whole.client_secret = client->client_secret;
    }
  }
  return whole;
}

std::shared_ptr<const Listener> resolved(std::shared_ptr<const Listener> listener,
                                         const Topology& topology) {
  const auto any = [](const Action& action) {
    return std::ranges::any_of(action.authentications, is_cognito);
  };
  const auto rule_has = [&any](const Rule& rule) { return any(rule.action); };
  if (!any(listener->default_action) && !std::ranges::any_of(listener->rules, rule_has)) {
    return listener;
  }
  auto whole = std::make_shared<Listener>(*listener);
  resolve_all(whole->default_action, topology);
  for (Rule& rule : whole->rules) resolve_all(rule.action, topology);
  return whole;
}

}  // namespace hoplab::model
