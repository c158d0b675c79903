// What the web sites of a topology need that could fail: pages and keys of those that are played,
// addresses of those that are programs of this machine.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/identity/played_provider.h"
#include "aws/identity/signing_key.h"
#include "aws/identity/web_pages.h"
#include "net/tcp_stream.h"
#include "tls/context.h"
#include "topology/materials.h"
#include "topology/web_site_plan.h"

namespace hoplab::topology {

struct WebSites {
  std::vector<WebSitePlan> plans;
  std::map<std::string, std::shared_ptr<const aws::WebPages>> pages;  // by site
  std::map<std::string, net::ResolvedAddress> programs;               // by identity provider
  /// Towards hosts by their names, as whoever trusts the topology's authorities: programs that are
  /// identity providers, backends of integrations. None: nobody speaks TLS to one.
  std::optional<tls::Context> towards_hosts;
  std::string trusted;  // what that was made of: authorities in PEM
  /// With what load balancers sign what they tell of users; null: nobody signs in.
  std::shared_ptr<const aws::SigningKey> user_claims_key;
};

/// `previous`, what runs, hands on what has not changed; null: nothing runs. Codes that were used
/// are remembered in `used_codes`, by identity provider.
Result<WebSites> prepare_web_sites(
    const model::Topology& topology, const Materials& materials, const WebSites* previous,
    std::map<std::string, std::shared_ptr<aws::UsedCodes>>& used_codes,
    const std::shared_ptr<tls::KeyLog>& key_log);

}  // namespace hoplab::topology
