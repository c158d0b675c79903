// What changes a worker while it runs: faults, the clock, targets and their health, endpoints'
// states, trust stores.

#include "base/hash.h"
#include "topology/worker.h"

namespace hoplab::topology {

namespace {

net::ConnectionChoice choice_of(const model::Fault& fault, std::uint64_t seed) {
  if (fault.every) return net::EveryNth{*fault.every};
  if (fault.percent) {
    const std::uint64_t own = seed ^ stirred_hash(fault.name);
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

void Worker::use_trust_store(const std::string& name) {
  for (const auto& balancer : shared_.topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      if (listener.mutual_authentication.trust_store != name) continue;
      const std::string key = listener_key(balancer.name, listener.port);
      albs_.at(key)->use_trust_store(shared_.trust_stores.find(name), shared_.tls_contexts.at(key));
    }
  }
}

}  // namespace hoplab::topology
