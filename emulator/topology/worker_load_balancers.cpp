// How a worker makes load balancers, and how a network load balancer reaches its targets.

#include "model/ids.h"
#include "net/tcp_stream.h"
#include "topology/worker.h"

namespace hoplab::topology {

Result<void> Worker::make_albs() {
  for (const auto& balancer : shared_.topology.load_balancers) {
    if (balancer.type != model::LoadBalancerType::application) continue;
    for (const auto& listener : balancer.listeners) {
      const std::string key = listener_key(balancer.name, listener.port);
      aws::AlbListenerParts parts{loop_,
                                  shared_.hops.at(balancer.name),
                                  balancer,
                                  listener,
                                  load_balancer_dns_name(balancer, shared_.topology.region),
                                  std::nullopt,
                                  nullptr,
                                  {},
                                  {},
                                  gate(balancer.name),
                                  shared_.ends,
                                  next_seed_++,
                                  {}};
      if (shared_.connection_log) parts.connection_logs.push_back(shared_.connection_log.get());
      if (shared_.log_archive) parts.connection_logs.push_back(shared_.log_archive.get());
      if (listener.protocol == "HTTPS") parts.tls = shared_.tls_contexts.at(key);
      const auto& mutual = listener.mutual_authentication;
      if (mutual.mode == model::MutualAuthenticationMode::verify) {
        parts.trust_store = shared_.trust_stores.find(mutual.trust_store);
      }
      for (const auto& [name, group] : target_groups_) parts.target_groups[name] = group.get();
      parts.zones = zones_by_address();
      albs_[key] = std::make_unique<aws::AlbListener>(std::move(parts));
      net::Admission admission;
      if (auto set = security_group(balancer.security_groups, listener.port)) {
        admission.allowed.push_back(std::move(*set));
      }
      for (const auto& [zone, ip] : nodes_of(balancer)) {
        add_doorway({balancer.name,
                     load_balancer_dns_name(balancer, shared_.topology.region),
                     ip,
                     listener.local_port,
                     shared_.hops.at(balancer.name).kind,
                     "active",
                     listener.port,
                     zone,
                     {}},
                    albs_[key].get(), [admission] {
                      return Gatekeeping{admission, {}, {}};
                    });
      }
    }
  }
  return {};
}

Result<void> Worker::make_nlbs() {
  for (const auto& balancer : shared_.topology.load_balancers) {
    if (balancer.type != model::LoadBalancerType::network) continue;
    const std::string dns_name = load_balancer_dns_name(balancer, shared_.topology.region);
    const Hop& hop = shared_.hops.at(balancer.name);
    const auto door_at = [&](std::uint16_t port, std::uint16_t local_port, const std::string& zone,
                             const std::string& ip) {
      return EndpointAddress{balancer.name, dns_name, ip,   local_port,           hop.kind,
                             "active",      port,     zone, zone + "." + dns_name};
    };
    for (const auto& listener : balancer.listeners) {
      auto made = make_nlb(balancer, listener);
      if (!made) return Error{made.error()};
      for (const auto& [zone, ip] : nodes_of(balancer)) {
        add_doorway(
            door_at(listener.port, listener.local_port, zone, ip), made.value(),
            [nlb = made.value(), zone = zone, name = balancer.name] {
              return Gatekeeping{nlb->admission(zone, false), name, nlb->drop_metric(zone, false)};
            });
      }
    }
    for (const std::uint16_t port : balancer.ports_without_listener) {
      for (const auto& [zone, ip] : nodes_of(balancer)) {
        add_doorway(door_at(port, 0, zone, ip), nullptr, [] {
          return Gatekeeping{net::Admission::dropped(), {}, {}};
        });
      }
    }
  }
  return {};
}

Result<aws::NlbListener*> Worker::make_nlb(const model::LoadBalancer& balancer,
                                           const model::Listener& listener) {
  const std::string key = listener_key(balancer.name, listener.port);
  aws::NlbListenerParts parts{
      .loop = loop_,
      .hop = shared_.hops.at(balancer.name),
      .load_balancer = balancer,
      .listener = listener,
      .groups = {},
      .nodes = {},
      .zones = zones_by_address(),
      .security_group = security_group(balancer.security_groups, listener.port),
      .tls = std::nullopt,
      .tls_logging = std::nullopt,
      .gate = gate(balancer.name),
      .sink = shared_.ends,
      .admission_changed = [this] { admission_changed(); }};
  for (const auto& weighted : listener.default_action.target_groups) {
    auto reached = reach(weighted);
    if (!reached) return Error{reached.error()};
    parts.groups.push_back(std::move(reached).value());
  }
  for (const auto& [zone, ip] : nodes_of(balancer)) parts.nodes[zone] = ip;
  if (listener.protocol == "TLS") {
    parts.tls = shared_.tls_contexts.at(key);
    parts.tls_logging.emplace(tls_logging(balancer, listener));
  }
  auto& nlb = nlbs_[key];
  nlb = std::make_unique<aws::NlbListener>(std::move(parts));
  return nlb.get();
}

Result<aws::NlbTargetGroup> Worker::reach(const model::WeightedTargetGroup& weighted) {
  aws::NlbTargetGroup reached;
  reached.group = target_groups_.at(weighted.target_group).get();
  reached.weight = weighted.weight;
  const model::TargetGroup& group = reached.group->model();
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    const model::Target& target = group.targets[i];
    aws::Target& runtime = *reached.group->targets()[i];
    if (!target.load_balancer.empty()) {
      reach_alb(group, runtime, target.load_balancer, reached.targets);
      continue;
    }
    auto one = reach_service(*reached.group, runtime, target.service);
    if (!one) return Error{one.error()};
    reached.targets.push_back(std::move(one).value());
  }
  return reached;
}

