// NextTurn: `co_await NextTurn{loop}` from a name of its own lets everybody else run, the reactor
// too.
#pragma once

#include <coroutine>

#include "base/loop.h"

namespace hoplab {

struct NextTurn {
  Loop& loop;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) const {
    loop.post([waiter] { waiter.resume(); });
  }
  void await_resume() const noexcept {}
};

}  // namespace hoplab
