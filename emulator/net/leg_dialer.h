// LegDialer: connections that a load balancer opens itself pass a hop of their own, where faults
// can happen to them.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "net/connection.h"
#include "net/fault_gate.h"

namespace hoplab::net {

class LegDialer final : public Dialer {
 public:
  /// References outlive this, and the connections. `ids`: of the connections, for hits. `node_ip`:
  /// who opens them, where DialOptions do not say.
  LegDialer(Loop& loop, const Hop& hop, FaultGate& gate, std::atomic<std::uint64_t>& ids,
            std::string node_ip, std::unique_ptr<Dialer> inner)
      : loop_(loop),
        hop_(hop),
        gate_(gate),
        ids_(ids),
        node_ip_(std::move(node_ip)),
        inner_(std::move(inner)) {}

  Task<Dialed> dial(Duration timeout, const DialOptions& options) override;
  [[nodiscard]] Address address() const override { return inner_->address(); }

 private:
  Loop& loop_;
  const Hop& hop_;
  FaultGate& gate_;
  std::atomic<std::uint64_t>& ids_;
  std::string node_ip_;
  std::unique_ptr<Dialer> inner_;
};

}  // namespace hoplab::net
