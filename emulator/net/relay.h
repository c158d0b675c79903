// Relay: what stands behind an NLB when the target is a real service outside this process. It
// dials, then pumps bytes both ways with the back-pressure and the endings of one TCP connection.
#pragma once

#include <functional>
#include <memory>

#include "base/task_group.h"
#include "net/connection.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"

namespace hoplab::net {

/// For the target to accept. AWS gives none: a TCP NLB leaves it to the client's patience.
inline constexpr Duration kRelayConnectTimeout = 10s;

/// Causes that it records, first wins: client_closed, client_reset, target_closed, target_reset,
/// target_unreachable, target_connect_timeout, tls_target_failed, tls_target_timeout,
/// out_of_descriptors, emulator_stopped.
class Relay final : public ConnectionHandler {
 public:
  /// `hop` is the target's place on the path; `dialed` hears what each connecting met, and may be
  /// null. References must outlive the relay.
  Relay(Loop& loop, const Hop& hop, std::unique_ptr<Dialer> dialer, JournalSink& sink,
        std::function<void(const Dialer::Dialed&)> dialed = nullptr,
        Duration connect_timeout = kRelayConnectTimeout);
  /// A proxy: clients come to it, and faults can happen there. Nobody outlives it.
  Relay(Loop& loop, const Hop& hop, FaultGate& gate, std::unique_ptr<Dialer> dialer,
        JournalSink& sink);
  ~Relay() override;

  void serve(Connection connection) override;
  /// Its target is one no longer: its connections go on until they end. Those of a proxy are reset.
  void drain();
  /// Resets every connection, cause emulator_stopped. They have ended when running() is zero.
  void stop();
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  Task<void> run(Connection connection);
  Task<void> relay(Connection& connection);

  Loop& loop_;
  const Hop& hop_;
  std::unique_ptr<Dialer> dialer_;
  JournalSink& sink_;
  FaultGate* gate_ = nullptr;  // of a proxy
  std::function<void(const Dialer::Dialed&)> dialed_;
  Duration connect_timeout_;
  bool stopping_ = false;
  LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::net
