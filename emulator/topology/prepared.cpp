#include "topology/prepared.h"

#include <algorithm>

namespace hoplab::topology {

namespace {

/// Whether an integration takes any certificate.
bool skips_verification(const model::Topology& topology) {
  return std::ranges::any_of(topology.rest_apis, [](const model::RestApi& api) {
    return std::ranges::any_of(api.all_methods(), [](const model::Method* method) {
      return method->integration.skip_verification;
    });
  });
}

/// Whether a load balancer speaks TLS to some target; to an execute-api endpoint it does not, since
/// that leg is in memory.
bool needs_target_tls(const model::Topology& topology) {
  if (skips_verification(topology)) return true;
  return std::ranges::any_of(topology.target_groups, [](const model::TargetGroup& group) {
    const bool encrypted = group.protocol == "HTTPS" || group.protocol == "TLS" ||
                           group.health_check.protocol == "HTTPS";
    return encrypted && !std::ranges::all_of(group.targets, [](const model::Target& target) {
             return !target.vpc_endpoint.empty();
           });
  });
}

bool needs_target_tls_http2(const model::Topology& topology) {
  return std::ranges::any_of(topology.target_groups, [](const model::TargetGroup& group) {
    return group.protocol_version != model::ProtocolVersion::http1;
  });
}

/// `before`: what there is already.
Result<std::optional<tls::Context>> target_tls(bool needed,
                                               const std::optional<tls::Context>* before,
                                               tls::Alpn alpn,
                                               const std::shared_ptr<tls::KeyLog>& key_log) {
  if (before && *before) return *before;
  if (!needed) return std::optional<tls::Context>();
  tls::ClientSettings settings;
  settings.alpn = alpn;
  settings.key_log = key_log;
  auto context = tls::Context::client(settings);
  if (!context) return context.failure();
  return std::optional<tls::Context>(std::move(context).value());
}

/// What is compiled of a topology for private APIs.
bool same_apis(const model::Topology& a, const model::Topology& b) {
  return a.region == b.region && a.rest_apis == b.rest_apis && a.domain_names == b.domain_names &&
         a.api_keys == b.api_keys && a.usage_plans == b.usage_plans &&
         a.access_keys == b.access_keys && a.vpc_endpoints == b.vpc_endpoints &&
         a.identity_providers == b.identity_providers;
}

Result<std::shared_ptr<const aws::ExecuteApi>> execute_api(const model::Topology& topology,
                                                           const EmulatorOptions& options,
                                                           const Prepared* previous, Time now) {
  if (previous && same_apis(*previous->topology, topology)) return previous->execute_api;
  const aws::ExecuteApi* const before = previous ? previous->execute_api.get() : nullptr;
  aws::ExecuteApiOptions settings;
  settings.account_throttle = {options.api_rate_limit, options.api_rate_limit / 2};
  settings.start = now;
  auto built = aws::ExecuteApi::build(topology, settings, before);
  if (!built) return built.failure();
  return std::shared_ptr<const aws::ExecuteApi>(std::move(built).value());
}

Result<void> look_up(const model::Topology& topology, Prepared& prepared) {
  for (const auto& service : topology.services) {
    const std::string about = "service '" + service.name + "': ";
    if (service.address.empty()) {
      auto answer = aws::PreparedAnswer::prepare(service.stand_in);
      if (!answer) return Error{about + answer.error()};
      prepared.stand_ins[service.name] =
          std::make_shared<const aws::PreparedAnswer>(std::move(answer).value());
      continue;
    }
    const auto address = net::parse_address(service.address);
    if (!address) return Error{about + address.error()};
    auto resolved = net::resolve(address.value());
    if (!resolved) return Error{about + resolved.error(), resolved.failure().code};
    prepared.services[service.name] = std::move(resolved).value();
  }
  for (const auto& proxy : topology.proxies) {
    const std::string about = "proxy '" + proxy.name + "': ";
    const auto address = net::parse_address(proxy.upstream);
    if (!address) return Error{about + address.error()};
    auto resolved = net::resolve(address.value());
    if (!resolved) return Error{about + resolved.error(), resolved.failure().code};
    prepared.upstreams[proxy.name] = std::move(resolved).value();
  }
  for (const auto& function : topology.functions) {
    if (function.endpoint.empty()) continue;
    const std::string about = "function '" + function.name + "': ";
    const auto address = net::parse_address(function.endpoint);
    if (!address) return Error{about + address.error()};
    auto resolved = net::resolve(address.value());
    if (!resolved) return Error{about + resolved.error(), resolved.failure().code};
    prepared.endpoints[function.name] = std::move(resolved).value();
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<const model::Topology> topology,
                                          const Prepared* previous, Remembered& remembered,
                                          const EmulatorOptions& options, Time now,
                                          unsigned attempt) {
  auto materials = Materials::mint(*topology, now, &remembered.minted);
  if (!materials) return materials.failure();
  auto stores =
      TrustStores::build(*topology, materials.value(), epoch_seconds(now),
                         previous ? &previous->trust_stores : nullptr, &remembered.minted);
  if (!stores) return stores.failure();
  auto contexts =
      listener_contexts(*topology, materials.value(), stores.value(),
                        previous ? previous->contexts : ListenerContexts(), remembered.key_log);
  if (!contexts) return contexts.failure();
  auto towards_targets =
      target_tls(needs_target_tls(*topology), previous ? &previous->target_tls : nullptr,
                 tls::Alpn::none, remembered.key_log);
  if (!towards_targets) return towards_targets.failure();
  auto by_http2 = target_tls(needs_target_tls_http2(*topology),
                             previous ? &previous->target_tls_http2 : nullptr, tls::Alpn::http2,
                             remembered.key_log);
  if (!by_http2) return by_http2.failure();
  auto api = execute_api(*topology, options, previous, now);
  if (!api) return api.failure();
  auto sites =
      prepare_web_sites(*topology, materials.value(), previous ? &previous->web_sites : nullptr,
                        remembered.used_codes, remembered.key_log);
  if (!sites) return sites.failure();
  AddressPlan addresses =
      previous      ? previous->addresses.extended_to(*topology)
      : options.vpc ? AddressPlan::of_subnets(*topology, options.client_ip, options.web_range)
                    : AddressPlan::of_loopback(*topology, attempt, options.real_ports);
  std::vector<DoorPlan> doors = doors_of(*topology, addresses);
  auto prepared = std::make_shared<Prepared>(Prepared{topology,
                                                      std::move(materials).value(),
                                                      std::move(stores).value(),
                                                      std::move(contexts).value(),
                                                      std::move(towards_targets).value(),
                                                      std::move(by_http2).value(),
                                                      std::move(api).value(),
                                                      std::move(addresses),
                                                      options.client_ip,
                                                      std::move(doors),
                                                      counts_in_one_loop(*topology),
                                                      remembered.hops.of(*topology),
                                                      {},
                                                      {},
                                                      {},
                                                      {},
                                                      std::move(sites).value()});
  if (auto done = look_up(*topology, *prepared); !done) return done.failure();
  return prepared;
}

}  // namespace hoplab::topology
