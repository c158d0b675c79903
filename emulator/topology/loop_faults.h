// LoopFaults: the gate of each hop in one loop, which of a topology's faults are armed there, and
// who listens there.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "capture/capture.h"
#include "model/topology.h"
#include "net/fault_gate.h"

namespace hoplab::topology {

class LoopFaults {
 public:
  /// `capture` outlives this; null: nobody listens.
  LoopFaults(Loop& loop, std::uint64_t seed, capture::LoopCapture* capture)
      : loop_(loop), seed_(seed), capture_(capture) {}

  /// The gate of a hop; it outlives what asks it, and every topology.
  net::FaultGate& gate(const Hop& hop);

  /// Arms and disarms so that exactly the armed faults of `topology` are; those that stay as they
  /// are go on counting. Connections that are there meet them, too. What `topology` does not name
  /// is forgotten.
  void take(const model::Topology& topology, const std::map<std::string, const Hop*>& hops);
  /// The connections that a fault of the last topology has hit, in order.
  [[nodiscard]] std::vector<std::uint64_t> hits(const std::string& fault) const;
  /// Nothing has been hit: those that are armed count anew.
  void forget();

  void stop();
  [[nodiscard]] std::size_t running() const;

 private:
  struct Armed {
    model::Fault fault;  // as it was armed last
    net::FaultGate* gate = nullptr;
    net::FaultId id = 0;
    bool now = false;                         // it still works
    std::vector<std::uint64_t> earlier_hits;  // when it was armed before

    /// Its gate knows no more of it.
    void leave_gate();
  };
  void arm(Armed& armed, net::FaultGate& gate);

  Loop& loop_;
  std::uint64_t seed_;
  capture::LoopCapture* const capture_;
  std::map<const Hop*, std::unique_ptr<net::FaultGate>> gates_;
  std::map<std::string, Armed> faults_;  // by name
};

}  // namespace hoplab::topology
