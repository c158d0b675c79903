// How a loop makes load balancers, and how a network load balancer reaches its targets.

#include <algorithm>

#include "model/identity_endpoints.h"
#include "model/ids.h"
#include "tls/tls_dialer.h"
#include "topology/building.h"

namespace hoplab::topology {

namespace {

using model::LoadBalancer;
using model::LoadBalancerType;

/// Calls `work` with each load balancer of that type and each of its listeners.
template <class Work>
void each_listener(const model::Topology& topology, LoadBalancerType type, const Work& work) {
  for (std::size_t i = 0; i < topology.load_balancers.size(); ++i) {
    const auto balancer = topology.load_balancers.share(i);
    if (balancer->type != type) continue;
    for (std::size_t k = 0; k < balancer->listeners.size(); ++k) {
      work(balancer, balancer->listeners.share(k));
    }
  }
}

using BalancerPointer = std::shared_ptr<const LoadBalancer>;
using ListenerPointer = std::shared_ptr<const model::Listener>;

/// Of verify mode; null in the others.
std::shared_ptr<const pki::TrustStore> trust_store_of(const Building& building,
                                                      const model::Listener& listener) {
  const auto& mutual = listener.mutual_authentication;
  if (mutual.mode != model::MutualAuthenticationMode::verify) return nullptr;
  return building.next.trust_stores.find(mutual.trust_store);
}

aws::AlbSettings alb_settings(const Building& building, const BalancerPointer& balancer,
                              const ListenerPointer& listener,
                              const std::map<std::string, std::string>& zones) {
  aws::AlbSettings settings{balancer,
                            model::resolved(listener, building.topology()),
                            load_balancer_dns_name(*balancer, building.topology().region),
                            std::nullopt,
                            nullptr,
                            {},
                            zones,
                            building.topology().region,
                            {},
                            nullptr};
  if (listener->protocol == "HTTPS") {
    settings.tls =
        building.next.contexts.at(model::listener_key(balancer->name, listener->port)).context;
  }
  settings.trust_store = trust_store_of(building, *listener);
  const auto add = [&](const model::Action& action) {
    for (const auto& weighted : action.target_groups) {
      settings.target_groups[weighted.target_group] =
          building.components.target_groups.at(weighted.target_group);
    }
  };
  add(listener->default_action);
  for (const auto& rule : listener->rules) add(rule.action);
  settings.user_claims_key = building.next.web_sites.user_claims_key;
  if (settings.user_claims_key) {
    settings.web = web_dialers(building, building.next.addresses.enis(balancer->name).front());
  }
  return settings;
}

/// Several listeners may forward to a group: they share its relays.
std::shared_ptr<net::Relay> relay_to(const Building& building,
                                     const std::shared_ptr<aws::TargetGroup>& group,
                                     const std::shared_ptr<aws::Target>& target,
                                     const std::string& service) {
  const net::ResolvedAddress& address = building.next.services.at(service);
  const bool encrypted = group->model().protocol == "TLS";
  const std::string key = group->name() + " " + target->key + (encrypted ? " tls" : "");
  const auto make = [&] {
    auto dialer =
        through_leg(building, group->name(), net::make_tcp_dialer(building.loop, address));
    if (encrypted) {
      dialer = std::make_unique<tls::TlsDialer>(std::move(dialer), *building.next.target_tls);
    }
    return std::make_shared<net::Relay>(
        building.loop, building.hop(service), std::move(dialer), building.shared.ends,
        [group = std::weak_ptr(group), target](const net::Dialer::Dialed& dialed) {
          if (const auto its_group = group.lock()) {
            its_group->record_reachability(*target, aws::reachability_after(dialed));
          }
        });
  };
  return building.components.relays.keep(key, make, [](net::Relay&) {});
}

aws::NlbTarget reach_service(const Building& building,
                             const std::shared_ptr<aws::TargetGroup>& group,
                             const std::shared_ptr<aws::Target>& target, const std::string& name) {
  const auto& service = *model::Topology::find(building.topology().services, name);
  aws::NlbTarget one;
  one.target = target;
  one.handler = relay_to(building, group, target, name);
  one.address = building.next.services.at(name).text;
  one.zones = target->zones;
  if (service.connection_tracking_s) {
    one.connection_tracking = std::chrono::seconds(*service.connection_tracking_s);
  }
  return one;
}

/// Behind a TCP group the client's own TLS ends at the endpoint; behind a TLS group the leg is the
/// load balancer's own, in memory.
aws::NlbTarget reach_endpoint(const Building& building, const model::TargetGroup& group,
                              const std::shared_ptr<aws::Target>& target,
                              const model::Target& model) {
  const auto& endpoint =
      *model::Topology::find(building.topology().vpc_endpoints, model.vpc_endpoint);
  const auto& zones = endpoint.availability_zones;
  const auto at = std::ranges::find(zones, model.availability_zone) - zones.begin();
  const auto& server = building.components.execute_apis.at(endpoint.name);
  aws::NlbTarget one;
  one.target = target;
  one.handler = group.protocol == "TCP" ? server->of_clients() : server;
  one.address = {building.next.addresses.enis(endpoint.name)[static_cast<std::size_t>(at)],
                 group.port};
  one.zones = target->zones;
  return one;
}

void reach_alb(const Building& building, const model::TargetGroup& group,
               const std::shared_ptr<aws::Target>& target, const std::string& balancer,
               std::vector<aws::NlbTarget>& reached) {
  const auto& alb = *model::Topology::find(building.topology().load_balancers, balancer);
  for (const auto& [zone, ip] : nodes_of(building.next, alb)) {
    aws::NlbTarget& one = reached.emplace_back();
    one.target = target;
    one.handler = building.components.albs.at(model::listener_key(balancer, group.port));
    one.address = {ip, group.port};
    one.zones = {zone};
    one.security_group = security_group(building.topology(), alb.security_groups, group.port);
  }
}

aws::NlbTargetGroup reach(const Building& building, const model::WeightedTargetGroup& weighted) {
  aws::NlbTargetGroup reached;
  reached.group = building.components.target_groups.at(weighted.target_group);
  reached.weight = weighted.weight;
  const model::TargetGroup& group = reached.group->model();
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    const model::Target& target = group.targets[i];
    const auto& runtime = reached.group->targets()[i];
    if (!target.load_balancer.empty()) {
      reach_alb(building, group, runtime, target.load_balancer, reached.targets);
    } else if (!target.vpc_endpoint.empty()) {
      reached.targets.push_back(reach_endpoint(building, group, runtime, target));
    } else {
      reached.targets.push_back(reach_service(building, reached.group, runtime, target.service));
    }
  }
  return reached;
}

std::shared_ptr<const aws::TlsLogging> tls_logging(const Building& building,
                                                   const LoadBalancer& balancer,
                                                   const model::Listener& listener) {
  auto logging = std::make_shared<aws::TlsLogging>(
      aws::TlsLogging{building.loop, {}, {}, {}, building.shared.logs});
  const std::string id = model::derived_load_balancer_id(balancer.name);
  logging->load_balancer = "net/" + balancer.name + "/" + id;
  logging->listener =
      model::derived_load_balancer_id(model::listener_key(balancer.name, listener.port));
  logging->certificate_arn =
      model::certificate_arn(building.topology().region, listener.certificates.front());
  return logging;
}

aws::NlbSettings nlb_settings(const Building& building, const BalancerPointer& balancer,
                              const ListenerPointer& listener,
                              const std::map<std::string, std::string>& zones) {
  aws::NlbSettings settings{
      balancer,     listener,
      {},           {},
      zones,        security_group(building.topology(), balancer->security_groups, listener->port),
      std::nullopt, nullptr,
      nullptr};
  for (const auto& weighted : listener->default_action.target_groups) {
    settings.groups.push_back(reach(building, weighted));
  }
  for (const auto& [zone, ip] : nodes_of(building.next, *balancer)) settings.nodes[zone] = ip;
  if (listener->protocol == "TLS") {
    settings.tls =
        building.next.contexts.at(model::listener_key(balancer->name, listener->port)).context;
    settings.tls_logging = tls_logging(building, *balancer, *listener);
    settings.trust_store = trust_store_of(building, *listener);
  }
  return settings;
}

}  // namespace

