// Which web sites a topology has beside its load balancers: its identity providers, and, where
// people sign in, the Region's public keys of load balancers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/topology.h"

namespace hoplab::topology {

inline constexpr std::uint16_t kWebSitePort = 443;

struct WebSitePlan {
  std::string name;  // the provider's, or the site's host: nothing else has such a name
  std::string kind;  // of its hop
  std::vector<std::string> hosts;
  std::uint16_t local_port = 0;
  std::shared_ptr<const model::IdentityProvider> provider;  // null: the public keys
  /// Whether this process has its pages; else a program of this machine has.
  [[nodiscard]] bool played() const { return !provider || provider->played(); }
  /// Whether this process ends the TLS of who comes to it.
  [[nodiscard]] bool ends_tls() const { return played() || !provider->encrypted; }
  /// Tells the relay to its program from all others.
  [[nodiscard]] std::string relay_key() const {
    return "identity-provider " + name + " " + provider->address +
           (provider->encrypted ? " TLS" : "");
  }
};

std::vector<WebSitePlan> web_sites_of(const model::Topology& topology);

/// The host of the public keys of a Region's load balancers.
std::string public_keys_host(const std::string& region);

}  // namespace hoplab::topology
