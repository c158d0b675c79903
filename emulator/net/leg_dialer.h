// LegDialer: connections that a load balancer opens itself pass a hop of their own, where faults
// can happen to them.
#pragma once

#include <atomic>
#include <memory>

#include "net/connection.h"
#include "net/fault_gate.h"

namespace hoplab::net {

class LegDialer final : public Dialer {
 public:
  /// References outlive this, and the connections. `ids`: of the connections, for hits.
  LegDialer(Loop& loop, const Hop& hop, FaultGate& gate, std::atomic<std::uint64_t>& ids,
            std::unique_ptr<Dialer> inner)
      : loop_(loop), hop_(hop), gate_(gate), ids_(ids), inner_(std::move(inner)) {}

  Task<Dialed> dial(Duration timeout, const DialOptions& options) override;
  [[nodiscard]] Address address() const override { return inner_->address(); }

 private:
  Loop& loop_;
  const Hop& hop_;
  FaultGate& gate_;
  std::atomic<std::uint64_t>& ids_;
  std::unique_ptr<Dialer> inner_;
};

}  // namespace hoplab::net