void build_application_load_balancers(const Building& building) {
  const auto zones = zones_by_address(building.next);
  each_listener(building.topology(), LoadBalancerType::application,
                [&](const BalancerPointer& balancer, const ListenerPointer& listener) {
                  auto settings = alb_settings(building, balancer, listener, zones);
                  building.components.albs.keep(
                      model::listener_key(balancer->name, listener->port),
                      [&] {
                        const Hop& hop = building.hop(balancer->name);
                        const aws::AlbListenerParts parts{building.loop,
                                                          hop,
                                                          building.faults.gate(hop),
                                                          building.shared.ends,
                                                          building.shared.logs,
                                                          building.next_seed++};
                        return std::make_shared<aws::AlbListener>(parts, std::move(settings));
                      },
                      [&](aws::AlbListener& one) { one.update(std::move(settings)); });
                });
}

void build_network_load_balancers(const Building& building) {
  const auto zones = zones_by_address(building.next);
  each_listener(building.topology(), LoadBalancerType::network,
                [&](const BalancerPointer& balancer, const ListenerPointer& listener) {
                  auto settings = nlb_settings(building, balancer, listener, zones);
                  building.components.nlbs.keep(
                      model::listener_key(balancer->name, listener->port),
                      [&] {
                        const Hop& hop = building.hop(balancer->name);
                        const aws::NlbListenerParts parts{
                            building.loop, hop, building.faults.gate(hop), building.shared.ends,
                            building.admission_changed};
                        return std::make_shared<aws::NlbListener>(parts, std::move(settings));
                      },
                      [&](aws::NlbListener& one) { one.update(std::move(settings)); });
                });
}

}  // namespace hoplab::topology
