#include "scenario/checks/operations.h"

namespace hoplab::scenario {

Result<void> operate(Emulator& emulator, const Operations& operations) {
  for (const auto& [name, state] : operations.endpoint_states) {
    if (auto done = emulator.set_endpoint_state(name, state); !done) return done;
  }
  for (const auto& [group, target] : operations.deregister) {
    if (auto done = emulator.deregister_target(group, target); !done) return done;
  }
  for (const auto& [group, target] : operations.register_again) {
    if (auto done = emulator.register_target(group, target); !done) return done;
  }
  for (const auto& [group, target, state] : operations.target_health) {
    if (auto done = emulator.set_target_health(group, target, state); !done) return done;
  }
  for (const auto& [balancer, port, group, weight] : operations.weights) {
    if (auto done = emulator.set_weight(balancer, port, group, weight); !done) return done;
  }
  for (const auto& [service, answer] : operations.connect) {
    if (auto done = emulator.set_syn_answer(service, answer); !done) return done;
  }
  return {};
}

}  // namespace hoplab::scenario
