#include "topology/worker.h"

#include <algorithm>
#include <utility>

#include "model/ids.h"
#include "net/tcp_stream.h"

namespace hoplab::topology {

namespace {

net::ConnectionChoice choice_of(const model::Fault& fault, std::uint64_t seed) {
  if (fault.every) return net::EveryNth{*fault.every};
  if (fault.percent) {
    const std::uint64_t own = seed ^ std::hash<std::string>{}(fault.name);
    return net::WithProbability{*fault.percent / 100.0, Rng(own)};
  }
  if (!fault.from.empty()) return net::FromClient{fault.from};
  return net::AllConnections{};
}

net::Fault to_gate(const model::Fault& fault, std::uint64_t seed) {
  net::Fault out;
  out.direction = fault.direction;
  out.stage = fault.stage;
  out.after_bytes = fault.after_bytes;
  out.action = fault.action;
  out.connections = choice_of(fault, seed);
  out.limit = fault.limit;
  return out;
}

}  // namespace

std::string listener_key(const std::string& balancer, std::uint16_t port) {
  return balancer + ":" + std::to_string(port);
}

Worker::Worker(Shared& shared, unsigned index)
    : shared_(shared), index_(index), next_seed_(shared.seed + index * 0x1000193ULL) {
  const ClockSettings& clock = shared.options.clock;
  set_clock(clock.mode, clock.scale, clock.start.value_or(loop_.clock().now()));
}

void Worker::set_clock(Clock::Mode mode, double scale, Time at) {
  switch (mode) {
    case Clock::Mode::real: loop_.clock().set_real(); break;
    case Clock::Mode::scaled: loop_.clock().set_scaled(at, scale); break;
    case Clock::Mode::stepped: loop_.clock().set_stepped(at); break;
  }
  loop_.clock_changed();
}

aws::TargetGroup* Worker::find_group(const std::string& group) const {
  const auto found = target_groups_.find(group);
  return found == target_groups_.end() ? nullptr : found->second.get();
}

void Worker::set_endpoint_state(const std::string& endpoint, model::EndpointState state) {
  for (auto& [key, one] : vpc_endpoints_) {
    if (key.starts_with(endpoint + ":")) one->become(state);
  }
  for (auto& doorway : doorways_) {
    if (doorway.endpoint.name == endpoint) doorway.endpoint.state = aws::to_text(state);
  }
  refresh_doorways();
}

void Worker::set_weight(const std::string& balancer, std::uint16_t port, const std::string& group,
                        int weight) {
  nlbs_.at(listener_key(balancer, port))->set_weight(group, weight);
}

void Worker::restore_targets() {
  for (auto& [name, group] : target_groups_) {
    for (const auto& target : group->targets()) {
      group->register_again(*target);
      group->say(*target, std::nullopt);
    }
  }
  for (const auto& balancer : shared_.topology.load_balancers) {
    if (balancer.type != model::LoadBalancerType::network) continue;
    for (const auto& listener : balancer.listeners) {
      for (const auto& [group, weight] : listener.default_action.target_groups) {
        set_weight(balancer.name, listener.port, group, weight);
      }
    }
  }
}

Result<void> Worker::connect_stand_in(const std::string& service, const std::string& answer) {
  return stand_ins_.at(service)->connect(answer);
}

Worker::~Worker() = default;

Result<std::unique_ptr<Worker>> Worker::build(Shared& shared, unsigned index) {
  std::unique_ptr<Worker> worker(new Worker(shared, index));
  if (index == 0) {
    if (auto done = worker->make_stand_ins(); !done) return Error{done.error()};
  }
  worker->make_execute_api();
  // Targets first, then what forwards to them: from the API towards the client.
  for (const auto type : {model::TargetType::ip, model::TargetType::instance}) {
    if (auto done = worker->make_target_groups(type); !done) return Error{done.error()};
  }
  if (auto done = worker->make_albs(); !done) return Error{done.error()};
  if (auto done = worker->make_target_groups(model::TargetType::alb); !done) {
    return Error{done.error()};
  }
  if (auto done = worker->make_nlbs(); !done) return Error{done.error()};
  worker->make_vpc_endpoints();
  for (const model::Fault& fault : shared.topology.faults) {
    if (fault.armed) worker->arm(fault);
  }
  return worker;
}

net::FaultGate& Worker::gate(const std::string& hop) {
  auto& gate = gates_[hop];
  if (!gate) gate = std::make_unique<net::FaultGate>(loop_);
  return *gate;
}

void Worker::arm(const model::Fault& fault) {
  Armed& armed = faults_[fault.name];
  net::FaultGate& here = gate(fault.hop);
  armed.push_back({&here, here.arm(to_gate(fault, shared_.seed))});
}

void Worker::disarm(const std::string& fault) {
  const ArmedFault& last = faults_.at(fault).back();
  last.gate->disarm(last.id);
}

std::vector<std::uint64_t> Worker::hits(const std::string& fault) const {
  std::vector<std::uint64_t> all;
  const auto found = faults_.find(fault);
  if (found == faults_.end()) return all;
  for (const ArmedFault& one : found->second) {
    const auto some = one.gate->hits(one.id);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Result<void> Worker::make_stand_ins() {
  for (const auto& service : shared_.topology.services) {
    if (!service.address.empty()) continue;
    auto stand_in = StandIn::open(loop_, shared_.hops.at(service.name), gate(service.name), service,
                                  "127.0.0.1", shared_.connection_ids);
    if (!stand_in) return Error{stand_in.error()};
    shared_.services[service.name] = stand_in.value()->address();
    stand_ins_[service.name] = std::move(stand_in).value();
  }
  return {};
}

void Worker::make_execute_api() {
  for (const auto& endpoint : shared_.topology.vpc_endpoints) {
    if (!endpoint.execute_api()) continue;
    execute_apis_[endpoint.name] = std::make_unique<apigateway::ExecuteApiServer>(
        loop_, shared_.hops.at(endpoint.name), gate(endpoint.name), *shared_.execute_api,
        endpoint.id, endpoint.vpc_id, next_seed_++);
  }
}

Result<void> Worker::make_albs() {
  for (const auto& balancer : shared_.topology.load_balancers) {
    if (balancer.type != model::LoadBalancerType::application) continue;
    for (const auto& listener : balancer.listeners) {
      const std::string key = listener_key(balancer.name, listener.port);
      aws::AlbListenerParts parts{loop_, shared_.hops.at(balancer.name), balancer, listener,
                                  load_balancer_dns_name(balancer, shared_.topology.region),
                                  std::nullopt, nullptr, {}, gate(balancer.name), shared_.ends,
                                  next_seed_++, {}};
      if (shared_.connection_log) parts.connection_logs.push_back(shared_.connection_log.get());
      if (shared_.log_archive) parts.connection_logs.push_back(shared_.log_archive.get());
      if (listener.protocol == "HTTPS") parts.tls = shared_.tls_contexts.at(key);
      const auto& mutual = listener.mutual_authentication;
      if (mutual.mode == model::MutualAuthenticationMode::verify) {
        parts.trust_store = shared_.trust_stores.find(mutual.trust_store);
      }
      for (const auto& [name, group] : target_groups_) parts.target_groups[name] = group.get();
      albs_[key] = std::make_unique<aws::AlbListener>(std::move(parts));
      net::Admission admission;
      if (auto set = security_group(balancer.security_groups, listener.port)) {
        admission.allowed.push_back(std::move(*set));
      }
      for (const auto& [zone, ip] : nodes_of(balancer)) {
        add_doorway({balancer.name, load_balancer_dns_name(balancer, shared_.topology.region), ip,
                     listener.local_port, shared_.hops.at(balancer.name).kind, "active",
                     listener.port, zone, {}},
                    albs_[key].get(), [admission] { return Gatekeeping{admission, {}, {}}; });
      }
    }
  }
  return {};
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

Result<aws::NlbTargetGroup> Worker::reach(const model::WeightedTargetGroup& weighted) {
  aws::NlbTargetGroup reached;
  reached.group = target_groups_.at(weighted.target_group).get();
  reached.weight = weighted.weight;
  const model::TargetGroup& group = reached.group->model();
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    const model::Target& target = group.targets[i];
    aws::Target& runtime = *reached.group->targets()[i];
    auto one = target.load_balancer.empty() ? reach_service(*reached.group, runtime, target.service)
                                            : reach_alb(group, runtime, target.load_balancer);
    if (!one) return Error{one.error()};
    reached.targets.push_back(std::move(one).value());
  }
  return reached;
}

Result<aws::NlbTarget> Worker::reach_alb(const model::TargetGroup& group, aws::Target& target,
                                         const std::string& balancer) {
  const auto& alb = *model::Topology::find(shared_.topology.load_balancers, balancer);
  aws::NlbTarget one;
  one.target = &target;
  one.handler = albs_.at(listener_key(balancer, group.port)).get();
  one.address = {shared_.addresses->enis(balancer).front(), group.port};
  one.zones = alb.availability_zones;
  one.security_group = security_group(alb.security_groups, group.port);
  return one;
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
  relay = std::make_unique<net::Relay>(
      loop_, shared_.hops.at(service), std::move(wrapped).value(), shared_.ends,
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
  if (!service.availability_zone.empty()) one.zones = {service.availability_zone};
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

Result<void> Worker::make_nlbs() {
  const auto zones = zones_by_address();
  for (const auto& balancer : shared_.topology.load_balancers) {
    if (balancer.type != model::LoadBalancerType::network) continue;
    const auto& enis = shared_.addresses->enis(balancer.name);
    const std::string dns_name = load_balancer_dns_name(balancer, shared_.topology.region);
    const Hop& hop = shared_.hops.at(balancer.name);
    for (const auto& listener : balancer.listeners) {
      const std::string key = listener_key(balancer.name, listener.port);
      aws::NlbListenerParts parts{.loop = loop_,
                                  .hop = hop,
                                  .load_balancer = balancer,
                                  .listener = listener,
                                  .groups = {},
                                  .nodes = {},
                                  .zones = zones,
                                  .security_group =
                                      security_group(balancer.security_groups, listener.port),
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
      for (std::size_t i = 0; i < enis.size(); ++i) {
        parts.nodes[balancer.availability_zones[i]] = enis[i];
      }
      if (listener.protocol == "TLS") {
        parts.tls = shared_.tls_contexts.at(key);
        parts.tls_logging.emplace(tls_logging(balancer, listener));
      }
      nlbs_[key] = std::make_unique<aws::NlbListener>(std::move(parts));
      for (const auto& [zone, ip] : nodes_of(balancer)) {
        aws::NlbListener* const nlb = nlbs_[key].get();
        add_doorway({balancer.name, dns_name, ip, listener.local_port, hop.kind, "active",
                     listener.port, zone, zone + "." + dns_name},
                    nlb, [nlb, zone = zone, name = balancer.name] {
                      return Gatekeeping{nlb->admission(zone, false), name,
                                         nlb->drop_metric(zone, false)};
                    });
      }
    }
    for (const std::uint16_t port : balancer.ports_without_listener) {
      for (const auto& [zone, ip] : nodes_of(balancer)) {
        add_doorway({balancer.name, dns_name, ip, 0, hop.kind, "active", port, zone,
                     zone + "." + dns_name}, nullptr,
                    [] { return Gatekeeping{net::Admission::dropped(), {}, {}}; });
      }
    }
  }
  return {};
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

void Worker::add_doorway(EndpointAddress address, net::ConnectionHandler* handler,
                         std::function<Gatekeeping()> gatekeeping) {
  Doorway doorway;
  doorway.endpoint = std::move(address);
  doorway.handler = handler;
  doorway.gatekeeping = std::move(gatekeeping);
  doorways_.push_back(std::move(doorway));
}

void Worker::make_vpc_endpoints() {
  const model::Topology& topology = shared_.topology;
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (endpoint.execute_api()) continue;
    const auto& service = *model::Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
    const auto& balancer =
        *model::Topology::find(topology.load_balancers, service.network_load_balancer);
    for (const auto& listener : balancer.listeners) {
      make_vpc_endpoint(endpoint, service, balancer, listener.port, &listener);
    }
    for (const std::uint16_t port : balancer.ports_without_listener) {
      make_vpc_endpoint(endpoint, service, balancer, port, nullptr);
    }
  }
}

/// `listener`: null where the load balancer has none at the port.
void Worker::make_vpc_endpoint(const model::VpcEndpoint& endpoint,
                               const model::VpcEndpointService& service,
                               const model::LoadBalancer& balancer, std::uint16_t port,
                               const model::Listener* listener) {
  const model::EndpointState state =
      endpoint.state.value_or(aws::state_of(service, endpoint.account));
  const bool private_name = endpoint.private_dns_enabled && !service.private_dns_name.empty();
  const std::string dns_name = private_name
                                   ? service.private_dns_name
                                   : vpc_endpoint_dns_name(endpoint, shared_.topology.region);
  const Hop& hop = shared_.hops.at(endpoint.name);
  aws::VpcEndpoint* door = nullptr;
  aws::NlbListener* nlb = nullptr;
  if (listener) {
    nlb = nlbs_.at(listener_key(balancer.name, port)).get();
    auto& made = vpc_endpoints_[listener_key(endpoint.name, port)];
    made = std::make_unique<aws::VpcEndpoint>(
        aws::VpcEndpointParts{loop_, hop, endpoint.id, gate(endpoint.name), *nlb, shared_.ends,
                              security_group(endpoint.security_groups, port)},
        state);
    door = made.get();
  }
  const auto& enis = shared_.addresses->enis(endpoint.name);
  for (std::size_t i = 0; i < enis.size(); ++i) {
    const std::string& zone = endpoint.availability_zones[i];
    add_doorway({endpoint.name, dns_name, enis[i], listener ? endpoint.local_port : std::uint16_t{0},
                 hop.kind, std::string(aws::to_text(state)), port, zone,
                 vpc_endpoint_zonal_dns_name(endpoint, shared_.topology.region, zone)},
                door, [door, nlb, zone, name = endpoint.name, behind = balancer.name] {
                  if (!door) return Gatekeeping{net::Admission::dropped(), {}, {}};
                  const net::Admission own = door->admission();
                  Gatekeeping keeping{own, name, "PacketsDropped"};
                  if (own == net::Admission{}) {
                    keeping.resource = behind;
                    keeping.metric = nlb->drop_metric(zone, true);
                  }
                  keeping.admission.narrow(nlb->admission(zone, true));
                  return keeping;
                });
  }
}

void Worker::admission_changed() {
  if (std::exchange(refresh_waits_, true)) return;
  loop_.post([this] {
    refresh_waits_ = false;
    if (!loop_.shutting_down()) refresh_doorways();
  });
}

void Worker::refresh_doorways() {
  for (auto& doorway : doorways_) {
    if (!doorway.listener) continue;
    count_dropped(doorway);
    doorway.in_force = doorway.gatekeeping();
    // Where the kernel does not let us, connections are accepted and dropped by who takes them.
    [[maybe_unused]] const auto done = doorway.listener->admit(doorway.in_force.admission);
  }
}

void Worker::count_dropped(Doorway& doorway) {
  const std::uint64_t all = doorway.listener->dropped();
  const std::uint64_t fresh = all - std::exchange(doorway.dropped, all);
  if (fresh == 0 || doorway.in_force.metric.empty()) return;
  dropped_[{doorway.in_force.resource, doorway.in_force.metric}] += fresh;
}

void Worker::add_to(MetricSources& sources) {
  for (auto& doorway : doorways_) count_dropped(doorway);
  for (const auto& [what, packets] : dropped_) sources.dropped[what] += packets;
  for (const auto& balancer : shared_.topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      const std::string key = listener_key(balancer.name, listener.port);
      if (balancer.type == model::LoadBalancerType::network) {
        sources.network_load_balancers[balancer.name].add(nlbs_.at(key)->counters());
      } else {
        sources.requests[balancer.name] += albs_.at(key)->requests();
      }
    }
  }
}

Result<void> Worker::listen(const Worker* first) {
  for (std::size_t i = 0; i < doorways_.size(); ++i) {
    Doorway& doorway = doorways_[i];
    net::TcpListener::Options options;
    options.ip = doorway.endpoint.address;
    options.port = first ? first->doorways_[i].endpoint.port : doorway.endpoint.port;
    options.reuse_port = shared_.options.threads > 1;
    doorway.in_force = doorway.gatekeeping();
    options.admission = doorway.in_force.admission;
    auto listener = net::TcpListener::open(loop_, options, shared_.connection_ids);
    if (!listener) return Error{"'" + doorway.endpoint.name + "': " + listener.error()};
    doorway.listener = std::move(listener).value();
    doorway.endpoint.port = doorway.listener->address().port;
  }
  return {};
}

Task<void> Worker::settle() {
  for (auto& [name, stand_in] : stand_ins_) stand_in->start();
  // Groups behind a load balancer settle before the group that the load balancer itself is in.
  for (const bool alb_groups : {false, true}) {
    for (auto& [name, group] : target_groups_) {
      if ((group->model().target_type == model::TargetType::alb) == alb_groups) {
        co_await group->settle();
      }
    }
  }
}

void Worker::use_trust_store(const std::string& name) {
  for (const auto& balancer : shared_.topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      if (listener.mutual_authentication.trust_store != name) continue;
      const std::string key = listener_key(balancer.name, listener.port);
      albs_.at(key)->use_trust_store(shared_.trust_stores.find(name), shared_.tls_contexts.at(key));
    }
  }
}

void Worker::deliver_logs() {
  shared_.log_archive->deliver(loop_.now());
  log_delivery_->after(ConnectionLogArchive::kInterval);
}

void Worker::open() {
  if (shared_.log_archive && index_ == 0) {
    log_delivery_.emplace(loop_, [this] { deliver_logs(); });
    log_delivery_->after(ConnectionLogArchive::kInterval);
  }
  for (auto& [name, group] : target_groups_) group->start();
  refresh_doorways();
  for (auto& doorway : doorways_) {
    if (doorway.handler) doorway.listener->start(*doorway.handler);
  }
}

void Worker::begin_stop() {
  log_delivery_.reset();
  for (auto& doorway : doorways_) doorway.listener->stop();
  for (auto& [key, alb] : albs_) alb->stop();
  for (auto& [key, relay] : relays_) relay->stop();
  for (auto& [key, nlb] : nlbs_) nlb->stop();
  for (auto& [key, endpoint] : vpc_endpoints_) endpoint->stop();
  for (auto& [name, group] : target_groups_) group->stop();
  for (auto& [name, api] : execute_apis_) api->stop();
  for (auto& [name, stand_in] : stand_ins_) stand_in->stop();
  for (auto& [name, gate] : gates_) gate->stop(shared_.hops.at(name));
  loop_.shut_down();
}

bool Worker::quiet() const {
  std::size_t running = 0;
  for (const auto& [key, alb] : albs_) running += alb->running();
  for (const auto& [key, relay] : relays_) running += relay->running();
  for (const auto& [key, nlb] : nlbs_) running += nlb->running();
  for (const auto& [key, endpoint] : vpc_endpoints_) running += endpoint->running();
  for (const auto& [name, gate] : gates_) running += gate->running();
  for (const auto& [name, group] : target_groups_) running += group->running();
  for (const auto& [name, api] : execute_apis_) running += api->running();
  for (const auto& [name, stand_in] : stand_ins_) running += stand_in->running();
  return running == 0;
}

std::uint64_t Worker::requests() const {
  std::uint64_t sum = 0;
  for (const auto& [key, alb] : albs_) sum += alb->requests();
  return sum;
}

std::uint64_t Worker::flows() const {
  std::uint64_t accepted = 0;
  for (const auto& doorway : doorways_) accepted += doorway.listener->accepted();
  return accepted;
}

void Worker::add_flows(std::vector<FlowStatus>& flows) const {
  for (const auto& doorway : doorways_) {
    for (const auto& journal : doorway.listener->live()) {
      FlowStatus& flow = flows.emplace_back();
      flow.id = journal->id;
      flow.accepted_at = journal->accepted_at;
      flow.client = journal->client;
      for (const Hop* hop : journal->hops) flow.hops.push_back(hop->name);
      flow.stage = journal->stage;
      flow.tls_version = journal->tls_version;
      flow.verify_status = journal->verify_status;
      flow.requests = journal->requests;
      flow.bytes_from_client = journal->bytes_from_client;
      flow.bytes_to_client = journal->bytes_to_client;
      flow.cause = journal->cause;
    }
  }
}

std::vector<TargetStatus> Worker::target_health() const {
  std::vector<TargetStatus> all;
  for (const auto& [name, group] : target_groups_) {
    for (const auto& target : group->targets()) {
      all.push_back({name, target->id(), std::string(aws::to_text(target->health.state)),
                     target->health.reason, target->health.description, group->fails_open()});
    }
  }
  return all;
}

}  // namespace hoplab::topology
