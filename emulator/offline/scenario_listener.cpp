#include "offline/scenario_listener.h"

#include <algorithm>
#include <vector>

#include "aws/tls/client_certificate.h"
#include "model/nearest.h"
#include "topology/trust_stores.h"

namespace hoplab::offline {

namespace {

using model::MutualAuthenticationMode;

struct Found {
  const model::Listener* listener;
  std::string name;  // "alb:443"
  bool asked_for;    // by its own name or its load balancer's
};

std::vector<Found> tls_listeners(const model::Topology& topology, const std::string& name) {
  std::vector<Found> all;
  for (const auto& balancer : topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      if (!listener.ends_tls()) continue;
      const std::string full = balancer.name + ":" + std::to_string(listener.port);
      all.push_back({&listener, full, name == balancer.name || name == full});
    }
  }
  return all;
}

std::string_view mode_text(MutualAuthenticationMode mode) {
  switch (mode) {
    case MutualAuthenticationMode::off: return "off";
    case MutualAuthenticationMode::passthrough: return "passthrough";
    case MutualAuthenticationMode::verify: return "verify";
  }
  return "off";
}

/// "; its HTTPS and TLS listeners are alb:443 (verify), alb:8443 (off)"
std::string those_that_exist(const std::vector<Found>& all) {
  if (all.empty()) return "; it has no HTTPS or TLS listener";
  std::string text = "; its HTTPS and TLS listeners are ";
  for (const Found& one : all) {
    if (&one != &all.front()) text += ", ";
    text +=
        one.name + " (" + std::string(mode_text(one.listener->mutual_authentication.mode)) + ")";
  }
  return text;
}

Result<const model::Listener*> find_listener(const model::Topology& topology,
                                             const std::string& name) {
  const auto all = tls_listeners(topology, name);
  const auto asked = std::count_if(all.begin(), all.end(), [](auto& one) { return one.asked_for; });
  const std::string existing = those_that_exist(all);
  if (asked == 0)
    return Error{"the scenario has no HTTPS or TLS listener '" + name + "'" + existing};
  if (asked > 1)
    return Error{"'" + name + "' has several listeners that end TLS: add the port" + existing};
  const auto* found =
      std::find_if(all.begin(), all.end(), [](auto& one) { return one.asked_for; })->listener;
  const auto mode = found->mutual_authentication.mode;
  if (mode != MutualAuthenticationMode::verify) {
    return Error{"the listener '" + name + "' judges no certificate, its mode is " +
                 std::string(mode_text(mode)) + existing};
  }
  return found;
}

Result<void> check_certificate(const model::Pki& pki, const std::string& name) {
  if (name.empty() || model::Topology::find(pki.certificates, name)) return {};
  std::vector<std::string_view> names;
  std::string list;
  for (const auto& one : pki.certificates) {
    names.push_back(one.name);
    list += (list.empty() ? "" : ", ") + one.name;
  }
  const std::string near = model::nearest(name, names);
  return Error{"the scenario has no certificate '" + name + "'" +
               (near.empty() ? "" : "; did you mean '" + near + "'?") +
               (list.empty() ? "" : "; it has " + list)};
}

/// The part of `topology` that decides what `store` trusts: nobody waits for other keys.
model::Topology part_for(const model::Topology& topology, const model::TrustStore& store,
                         const std::string& certificate) {
  model::Topology part;
  part.trust_stores = {store};
  if (certificate.empty() && store.ca_certificates.empty() && store.revocations.empty())
    return part;
  part.pki.authorities = topology.pki.authorities;
  for (const auto& one : topology.pki.certificates) {
    if (one.name == certificate || one.revoked) part.pki.certificates.push_back(one);
  }
  return part;
}

}  // namespace

Result<ScenarioListener> scenario_listener(const model::Topology& topology, const std::string& name,
                                           const std::string& certificate, Time now) {
  const auto listener = find_listener(topology, name);
  if (!listener) return Error{listener.error()};
  if (auto known = check_certificate(topology.pki, certificate); !known)
    return Error{known.error()};
  const auto& mutual = listener.value()->mutual_authentication;
  const auto* store = model::Topology::find(topology.trust_stores, mutual.trust_store);
  const model::Topology part = part_for(topology, *store, certificate);
  const auto materials = topology::Materials::mint(part, now);
  if (!materials) return Error{materials.error()};
  const auto stores = topology::TrustStores::build(part, materials.value(), epoch_seconds(now));
  if (!stores) return Error{stores.error()};
  ScenarioListener made;
  made.trust_store = stores.value().find(store->name);
  made.options = aws::judge_options(*listener.value());
  if (!certificate.empty()) made.chain_pem = materials.value().certificate(certificate).chain_pem();
  return made;
}

}  // namespace hoplab::offline
