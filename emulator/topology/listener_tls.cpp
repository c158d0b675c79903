#include "topology/listener_tls.h"

#include "base/joined.h"
#include "model/ids.h"
#include "tls/key_exchange_groups.h"
#include "topology/web_site_plan.h"

namespace hoplab::topology {

namespace {

tls::ClientAuthentication client_authentication(model::MutualAuthenticationMode mode) {
  switch (mode) {
    case model::MutualAuthenticationMode::off: return tls::ClientAuthentication::off;
    case model::MutualAuthenticationMode::passthrough: return tls::ClientAuthentication::request;
    case model::MutualAuthenticationMode::verify: return tls::ClientAuthentication::require;
  }
  return tls::ClientAuthentication::off;
}

/// AWS "ALPN policies"; HTTP2Optional prefers HTTP/1.1 where a client takes both.
tls::Alpn alpn_of(const std::string& policy) {
  if (policy == "HTTP1Only") return tls::Alpn::http11;
  if (policy == "HTTP2Only") return tls::Alpn::http2;
  if (policy == "HTTP2Optional") return tls::Alpn::http11_and_http2;
  if (policy == "HTTP2Preferred") return tls::Alpn::http2_and_http11;
  return tls::Alpn::none;
}

/// Those that TLS 1.3 has no signature for among the policy's: there a curve has one hash.
std::vector<std::string> unfit_certificates(const model::Topology& topology,
                                            const model::Listener& listener,
                                            const tls::SecurityPolicy& policy) {
  std::vector<std::string> unfit;
  if (policy.rfc9151 != tls::Rfc9151::strict) return unfit;
  for (const std::string& name : listener.certificates) {
    const auto* one = model::Topology::find(topology.pki.certificates, name);
    const bool fits =
        one->key_algorithm.starts_with("RSA_") || one->key_algorithm == "EC_secp384r1";
    if (!fits) unfit.push_back(name);
  }
  return unfit;
}

struct Made {
  std::string definition;
  tls::ServerSettings settings;
};

void add_certificate(Made& made, const pki::Identity& identity) {
  // What is minted stays where it is for as long as the emulator.
  made.definition += " " + std::to_string(reinterpret_cast<std::uintptr_t>(&identity.state()));
  made.settings.certificates.push_back({identity.chain_pem(), {}, identity.shared_private_key()});
}

/// API Gateway's policy TLS_1_2, the default of private APIs, has the versions and suites of this
/// one (apigateway.md 3.2). It does not negotiate HTTP/2 (3.1).
Made settings_of(const model::VpcEndpoint& endpoint, const Materials& materials) {
  Made made;
  made.settings.policy = tls::find_security_policy("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06");
  made.settings.alpn = tls::Alpn::none;
  add_certificate(made, materials.of_endpoint(endpoint.name));
  return made;
}

/// As a site of these years has it.
Made settings_of(const WebSitePlan& site, const Materials& materials) {
  Made made;
  made.settings.policy = tls::find_security_policy("ELBSecurityPolicy-TLS13-1-2-2021-06");
  made.settings.alpn = tls::Alpn::http2_and_http11;
  add_certificate(made, materials.of_web_site(site.name));
  return made;
}

Made settings_of(const model::LoadBalancer& balancer, const model::Listener& listener,
                 const Materials& materials, const TrustStores& trust_stores) {
  const auto& mutual = listener.mutual_authentication;
  Made made;
  tls::ServerSettings& settings = made.settings;
  settings.policy = tls::find_security_policy(listener.ssl_policy);
  settings.client_authentication = client_authentication(mutual.mode);
  settings.missing_is_judged_later_tls12 = mutual.refusal.tls12 != Stage::client_certificate;
  settings.missing_is_judged_later_tls13 = mutual.refusal.tls13 != Stage::client_certificate;
  settings.alpn = balancer.type == model::LoadBalancerType::network ? alpn_of(listener.alpn_policy)
                  : balancer.attributes.http2                       ? tls::Alpn::http2_and_http11
                                                                    : tls::Alpn::http11;
  if (mutual.advertise_trust_store_ca_names) {
    settings.ca_names_pem = trust_stores.bundle(mutual.trust_store);
  }
  made.definition = listener.ssl_policy + " " +
                    std::to_string(static_cast<int>(settings.client_authentication)) +
                    (settings.missing_is_judged_later_tls12 ? "y" : "n") +
                    (settings.missing_is_judged_later_tls13 ? "y" : "n") +
                    std::to_string(static_cast<int>(settings.alpn)) + settings.ca_names_pem;
  for (const std::string& name : listener.certificates) {
    add_certificate(made, materials.certificate(name));
  }
  return made;
}

}  // namespace

Result<ListenerContexts> listener_contexts(const model::Topology& topology,
                                           const Materials& materials,
                                           const TrustStores& trust_stores,
                                           const ListenerContexts& previous,
                                           const std::shared_ptr<tls::KeyLog>& key_log) {
  ListenerContexts contexts;
  const auto add = [&](const std::string& key, Made made) -> Result<void> {
    const auto before = previous.find(key);
    if (before != previous.end() && before->second.definition == made.definition) {
      contexts.insert(*before);
      return {};
    }
    made.settings.key_log = key_log;
    auto context = tls::Context::server(made.settings);
    if (!context) return Error{context.error()};
    contexts.emplace(key, ListenerContext{made.definition, std::move(context).value()});
    return {};
  };
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (!ends_clients_tls(topology, endpoint)) continue;
    auto done = add(endpoint.name, settings_of(endpoint, materials));
    if (!done) return Error{"'" + endpoint.name + "': " + done.error()};
  }
  for (const WebSitePlan& site : web_sites_of(topology)) {
    if (!site.ends_tls()) continue;
    auto done = add(site.name, settings_of(site, materials));
    if (!done) return Error{"'" + site.name + "': " + done.error()};
  }
  for (const auto& balancer : topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      if (!listener.ends_tls()) continue;
      const std::string key = model::listener_key(balancer.name, listener.port);
      auto done = add(key, settings_of(balancer, listener, materials, trust_stores));
      if (!done) {
        return Error{"'" + balancer.name + "', listener " + std::to_string(listener.port) + ": " +
                     done.error()};
      }
    }
  }
  return contexts;
}

std::vector<std::string> security_policy_notes(const model::Topology& topology) {
  std::vector<std::string> notes;
  for (const auto& balancer : topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      if (!listener.ends_tls()) continue;
      const tls::SecurityPolicy& policy = *tls::find_security_policy(listener.ssl_policy);
      const std::string which = "'" + balancer.name + "', listener " +
                                std::to_string(listener.port) + ": " + listener.ssl_policy;
      const std::string groups = joined(tls::missing_groups(policy), ", ");
      if (!groups.empty()) {
        notes.push_back(which + " has the key exchange groups " + groups + ", which " +
                        tls::openssl_in_use() +
                        " does not have and so does not offer; clients get a classical group, and "
                        "those that have no other are refused. OpenSSL 3.5 has them");
      }
      for (const std::string& name : unfit_certificates(topology, listener, policy)) {
        notes.push_back(which +
                        " has signatures with SHA-384 only, which the curve of certificate '" +
                        name + "' does not go with in TLS 1.3; RSA keys and EC_secp384r1 do");
      }
    }
  }
  return notes;
}

}  // namespace hoplab::topology
