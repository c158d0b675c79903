// SlowHandshake: clients of one listener are answered later. Their first SYN is dropped, and so are
// the next ones for a while; then whoever sends another one gets in, and the door is closed again.
//
// A program cannot tell the kernel when to answer a SYN. It can see that some were dropped, and a
// client sends its SYN again: on Linux after 1, 3, 7, ... seconds. So a client gets in with the
// first one that it sends after the delay. Who comes while the door is open for another waits less.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/loop.h"
#include "net/tcp_listener.h"

namespace hoplab::topology {

class SlowHandshake {
 public:
  /// `changed` hears that open() is another. `listener` outlives this.
  SlowHandshake(Loop& loop, const net::TcpListener& listener, Duration delay,
                std::function<void()> changed);

  [[nodiscard]] bool open() const noexcept { return open_; }
  [[nodiscard]] Duration delay() const noexcept { return delay_; }

 private:
  void look();

  Loop& loop_;
  const net::TcpListener& listener_;
  Duration delay_;
  std::function<void()> changed_;
  Timer timer_;
  bool open_ = false;
  std::uint64_t dropped_, accepted_;  // before
  std::optional<Time> since_;         // the first SYN that was dropped
};

}  // namespace hoplab::topology
