// AbandonedClients: the client's sides of connections that a hop no longer knows, or drops the
// packets of. They hear nothing; a client that sends is answered with an RST, or with silence.
#pragma once

#include <memory>

#include "base/task_group.h"
#include "net/live_connections.h"

namespace hoplab::net {

class AbandonedClients {
 public:
  enum class Answer : std::uint8_t { reset, silence };

  /// `hop` is who abandons. References outlive this.
  AbandonedClients(Loop& loop, const Hop& hop, JournalSink& sink)
      : loop_(loop), hop_(hop), sink_(sink) {}

  /// Until its next packet (`reset`), or until the client gives up. Then its journal is reported
  /// with `reason`, unless it has another cause by then.
  void keep(std::unique_ptr<Stream> client, std::shared_ptr<Journal> journal, Reason reason,
            Answer answer);
  /// Resets all of them.
  void stop() { live_.reset_all(hop_, Reason::emulator_stopped, loop_.now()); }
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  Task<void> answer_next(std::unique_ptr<Stream> client, std::shared_ptr<Journal> journal,
                         Reason reason, Answer answer);

  Loop& loop_;
  const Hop& hop_;
  JournalSink& sink_;
  LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::net
