#include "topology/web_sites.h"

#include <algorithm>

#include "aws/identity/identity_provider.h"
#include "aws/identity/public_keys.h"
#include "pki/key.h"

namespace hoplab::topology {

namespace {

using UsedCodesByProvider = std::map<std::string, std::shared_ptr<aws::UsedCodes>>;

std::vector<aws::SigningKey> keys_of(const model::IdentityProvider& provider,
                                     const Materials& materials) {
  std::vector<aws::SigningKey> keys;
  for (const std::string& name : provider.signing_keys) {
    keys.push_back(aws::rsa_signing_key(materials.token_key(provider.name, name)));
  }
  return keys;
}

Result<std::shared_ptr<const aws::WebPages>> played(
    const std::shared_ptr<const model::IdentityProvider>& provider, const Materials& materials,
    UsedCodesByProvider& used_codes) {
  auto& used = used_codes[provider->name];
  if (!used) used = std::make_shared<aws::UsedCodes>();
  const std::string secret =
      "identity provider " + provider->name + pki::pkcs8_der(materials.user_claims_key().get());
  auto made = aws::PlayedProvider::make(provider, keys_of(*provider, materials), secret, used);
  if (!made) return Error{"identity provider '" + provider->name + "': " + made.error()};
  return std::shared_ptr<const aws::WebPages>(
      std::make_shared<aws::IdentityProvider>(std::move(made).value()));
}

/// Who has not changed since `previous`, whose keys are kept for as long as the emulator.
bool is_as_before(const WebSitePlan& plan, const WebSites* previous) {
  return previous && previous->pages.contains(plan.name) &&
         std::ranges::any_of(previous->plans, [&plan](const WebSitePlan& before) {
           return before.name == plan.name && before.provider && *before.provider == *plan.provider;
         });
}

Result<net::ResolvedAddress> look_up(const model::IdentityProvider& provider) {
  const std::string about = "identity provider '" + provider.name + "': ";
  const auto address = net::parse_address(provider.address);
  if (!address) return Error{about + address.error()};
  auto resolved = net::resolve(address.value());
  if (!resolved) return Error{about + resolved.error(), resolved.failure().code};
  return resolved;
}

/// Whether some integration does.
bool asks_by_https(const model::Topology& topology) {
  return std::ranges::any_of(topology.rest_apis, [](const model::RestApi& api) {
    return std::ranges::any_of(api.all_methods(), [](const model::Method* method) {
      return method->integration.uri.starts_with("https:");
    });
  });
}

/// Its certificate is one for the URL's host, by an authority that clients trust.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
Result<void> trust_hosts(const model::Topology& topology, WebSites& sites,
                         const Materials& materials, const WebSites* previous,
                         const std::shared_ptr<tls::KeyLog>& key_log) {
  const bool needed = std::ranges::any_of(sites.plans, [](const WebSitePlan& plan) {
    return !plan.played() && plan.provider->encrypted;
  });
  if (!needed && !asks_by_https(topology)) return {};
  sites.trusted = materials.ca_bundle();
  if (previous && previous->towards_hosts && previous->trusted == sites.trusted) {
    sites.towards_hosts = previous->towards_hosts;
    return {};
  }
  tls::ClientSettings settings;
  settings.ca_pem = sites.trusted;
  settings.oldest = tls::ProtocolVersion::tls12;
  settings.key_log = key_log;
  auto context = tls::Context::client(settings);
  if (!context) return context.failure();
  sites.towards_hosts = std::move(context).value();
  return {};
}

}  // namespace

Result<WebSites> prepare_web_sites(const model::Topology& topology, const Materials& materials,
                                   const WebSites* previous, UsedCodesByProvider& used_codes,
                                   const std::shared_ptr<tls::KeyLog>& key_log) {
  WebSites sites;
  sites.plans = web_sites_of(topology);
  if (auto done = trust_hosts(topology, sites, materials, previous, key_log); !done)
    return done.failure();
  if (sites.plans.empty()) return sites;
  sites.user_claims_key = std::make_shared<const aws::SigningKey>(
      aws::signing_key_with_uuid(materials.user_claims_key()));
  for (const WebSitePlan& plan : sites.plans) {
    if (!plan.provider) {
      sites.pages[plan.name] = std::make_shared<const aws::PublicKeys>(sites.user_claims_key);
    } else if (!plan.played()) {
      auto address = look_up(*plan.provider);
      if (!address) return address.failure();
      sites.programs[plan.name] = std::move(address).value();
    } else if (is_as_before(plan, previous)) {
      sites.pages[plan.name] = previous->pages.at(plan.name);
    } else {
      auto pages = played(plan.provider, materials, used_codes);
      if (!pages) return pages.failure();
      sites.pages[plan.name] = std::move(pages).value();
    }
  }
  return sites;
}

}  // namespace hoplab::topology
