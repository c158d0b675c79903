#include "topology/loop_faults.h"

#include <utility>

#include "base/hash.h"

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
  out.delay = fault.delay.value_or(Duration::zero());
  out.jitter = fault.jitter.value_or(Duration::zero());
  out.bytes_per_second = fault.bytes_per_second.value_or(0);
  out.size = fault.size.value_or(0);
  out.variation = fault.variation.value_or(0);
  out.status = fault.status.value_or(0);
  out.cut = fault.cut.value_or(CutBy::reset);
  out.missing_bytes = fault.missing_bytes.value_or(0);
  // Not that of the choice: who is hit says nothing about how.
  out.seed = stirred_hash("how " + fault.name) ^ seed;
  out.connections = choice_of(fault, seed);
  out.limit = fault.limit;
  return out;
}

}  // namespace

net::FaultGate& LoopFaults::gate(const Hop& hop) {
  auto& gate = gates_[&hop];
  if (!gate) {
    gate = std::make_unique<net::FaultGate>(loop_, capture_ ? &capture_->tap(hop) : nullptr);
  }
  return *gate;
}

void LoopFaults::Armed::leave_gate() {
  if (!gate) return;
  const auto hits = std::exchange(gate, nullptr)->forget(id);
  earlier_hits.insert(earlier_hits.end(), hits.begin(), hits.end());
}

void LoopFaults::arm(Armed& armed, net::FaultGate& gate) {
  armed.leave_gate();
  armed.gate = &gate;
  armed.id = gate.arm(to_gate(armed.fault, seed_));
  armed.now = true;
}

void LoopFaults::take(const model::Topology& topology,
                      const std::map<std::string, const Hop*>& hops) {
  for (auto one = faults_.begin(); one != faults_.end();) {
    auto& [name, armed] = *one;
    const auto* wanted = model::Topology::find(topology.faults, name);
    if (!wanted) {
      armed.leave_gate();
      one = faults_.erase(one);
      continue;
    }
    if (armed.now && *wanted != armed.fault) {
      armed.gate->disarm(armed.id);
      armed.now = false;
    }
    ++one;
  }
  for (const model::Fault& fault : topology.faults) {
    Armed& armed = faults_[fault.name];
    if (!fault.armed || armed.now) continue;
    armed.fault = fault;
    arm(armed, gate(*hops.at(fault.hop)));
  }
}

std::vector<std::uint64_t> LoopFaults::hits(const std::string& fault) const {
  const auto found = faults_.find(fault);
  if (found == faults_.end()) return {};
  const Armed& armed = found->second;
  std::vector<std::uint64_t> all = armed.earlier_hits;
  if (!armed.gate) return all;
  const auto last = armed.gate->hits(armed.id);
  all.insert(all.end(), last.begin(), last.end());
  return all;
}

void LoopFaults::forget() {
  for (auto& [name, armed] : faults_) {
    net::FaultGate* const gate = armed.gate;
    armed.leave_gate();
    armed.earlier_hits.clear();
    if (armed.now) arm(armed, *gate);
  }
}

void LoopFaults::stop() {
  for (const auto& [hop, gate] : gates_) gate->stop(*hop);
}

std::size_t LoopFaults::running() const {
  std::size_t running = 0;
  for (const auto& [hop, gate] : gates_) running += gate->running();
  return running;
}

}  // namespace hoplab::topology
