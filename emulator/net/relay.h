// Relay: what stands behind an NLB when the target is a real service outside this process. It dials,
// then pumps bytes both ways with the back-pressure and the endings of one TCP connection.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/task_group.h"
#include "net/connection.h"
#include "net/live_connections.h"

namespace hoplab::net {

struct RelayTimes {
  /// For the target to accept. AWS gives none: a TCP NLB leaves it to the client's patience.
  Duration connect = 10s;
  /// Without a byte either way; the listener's tcp.idle_timeout.seconds (nlb-privatelink.md 1.1).
  Duration idle = 350s;
};

/// Causes that it records, first wins: client_closed, client_reset, target_closed, target_reset,
/// target_unreachable, target_timeout, out_of_descriptors, idle_timeout, emulator_stopped.
class Relay final : public ConnectionHandler {
 public:
  /// `hop` is the target's place on the path. References must outlive the relay.
  Relay(Loop& loop, const Hop& hop, std::unique_ptr<Dialer> dialer, JournalSink& sink,
        RelayTimes times = {});
  ~Relay() override;

  void serve(Connection connection) override;
  /// Resets every connection, cause emulator_stopped. They have ended when running() is zero.
  void stop();
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  class Session;

  Task<void> run(Connection connection);
  Task<void> relay(Connection& connection);
  void finish(Journal& journal);

  Loop& loop_;
  const Hop& hop_;
  std::unique_ptr<Dialer> dialer_;
  JournalSink& sink_;
  RelayTimes times_;
  bool stopping_ = false;
  Bytes scratch_;  // one for all: what is read is written on in the same turn
  LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::net
