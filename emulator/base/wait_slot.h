// WaitSlot: the place where one coroutine waits, and what wakes it.
//
// Streams, timers and pipes are given a slot and notify it; several may notify the same slot, which
// is how a coroutine waits for "either side". A notification that finds nobody waiting is kept, so
// that arming and then waiting loses nothing.
#pragma once

#include <cassert>
#include <coroutine>
#include <utility>

#include "base/loop.h"

namespace hoplab {

class WaitSlot {
 public:
  explicit WaitSlot(Loop& loop) noexcept : loop_(loop) {}
  WaitSlot(const WaitSlot&) = delete;
  WaitSlot& operator=(const WaitSlot&) = delete;

  /// Schedules whoever waits; never resumes inside the caller.
  void notify() {
    if (waiter_) {
      loop_.schedule(std::exchange(waiter_, {}));
    } else {
      signalled_ = true;
    }
  }

  /// Somebody notified, and nobody has waited since.
  [[nodiscard]] bool notified() const noexcept { return signalled_; }

  /// Takes a turn even when it was notified already: who is woken again and again for nothing may
  /// waste time, but keeps nobody else from the loop.
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    assert(!waiter_);
    if (std::exchange(signalled_, false)) {
      loop_.schedule(waiter);
    } else {
      waiter_ = waiter;
    }
  }
  void await_resume() noexcept {}

 private:
  Loop& loop_;
  std::coroutine_handle<> waiter_;
  bool signalled_ = false;
};

/// Notifies the slot that somebody gave, and forgets it; nothing when there is none.
inline void wake(WaitSlot*& slot) {
  if (slot) std::exchange(slot, nullptr)->notify();
}

}  // namespace hoplab
