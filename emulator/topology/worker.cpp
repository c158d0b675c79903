#include "topology/worker.h"

#include <algorithm>

#include "model/ids.h"
#include "topology/zonal_health.h"

namespace hoplab::topology {

namespace {

/// Another address of its own makes another stand-in.
std::string stand_in_key(const model::Service& service) {
  return service.name + " " + service.stand_in_ip;
}

/// Each loop chooses other sequence numbers.
std::unique_ptr<capture::LoopCapture> listening(Loop& loop, const Shared& shared, unsigned index) {
  if (!shared.capture) return nullptr;
  return std::make_unique<capture::LoopCapture>(loop, shared.capture,
                                                shared.seed ^ (std::uint64_t{index} << 32));
}

}  // namespace

Worker::Worker(Shared& shared, unsigned index)
    : shared_(shared),
      index_(index),
      capture_(listening(loop_, shared, index)),
      faults_(loop_, shared.seed, capture_.get()),
      doors_(loop_, shared),
      next_seed_(shared.seed + index * 0x1000193ULL) {
  const ClockSettings& clock = shared.options.clock;
  const Time at = clock.start.value_or(loop_.clock().now());
  switch (clock.mode) {
    case Clock::Mode::real: break;
    case Clock::Mode::scaled: loop_.clock().set_scaled(at, clock.scale); break;
    case Clock::Mode::stepped: loop_.clock().set_stepped(at); break;
  }
}

void Worker::set_clock(const ClockSettings& settings) {
  loop_.clock().change(settings);
  loop_.clock_changed();
}

Result<void> Worker::open(Prepared& next, Remembered& remembered) {
  if (index_ == 0) {
    for (const auto& service : next.topology->services) {
      if (!service.address.empty()) continue;
      const std::string key = stand_in_key(service);
      auto stand_in = components_.stand_ins.find(key);
      if (!stand_in) {
        std::uint16_t& port = remembered.stand_in_ports[key];
        const Hop& hop = *next.hops.at(service.name);
        const auto open = [&](std::uint16_t at) {
          return StandIn::open(loop_, hop, faults_.gate(hop), service,
                               next.stand_ins.at(service.name), at, shared_.health_checks,
                               shared_.requests, shared_.connection_ids);
        };
        auto opened = open(port);
        if (!opened && port != 0) opened = open(0);
        if (!opened) {
          discard();
          return opened.failure();
        }
        stand_in = std::move(opened).value();
        port = stand_in->address().port;
        opened_stand_ins_[key] = stand_in;
      }
      auto resolved = net::resolve(stand_in->address());
      if (!resolved) return resolved.failure();
      next.services[service.name] = std::move(resolved).value();
    }
  }
  if (index_ > 0 && next.one_loop) return {};
  auto done = doors_.open(next.doors, remembered.ports, index_ == 0);
  if (!done) discard();
  return done;
}

namespace {

bool is_asked_by_http2(const model::Topology& topology, const std::string& service) {
  return std::ranges::any_of(topology.target_groups, [&service](const model::TargetGroup& group) {
    return group.protocol_version != model::ProtocolVersion::http1 &&
           std::ranges::find(group.targets, service, &model::Target::service) !=
               group.targets.end();
  });
}

}  // namespace

void Worker::discard() {
  doors_.discard();
  for (auto& [key, stand_in] : opened_stand_ins_) stand_in->stop();
  opened_stand_ins_.clear();
}

void Worker::build_stand_ins(const Prepared& next) {
  for (const auto& service : next.topology->services) {
    if (!service.address.empty()) continue;
    const std::string key = stand_in_key(service);
    components_.stand_ins
        .keep(
            key, [&] { return opened_stand_ins_.at(key); },
            [&](StandIn& one) { one.update(service, next.stand_ins.at(service.name)); })
        ->speak_http2(is_asked_by_http2(*next.topology, service.name));
  }
  opened_stand_ins_.clear();
}

void Worker::take(std::shared_ptr<const Prepared> next) {
  const auto before = std::exchange(now_, std::move(next));
  taking_ = true;
  const Building building{.loop = loop_,
                          .shared = shared_,
                          .next = *now_,
                          .components = components_,
                          .faults = faults_,
                          .targets_changed = [this] { targets_changed(); },
                          .admission_changed = [this] { doors_.admission_changed(); },
                          .next_seed = next_seed_};
  if (index_ == 0) build_stand_ins(*now_);
  build_functions(building);
  build_web_sites(building);
  build_execute_apis(building);
  build_target_groups(building, false);
  build_application_load_balancers(building);
  build_target_groups(building, true);
  build_network_load_balancers(building);
  build_vpc_endpoints(building);
  build_proxies(building);
  static const std::vector<DoorPlan> kNone;
  doors_.take(index_ > 0 && now_->one_loop ? kNone : now_->doors, *now_, components_);
  faults_.take(*now_->topology, now_->hops);
  drain_what_is_gone();
  if (started_) start_components();
  taking_ = false;
  tell_dns();
}

/// From the client towards the API.
void Worker::drain_what_is_gone() {
  const model::Topology& topology = *now_->topology;
  components_.vpc_endpoints.drain_others([&](const std::string& key, aws::VpcEndpoint& one) {
    // Of a deleted listener alone, the load balancer tells the clients.
    const std::string name = key.substr(0, key.rfind(':'));
    if (!model::Topology::find(topology.vpc_endpoints, name)) one.vanish();
  });
  components_.nlbs.drain_others([&](const std::string& key, aws::NlbListener& one) {
    gone_.network_load_balancers[key.substr(0, key.rfind(':'))].add(one.counters());
  });
  components_.relays.drain_others();
  components_.albs.drain_others([&](const std::string& key, aws::AlbListener& one) {
    gone_.application_load_balancers[key.substr(0, key.rfind(':'))].add(one.counters());
    requests_gone_ += one.requests();
  });
  components_.target_groups.drain_others();
  components_.functions.drain_others();
  components_.http_endpoints.drain_others();
  components_.web_sites.drain_others();
  components_.execute_apis.drain_others();
  components_.stand_ins.drain_others();
}

void Worker::targets_changed() {
  for (const auto& [key, nlb] : components_.nlbs) nlb->targets_changed();
  tell_dns();
}

/// All loops check the same targets: the first tells.
void Worker::tell_dns() {
  if (index_ == 0 && !taking_) shared_.names.leave_out(out_of_dns(zonal_health()));
}

void Worker::add_to(MetricSources& sources) {
  doors_.add_dropped(sources.dropped);
  for (const auto& [name, counters] : gone_.network_load_balancers) {
    sources.network_load_balancers[name].add(counters);
  }
  for (const auto& [name, counters] : gone_.application_load_balancers) {
    sources.application_load_balancers[name].add(counters);
  }
  for (const auto& balancer : now_->topology->load_balancers) {
    for (const auto& listener : balancer.listeners) {
      const std::string key = model::listener_key(balancer.name, listener.port);
      if (balancer.type == model::LoadBalancerType::network) {
        sources.network_load_balancers[balancer.name].add(components_.nlbs.at(key)->counters());
      } else {
        sources.application_load_balancers[balancer.name].add(components_.albs.at(key)->counters());
      }
    }
  }
  // All loops check the same targets: one is enough.
  for (const auto& [name, group] : components_.target_groups) {
    MetricSources::Hosts hosts;
    group->look_for_anomalies();
    for (const auto& target : group->targets()) {
      hosts.healthy += target->health.state == aws::TargetState::healthy ? 1 : 0;
      hosts.unhealthy += target->health.state == aws::TargetState::unhealthy ? 1 : 0;
      hosts.anomalous += target->share.anomalous ? 1 : 0;
      hosts.mitigated += target->share.halved > 0 ? 1 : 0;
    }
    sources.target_groups.try_emplace(name, hosts);
  }
  if (index_ == 0) sources.zones = zonal_health();
}

Task<void> Worker::settle() {
  for (const auto& [name, stand_in] : components_.stand_ins) stand_in->start();
  // Groups behind a load balancer settle before the group that the load balancer itself is in.
  for (const bool alb_groups : {false, true}) {
    for (const auto& [name, group] : components_.target_groups) {
      if ((group->model().target_type == model::TargetType::alb) == alb_groups) {
        co_await group->settle();
      }
    }
  }
}

void Worker::deliver_logs() {
  shared_.logs.deliver(loop_.calendar());
  log_delivery_->after(LogArchive::kInterval);
}

void Worker::start() {
  if (shared_.logs.delivers() && index_ == 0) {
    log_delivery_.emplace(loop_, [this] { deliver_logs(); });
    log_delivery_->after(LogArchive::kInterval);
  }
  started_ = true;
  start_components();
  doors_.start();
}

void Worker::start_components() {
  for (const auto& [name, stand_in] : components_.stand_ins) stand_in->start();
  for (const auto& [name, group] : components_.target_groups) group->start();
}

void Worker::begin_stop() {
  log_delivery_.reset();
  discard();
  doors_.stop();
  components_.albs.stop();
  components_.relays.stop();
  components_.nlbs.stop();
  components_.vpc_endpoints.stop();
  components_.target_groups.stop();
  components_.functions.stop();
  components_.http_endpoints.stop();
  components_.web_sites.stop();
  components_.execute_apis.stop();
  components_.stand_ins.stop();
  faults_.stop();
  loop_.shut_down();
}

bool Worker::quiet() const {
  return components_.albs.running() + components_.relays.running() + components_.nlbs.running() +
             components_.vpc_endpoints.running() + components_.target_groups.running() +
             components_.functions.running() + components_.http_endpoints.running() +
             components_.web_sites.running() + components_.execute_apis.running() +
             components_.stand_ins.running() + faults_.running() + doors_.running() ==
         0;
}

std::uint64_t Worker::requests() const {
  std::uint64_t sum = requests_gone_;
  for (const auto& [key, alb] : components_.albs) sum += alb->requests();
  return sum;
}

void Worker::add_flows(std::vector<FlowStatus>& flows) const {
  for (const auto& journal : doors_.live()) {
    FlowStatus& flow = flows.emplace_back();
    flow.id = journal->id;
    flow.accepted_at = journal->accepted_at + journal->calendar_offset;
    flow.client = journal->client;
    for (const Hop* hop : journal->hops) flow.hops.push_back(hop->name);
    flow.stage = journal->stage;
    flow.stages = stages_of(*journal);
    flow.tls_version = journal->tls_version;
    flow.certificate_subject = journal->certificate_subject;
    flow.verify_status = journal->verify_status;
    flow.requests = journal->requests;
    flow.failures = failures_of(*journal);
    flow.bytes_from_client = journal->bytes_from_client;
    flow.bytes_to_client = journal->bytes_to_client;
    flow.cause = journal->cause;
  }
}

std::vector<ZoneStatus> Worker::zonal_health() const {
  return topology::zonal_health(*now_, components_);
}

std::vector<TargetStatus> Worker::target_health() const {
  std::vector<TargetStatus> all;
  for (const auto& [name, group] : components_.target_groups) {
    for (const auto& target : group->targets()) {
      all.push_back({name, target->id(), std::string(aws::to_text(target->health.state)),
                     target->health.reason, target->health.description,
                     fails_open_for(*now_->topology, *group, *target)});
    }
  }
  return all;
}

}  // namespace hoplab::topology