void Worker::reach_alb(const model::TargetGroup& group, aws::Target& target,
                       const std::string& balancer, std::vector<aws::NlbTarget>& reached) {
  const auto& alb = *model::Topology::find(shared_.topology.load_balancers, balancer);
  for (const auto& [zone, ip] : nodes_of(alb)) {
    aws::NlbTarget& one = reached.emplace_back();
    one.target = &target;
    one.handler = albs_.at(listener_key(balancer, group.port)).get();
    one.address = {ip, group.port};
    one.zones = {zone};
    one.security_group = security_group(alb.security_groups, group.port);
  }
}

/// Several listeners may forward to the group: they share its relays.
Result<net::Relay*> Worker::relay_to(aws::TargetGroup& group, aws::Target& target,
                                     const std::string& service) {
  auto& relay = relays_[group.name() + " " + service];
  if (relay) return relay.get();
  const net::Address& address = shared_.services.at(service);
  auto dialer = net::make_tcp_dialer(loop_, address.ip, address.port);
  if (!dialer) return Error{dialer.error()};
  auto wrapped = wrap_in_tls(std::move(dialer).value(), group.model().protocol == "TLS");
  if (!wrapped) return Error{wrapped.error()};
  relay = std::make_unique<net::Relay>(loop_, shared_.hops.at(service), std::move(wrapped).value(),
                                       shared_.ends,
                                       [&group, &target](const net::Dialer::Dialed& dialed) {
                                         group.met(target, aws::reachability_after(dialed));
                                       });
  return relay.get();
}

Result<aws::NlbTarget> Worker::reach_service(aws::TargetGroup& group, aws::Target& target,
                                             const std::string& name) {
  const auto& service = *model::Topology::find(shared_.topology.services, name);
  const auto relay = relay_to(group, target, name);
  if (!relay) return Error{relay.error()};
  aws::NlbTarget one;
  one.target = &target;
  one.handler = relay.value();
  one.address = shared_.services.at(name);
  one.zones = target.zones;
  if (service.connection_tracking_s) {
    one.connection_tracking = std::chrono::seconds(*service.connection_tracking_s);
  }
  return one;
}

aws::TlsLogging Worker::tls_logging(const model::LoadBalancer& balancer,
                                    const model::Listener& listener) {
  aws::TlsLogging logging{loop_, {}, {}, {}, {}};
  const std::string id = model::derived_load_balancer_id(balancer.name);
  logging.load_balancer = "net/" + balancer.name + "/" + id;
  logging.listener = model::derived_load_balancer_id(listener_key(balancer.name, listener.port));
  logging.certificate_arn = "arn:aws:acm:" + shared_.topology.region +
                            ":111111111111:certificate/" + listener.certificates.front();
  if (shared_.access_log) logging.logs.push_back(shared_.access_log.get());
  return logging;
}

std::map<std::string, std::string> Worker::zones_by_address() const {
  std::map<std::string, std::string> zones;
  const auto add = [&](const std::string& name, const std::vector<std::string>& of) {
    const auto& enis = shared_.addresses->enis(name);
    for (std::size_t i = 0; i < of.size(); ++i) zones[enis[i]] = of[i];
  };
  for (const auto& one : shared_.topology.vpc_endpoints) add(one.name, one.availability_zones);
  for (const auto& one : shared_.topology.load_balancers) add(one.name, one.availability_zones);
  return zones;
}

std::vector<std::pair<std::string, std::string>> Worker::nodes_of(
    const model::LoadBalancer& balancer) const {
  std::vector<std::pair<std::string, std::string>> nodes;
  const auto& enis = shared_.addresses->enis(balancer.name);
  for (std::size_t i = 0; i < enis.size(); ++i) {
    nodes.emplace_back(balancer.availability_zones[i], enis[i]);
  }
  return nodes;
}

std::optional<AddressSet> Worker::security_group(const std::vector<std::string>& names,
                                                 std::uint16_t port) const {
  if (names.empty()) return std::nullopt;
  AddressSet set;
  for (const std::string& name : names) {
    const auto& group = *model::Topology::find(shared_.topology.security_groups, name);
    for (const auto& rule : group.ingress) {
      if (rule.covers(port)) set.push_back(parse_range(rule.cidr_ip).value());
    }
  }
  return set;
}

}  // namespace hoplab::topology
