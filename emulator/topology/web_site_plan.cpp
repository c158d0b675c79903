#include "topology/web_site_plan.h"

namespace hoplab::topology {

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
  if (sites.empty()) return sites;
  const std::string host = public_keys_host(topology.region);
  sites.push_back({host, "public-keys", {host}, 0, nullptr});
  return sites;
}

}  // namespace hoplab::topology
