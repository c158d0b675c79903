// Emulator: what changes it while it runs: trust stores, faults, targets' health, the clock.
#include <algorithm>
#include <cassert>

#include "model/validate.h"
#include "topology/emulator_impl.h"
#include "topology/listener_tls.h"

namespace hoplab {

using topology::Shared;
using topology::Worker;

Result<void> topology::check_clock(const ClockSettings& settings, unsigned threads) {
  if (threads > 1 && settings.mode == Clock::Mode::stepped) {
    return Error{"a stepped clock has one thread: steps would not be in order otherwise"};
  }
  return {};
}

/// After `name` has changed: new contexts where its CAs are advertised, then every loop's
/// listeners.
Result<void> Emulator::Impl::spread_trust_store(const std::string& name) {
  for (const auto& balancer : shared.topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      const auto& mutual = listener.mutual_authentication;
      if (mutual.trust_store != name || !mutual.advertise_trust_store_ca_names) continue;
      auto context =
          topology::listener_context(balancer, listener, *shared.materials, shared.trust_stores);
      if (!context) return Error{context.error()};
      shared.tls_contexts.insert_or_assign(topology::listener_key(balancer.name, listener.port),
                                           std::move(context).value());
    }
  }
  for (const auto& worker : workers) run_in_loop(*worker, [&] { worker->use_trust_store(name); });
  shared.trust_stores.give_back_memory();
  return {};
}

std::vector<TrustStoreDescription> Emulator::trust_stores() const {
  std::vector<TrustStoreDescription> all;
  for (const std::string& name : impl_->shared.trust_stores.names()) {
    const auto store = impl_->shared.trust_stores.find(name);
    TrustStoreDescription one{name, store->ca_count(), store->total_revoked_entries(), {}};
    for (const auto& list : store->revocations()) {
      one.revocations.push_back({list.revocation_id, list.entries, list.issuer});
    }
    all.push_back(std::move(one));
  }
  return all;
}

Result<void> Emulator::modify_trust_store(const std::string& name,
                                          const std::string& ca_bundle_pem) {
  auto done = impl_->shared.trust_stores.modify(name, ca_bundle_pem);
  return done ? impl_->spread_trust_store(name) : done;
}

Result<std::vector<std::int64_t>> Emulator::add_trust_store_revocations(
    const std::string& name, const std::vector<std::string>& crl_pems) {
  auto ids = impl_->shared.trust_stores.add_revocations(name, crl_pems);
  if (!ids) return ids;
  if (auto spread = impl_->spread_trust_store(name); !spread) return Error{spread.error()};
  return ids;
}

Result<void> Emulator::remove_trust_store_revocations(
    const std::string& name, const std::vector<std::int64_t>& revocation_ids) {
  auto done = impl_->shared.trust_stores.remove_revocations(name, revocation_ids);
  return done ? impl_->spread_trust_store(name) : done;
}

Result<void> Emulator::revoke(const std::string& certificate) {
  Shared& shared = impl_->shared;
  auto& certificates = shared.topology.pki.certificates;
  const auto found = std::ranges::find(certificates, certificate, &model::Certificate::name);
  if (found == certificates.end()) {
    return Error{"there is no certificate '" + certificate + "' in the scenario"};
  }
  if (found->issuer.empty()) {
    return Error{"'" + certificate + "' is self-signed: no authority could revoke it"};
  }
  found->revoked = true;
  auto crl = shared.materials->crl_of(found->issuer, shared.topology.pki, epoch_seconds(now()));
  if (!crl) return Error{crl.error()};
  bool known = false;
  for (const auto& store : shared.topology.trust_stores) {
    if (std::ranges::find(store.ca_certificates, found->issuer) == store.ca_certificates.end()) {
      continue;
    }
    known = true;
    auto renewed = shared.trust_stores.renew_list(store.name, found->issuer, crl.value());
    if (!renewed) return renewed;
    if (auto spread = impl_->spread_trust_store(store.name); !spread) return spread;
  }
  if (known) return {};
  return Error{"no trust store has '" + found->issuer + "', the authority of '" + certificate +
               "', so its list would not be looked at"};
}

