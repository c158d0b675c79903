// Changes of every kind at random, of a topology that has something of each kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "model/change.h"
#include "model/topology.h"

namespace hoplab::testing {

/// A load balancer with an HTTPS listener whose answer is "modern": a target that speaks HTTP/2.
model::Topology modern_target();

/// The blog's topology, a load balancer in front of services, a function and what listens at
/// `modern_port` of 127.0.0.1, and a bystander that no change is about.
model::Topology changing_topology(std::uint16_t modern_port);

class ChangeMaker {
 public:
  explicit ChangeMaker(unsigned seed) : rng_(seed) {}

  /// One for `now`, which came of changing_topology(). Not each is possible.
  model::Change next(const model::Topology& now);

 private:
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(rng_() % count); }
  bool coin() { return below(2) == 0; }

  model::Action forward();
  model::Rule rule();
  model::Listener listener(std::size_t port);
  model::LoadBalancer extra();
  model::Change mutual(const model::Topology& now);
  model::Change listener_attributes(const model::Topology& now);
  model::Change load_balancer_attributes(const model::Topology& now);
  model::Change health_check(const model::Topology& now);
  model::Change routing(const model::Topology& now);
  model::Change protocol_version(const model::Topology& now);
  model::Change targets(const model::Topology& now);
  model::Change target_health();
  model::Change certificate(const model::Topology& now);
  model::Change revocation();
  model::Change trust_store(const model::Topology& now);
  model::Change security_group();
  model::Change subnet();
  model::Change endpoint_state();
  model::Change association(const model::Topology& now);
  model::Change way_in(const model::Topology& now);
  void guard(const model::Topology& now, model::RestApi& api);
  model::Integration integration(const model::Topology& now);
  model::Change api(const model::Topology& now);
  void check_and_say(model::RestApi& api);
  model::Change deployment(const model::Topology& now);
  model::Change usage_plan(const model::Topology& now);
  model::Change vpc_link();
  model::Change other_api(const model::Topology& now);
  model::Change access_key();
  model::Change domain_name(const model::Topology& now);
  model::Change service(const model::Topology& now);
  model::Change syn_answer();
  model::Change function(const model::Topology& now);
  model::Change identity_provider();
  model::Change fault();

  std::mt19937 rng_;
};

}  // namespace hoplab::testing
