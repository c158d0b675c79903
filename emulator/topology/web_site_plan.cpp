#include "topology/web_site_plan.h"

#include <algorithm>
#include <variant>

namespace hoplab::topology {

namespace {

bool authenticates_users(const model::Action& action) {
  return std::ranges::any_of(action.authentications, [](const model::Authentication& one) {
    return std::holds_alternative<model::UserAuthentication>(one);
  });
}

/// Whether some load balancer may have to sign what it tells of users.
bool signs_user_claims(const model::Topology& topology) {
  if (!topology.identity_providers.empty()) return true;
  const auto by_listener = [](const model::Listener& listener) {
    return authenticates_users(listener.default_action) ||
           std::ranges::any_of(listener.rules, authenticates_users, &model::Rule::action);
  };
  return std::ranges::any_of(topology.load_balancers, [&](const model::LoadBalancer& balancer) {
    return std::ranges::any_of(balancer.listeners, by_listener);
  });
}

}  // namespace

std::string public_keys_host(const std::string& region) {
  return "public-keys.auth.elb." + region + ".amazonaws.com";
}

std::vector<WebSitePlan> web_sites_of(const model::Topology& topology) {
  std::vector<WebSitePlan> sites;
  const auto& providers = topology.identity_providers;
  for (std::size_t i = 0; i < providers.size(); ++i) {
    const auto provider = providers.share(i);
    sites.push_back({provider->name, "identity-provider", provider->domain_names,
                     provider->local_port, provider});
  }
  if (!signs_user_claims(topology)) return sites;
  const std::string host = public_keys_host(topology.region);
  sites.push_back({host, "public-keys", {host}, 0, nullptr});
  return sites;
}

}  // namespace hoplab::topology
