#include "topology/worker.h"

#include <algorithm>

namespace hoplab::topology {

std::string listener_key(const std::string& balancer, std::uint16_t port) {
  return balancer + ":" + std::to_string(port);
}

Worker::Worker(Shared& shared, unsigned index)
    : shared_(shared), index_(index), next_seed_(shared.seed + index * 0x1000193ULL) {
  const ClockSettings& clock = shared.options.clock;
  set_clock(clock.mode, clock.scale, clock.start.value_or(loop_.clock().now()));
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

Result<void> Worker::make_stand_ins() {
  for (const auto& service : shared_.topology.services) {
    if (!service.address.empty()) continue;
    auto stand_in = StandIn::open(loop_, shared_.hops.at(service.name), gate(service.name), service,
                                  shared_.health_checks, shared_.connection_ids);
    if (!stand_in) return Error{stand_in.error()};
    shared_.services[service.name] = stand_in.value()->address();
    stand_ins_[service.name] = std::move(stand_in).value();
  }
  return {};
}

void Worker::make_execute_api() {
  for (const auto& endpoint : shared_.topology.vpc_endpoints) {
    if (!endpoint.execute_api()) continue;
    execute_apis_[endpoint.name] = std::make_unique<aws::ExecuteApiServer>(
        loop_, shared_.hops.at(endpoint.name), gate(endpoint.name), *shared_.execute_api,
        endpoint.id, endpoint.vpc_id, next_seed_++);
  }
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
        sources.application_load_balancers[balancer.name].add(albs_.at(key)->counters());
      }
    }
  }
  // All loops check the same targets: one is enough.
  for (const auto& [name, group] : target_groups_) {
    MetricSources::Hosts hosts;
    for (const auto& target : group->targets()) {
      hosts.healthy += target->health.state == aws::TargetState::healthy ? 1 : 0;
      hosts.unhealthy += target->health.state == aws::TargetState::unhealthy ? 1 : 0;
    }
    sources.target_groups.try_emplace(name, hosts);
  }
}

Result<void> Worker::listen(const Worker* first) {
  for (std::size_t i = 0; i < doorways_.size(); ++i) {
    Doorway& doorway = doorways_[i];
    net::TcpListener::Options options;
    options.sink = &shared_.ends;
    options.ip = doorway.endpoint.address;
    options.port = first ? first->doorways_[i].endpoint.port : doorway.endpoint.port;
    options.reuse_port = shared_.options.threads > 1;
    doorway.in_force = doorway.gatekeeping();
    options.admission = doorway.in_force.admission;
    auto listener = net::TcpListener::open(loop_, options, shared_.connection_ids);
    if (!listener) {
      const bool chosen = options.port != 0 && first == nullptr;
      return Error{"'" + doorway.endpoint.name + "': " + listener.error() +
                   (chosen ? "; with localPort 0 it takes a free port" : "")};
    }
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
      flow.failures = failures_of(*journal);
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
                     target->health.reason, target->health.description,
                     group->fails_open_for(*target)});
    }
  }
  return all;
}

}  // namespace hoplab::topology
