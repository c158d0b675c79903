// SocketReadiness: what a socket can do now, kept up to date by Asio's reactor, and who waits for
// it.
//
// Asio's public wait asks the kernel anew (epoll_ctl) each time that it is armed: a tenth of what a
// keep-alive request costs. The reactor is edge-triggered beneath, so operations that stay in its
// queues see every change for nothing. They are of Asio's `detail`, which is used only here.
#pragma once

#include "base/wait_slot.h"

namespace hoplab::net {

class SocketReadiness {
 public:
  /// Registers `descriptor`, a non-blocking socket, with the loop's reactor. Whoever owns it calls
  /// forget() before closing it. `connecting`: not writable until the reactor says so.
  SocketReadiness(Loop& loop, int descriptor, bool connecting);
  ~SocketReadiness() { forget(); }
  SocketReadiness(const SocketReadiness&) = delete;
  SocketReadiness& operator=(const SocketReadiness&) = delete;

  /// False: a read can bring nothing until the reactor says otherwise.
  [[nodiscard]] bool readable() const noexcept { return known_->readable; }

  /// A read took all that had come. An end or a reset that the reactor reported together with the
  /// bytes is still to be read; no further edge will tell of it.
  void read_all() noexcept { known_->readable = known_->hung_up; }
  /// A read (write) said that it would block.
  void read_blocked() noexcept { known_->readable = known_->hung_up = false; }
  void write_blocked() noexcept { known_->writable = false; }

  /// Notifies `slot` once when the socket is readable (writable), at once if it is; nullptr
  /// forgets.
  void watch_read(WaitSlot* slot);
  void watch_write(WaitSlot* slot);
  /// Notifies both that wait.
  void wake() { known_->wake_reader(), known_->wake_writer(); }

  /// Ends the registration: the last call, but for another forget().
  void forget();

  [[nodiscard]] Loop& loop() const noexcept { return loop_; }

 private:
  struct Known {
    bool readable = true;
    bool writable = true;
    bool hung_up = false;  // an error or the end of both directions was reported
    WaitSlot* reader = nullptr;
    WaitSlot* writer = nullptr;

    void wake_reader();
    void wake_writer();
  };
  struct Registration;  // what the reactor holds; outlives us until it has let go

  Loop& loop_;
  Registration* registration_;
  Known* known_;  // in the registration
};

}  // namespace hoplab::net
