#include "topology/worker.h"

#include <algorithm>

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

bool Worker::set_target_health(const std::string& group, const std::string& target,
                               const std::optional<std::string>& state) {
  const auto found = target_groups_.find(group);
  if (found == target_groups_.end()) return false;
  for (const auto& one : found->second->targets()) {
    if (one->id() != target) continue;
    one->said = state.has_value();
    if (state) {
      one->health = *state == "healthy"
                        ? aws::TargetHealth{aws::TargetState::healthy, "", ""}
                        : aws::TargetHealth{aws::TargetState::unhealthy,
                                            "Target.FailedHealthChecks", "set by hand"};
    }
    return true;
  }
  return false;
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
      add_doorways(balancer, listener, *albs_[key]);
    }
  }
  return {};
}

Result<aws::NlbTargetGroup> Worker::reach(const model::WeightedTargetGroup& weighted) {
  aws::NlbTargetGroup reached;
  reached.group = target_groups_.at(weighted.target_group).get();
  reached.weight = weighted.weight;
  const model::TargetGroup& group = reached.group->model();
  for (std::size_t i = 0; i < group.targets.size(); ++i) {
    const model::Target& target = group.targets[i];
    aws::NlbTarget one;
    one.target = reached.group->targets()[i].get();
    if (!target.load_balancer.empty()) {
      one.handler = albs_.at(listener_key(target.load_balancer, group.port)).get();
      one.address = {shared_.addresses->enis(target.load_balancer).front(), group.port};
    } else {
      const net::Address& address = shared_.services.at(target.service);
      auto dialer = net::make_tcp_dialer(loop_, address.ip, address.port);
      if (!dialer) return Error{dialer.error()};
      auto& relay = relays_[group.name + " " + target.service];
      relay = std::make_unique<net::Relay>(loop_, shared_.hops.at(target.service),
                                           std::move(dialer).value(), shared_.ends);
      one.handler = relay.get();
      one.address = address;
    }
    reached.targets.push_back(one);
  }
  return reached;
}

Result<void> Worker::make_nlbs() {
  for (const auto& balancer : shared_.topology.load_balancers) {
    if (balancer.type != model::LoadBalancerType::network) continue;
    for (const auto& listener : balancer.listeners) {
      std::vector<aws::NlbTargetGroup> groups;
      for (const auto& weighted : listener.default_action.target_groups) {
        auto reached = reach(weighted);
        if (!reached) return Error{reached.error()};
        groups.push_back(std::move(reached).value());
      }
      auto& nlb = nlbs_[listener_key(balancer.name, listener.port)];
      nlb = std::make_unique<aws::NlbListener>(loop_, shared_.hops.at(balancer.name), listener,
                                               std::move(groups),
                                               shared_.addresses->enis(balancer.name),
                                               gate(balancer.name), shared_.ends);
      add_doorways(balancer, listener, *nlb);
    }
  }
  return {};
}

void Worker::add_doorways(const model::LoadBalancer& balancer, const model::Listener& listener,
                          net::ConnectionHandler& handler) {
  const auto& hop = shared_.hops.at(balancer.name);
  std::size_t zone = 0;
  for (const std::string& ip : shared_.addresses->enis(balancer.name)) {
    Doorway doorway;
    doorway.endpoint = {balancer.name, load_balancer_dns_name(balancer, shared_.topology.region), ip,
                        listener.local_port, hop.kind, "active"};
    const bool answers = serves_zone(balancer, listener, balancer.availability_zones[zone++]);
    doorway.handler = answers ? &handler : nullptr;
    doorways_.push_back(std::move(doorway));
  }
}

/// Whether the load balancer's node in `zone` has a target to use. With cross-zone load balancing off
/// an NLB node uses those of its own zone only; a node without one drops what comes
/// (nlb-privatelink.md 1.4). A service on this machine is in every zone.
bool Worker::serves_zone(const model::LoadBalancer& balancer, const model::Listener& listener,
                         const std::string& zone) const {
  if (balancer.type != model::LoadBalancerType::network || balancer.attributes.cross_zone) return true;
  const model::Topology& topology = shared_.topology;
  for (const auto& weighted : listener.default_action.target_groups) {
    for (const auto& target : target_groups_.at(weighted.target_group)->model().targets) {
      if (target.load_balancer.empty()) return true;
      const auto& zones =
          model::Topology::find(topology.load_balancers, target.load_balancer)->availability_zones;
      if (std::ranges::find(zones, zone) != zones.end()) return true;
    }
  }
  return false;
}

void Worker::make_vpc_endpoints() {
  const model::Topology& topology = shared_.topology;
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (endpoint.execute_api()) continue;
    const auto& service = *model::Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
    const auto& balancer =
        *model::Topology::find(topology.load_balancers, service.network_load_balancer);
    const model::EndpointState state =
        endpoint.state.value_or(aws::state_of(service, endpoint.account));
    const bool private_name = endpoint.private_dns_enabled && !service.private_dns_name.empty();
    const std::string dns_name = private_name ? service.private_dns_name
                                              : vpc_endpoint_dns_name(endpoint, topology.region);
    const Hop& hop = shared_.hops.at(endpoint.name);
    for (const auto& listener : balancer.listeners) {
      auto& door = vpc_endpoints_[listener_key(endpoint.name, listener.port)];
      door = std::make_unique<aws::VpcEndpoint>(
          hop, gate(endpoint.name),
          nlbs_.at(listener_key(balancer.name, listener.port))->private_link());
      std::size_t doorway_zone = 0;
      for (const std::string& ip : shared_.addresses->enis(endpoint.name)) {
        Doorway doorway;
        doorway.endpoint = {endpoint.name, dns_name, ip, endpoint.local_port, hop.kind,
                            std::string(aws::to_text(state))};
        const std::string& zone = endpoint.availability_zones[doorway_zone++];
        const bool answers = state == model::EndpointState::available &&
                             serves_zone(balancer, listener, zone);
        doorway.handler = answers ? door.get() : nullptr;
        doorways_.push_back(std::move(doorway));
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
    options.unanswered = doorway.handler == nullptr;
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
  for (auto& [name, group] : target_groups_) group->stop();
  for (auto& [name, api] : execute_apis_) api->stop();
  for (auto& [name, stand_in] : stand_ins_) stand_in->stop();
  loop_.shut_down();
}

bool Worker::quiet() const {
  std::size_t running = 0;
  for (const auto& [key, alb] : albs_) running += alb->running();
  for (const auto& [key, relay] : relays_) running += relay->running();
  for (const auto& [key, nlb] : nlbs_) running += nlb->running();
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