Result<void> Emulator::arm(const std::string& name) {
  const auto* fault = model::Topology::find(impl_->shared.topology.faults, name);
  if (!fault) return Error{"there is no fault '" + name + "' in the scenario"};
  const model::Fault copy = *fault;
  return arm(copy);
}

Result<void> Emulator::arm(const model::Fault& fault) {
  auto& faults = impl_->shared.topology.faults;
  auto known = std::ranges::find(faults, fault.name, &model::Fault::name);
  if (known != faults.end() && known->armed && !impl_->workers.empty()) {
    return Error{"the fault '" + fault.name + "' is armed already"};
  }
  for (const model::Problem& problem : model::validate(impl_->shared.topology, fault)) {
    return Error{model::to_text(problem)};
  }
  if (known == faults.end()) known = faults.insert(faults.end(), fault);
  *known = fault;
  known->armed = true;
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->arm(*known); });
  }
  return {};
}

Result<void> Emulator::disarm(const std::string& name) {
  auto& faults = impl_->shared.topology.faults;
  const auto known = std::ranges::find(faults, name, &model::Fault::name);
  if (known == faults.end() || !known->armed) return Error{"no fault '" + name + "' is armed"};
  known->armed = false;
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->disarm(name); });
  }
  return {};
}

std::vector<FaultStatus> Emulator::faults() const {
  std::vector<FaultStatus> all;
  for (const model::Fault& fault : impl_->shared.topology.faults) all.push_back({fault, {}});
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] {
      for (FaultStatus& one : all) {
        const auto hits = worker->hits(one.fault.name);
        one.hits.insert(one.hits.end(), hits.begin(), hits.end());
      }
    });
  }
  return all;
}

/// Does `work` to the target in every loop.
Result<void> Emulator::Impl::change_target(
    const std::string& group, const std::string& target,
    const std::function<void(aws::TargetGroup&, aws::Target&)>& work) {
  bool found = false;
  for (const auto& worker : workers) {
    run_in_loop(*worker, [&] {
      aws::TargetGroup* const its_group = worker->find_group(group);
      aws::Target* const one = its_group ? its_group->find(target) : nullptr;
      found = one != nullptr;
      if (found) work(*its_group, *one);
    });
  }
  if (found) return {};
  return Error{"there is no target '" + target + "' in a target group '" + group + "'"};
}

Result<void> Emulator::set_target_health(const std::string& target_group, const std::string& target,
                                         const std::optional<std::string>& state) {
  if (state && *state != "healthy" && *state != "unhealthy") {
    return Error{"state '" + *state + "': it takes healthy or unhealthy"};
  }
  std::optional<bool> healthy;
  if (state) healthy = *state == "healthy";
  return impl_->change_target(
      target_group, target,
      [healthy](aws::TargetGroup& group, aws::Target& one) { group.say(one, healthy); });
}

Result<void> Emulator::deregister_target(const std::string& target_group,
                                         const std::string& target) {
  return impl_->change_target(target_group, target, [](aws::TargetGroup& group, aws::Target& one) {
    group.deregister(one);
  });
}

Result<void> Emulator::register_target(const std::string& target_group, const std::string& target) {
  return impl_->change_target(target_group, target, [](aws::TargetGroup& group, aws::Target& one) {
    group.register_again(one);
  });
}

Result<void> Emulator::set_endpoint_state(const std::string& vpc_endpoint,
                                          model::EndpointState state) {
  const auto* endpoint = model::Topology::find(impl_->shared.topology.vpc_endpoints, vpc_endpoint);
  if (!endpoint || endpoint->execute_api()) {
    return Error{"there is no interface endpoint '" + vpc_endpoint + "' that clients connect to"};
  }
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->set_endpoint_state(vpc_endpoint, state); });
  }
  const std::lock_guard lock(impl_->endpoint_states_mutex);
  impl_->endpoint_states[vpc_endpoint] = state;
  return {};
}

std::string Emulator::endpoint_state(const EndpointAddress& endpoint) const {
  const std::lock_guard lock(impl_->endpoint_states_mutex);
  const auto changed = impl_->endpoint_states.find(endpoint.name);
  return changed == impl_->endpoint_states.end() ? endpoint.state
                                                 : std::string(aws::to_text(changed->second));
}

Result<void> Emulator::set_weight(const std::string& load_balancer, std::uint16_t port,
                                  const std::string& target_group, int weight) {
  constexpr int kMost = 999;
  if (weight < 0 || weight > kMost) return Error{"a weight is 0 to 999"};
  const auto* balancer =
      model::Topology::find(impl_->shared.topology.load_balancers, load_balancer);
  const auto forwards = [&](const model::Listener& listener) {
    const auto& groups = listener.default_action.target_groups;
    return listener.port == port &&
           std::ranges::find(groups, target_group, &model::WeightedTargetGroup::target_group) !=
               groups.end();
  };
  if (!balancer || balancer->type != model::LoadBalancerType::network ||
      std::ranges::none_of(balancer->listeners, forwards)) {
    return Error{"there is no network load balancer '" + load_balancer + "' whose listener " +
                 std::to_string(port) + " forwards to '" + target_group + "'"};
  }
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker,
                       [&] { worker->set_weight(load_balancer, port, target_group, weight); });
  }
  return {};
}

Result<void> Emulator::connect_service(const std::string& service, const std::string& answer) {
  if (answer != "accept" && answer != "refuse" && answer != "drop") {
    return Error{"'" + answer + "': it takes accept, refuse or drop"};
  }
  const auto* known = model::Topology::find(impl_->shared.topology.services, service);
  if (!known || !known->address.empty()) {
    return Error{"there is no service '" + service + "' that hoplab answers for"};
  }
  Result<void> done;
  Worker& first = *impl_->workers.front();
  impl_->run_in_loop(first, [&] { done = first.connect_stand_in(service, answer); });
  return done;
}

Result<void> Emulator::restore() {
  const model::Topology& topology = impl_->shared.topology;
  for (const model::Fault& fault : topology.faults) {
    if (!fault.armed) continue;
    if (auto done = disarm(fault.name); !done) return done;
  }
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (endpoint.execute_api()) continue;
    const auto& service =
        *model::Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
    const auto state = aws::first_state_of(endpoint, service);
    if (auto done = set_endpoint_state(endpoint.name, state); !done) return done;
  }
  for (const auto& service : topology.services) {
    if (!service.address.empty()) continue;
    if (auto done = connect_service(service.name, service.connect); !done) return done;
  }
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->restore_targets(); });
  }
  forget_ends();
  return {};
}

ClockSettings Emulator::clock() const {
  ClockSettings settings;
  Worker& worker = *impl_->workers.front();
  impl_->run_in_loop(worker, [&] {
    Clock& clock = worker.loop().clock();
    settings = {clock.mode(), clock.scale(), clock.now()};
  });
  return settings;
}

Result<void> Emulator::set_clock(const ClockSettings& settings) {
  if (auto allowed = topology::check_clock(settings, impl_->shared.options.threads); !allowed)
    return allowed;
  const Time at = settings.start.value_or(now());
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->set_clock(settings.mode, settings.scale, at); });
  }
  return {};
}

Time Emulator::now() const {
  Time now;
  Worker& worker = *impl_->workers.front();
  impl_->run_in_loop(worker, [&] { now = worker.loop().now(); });
  return now;
}

void Emulator::advance(Duration step) {
  Worker& worker = *impl_->workers.front();
  assert(worker.loop().clock().mode() == Clock::Mode::stepped);
  impl_->run_in_loop(worker, [&] { worker.loop().advance(step); });
}

}  // namespace hoplab
