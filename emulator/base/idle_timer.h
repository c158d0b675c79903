// IdleTimer: how long a connection has been without a byte, either way.
//
// "At least 1 byte of data before each idle timeout period elapses" keeps an ALB's connection, on
// each of its two sides for itself (edit-load-balancer-attributes.html).
#pragma once

#include <algorithm>
#include <functional>
#include <utility>

#include "base/loop.h"

namespace hoplab {

class IdleTimer {
 public:
  /// Counts from now on. `expired` is called when no byte has moved for `timeout` of emulated time,
  /// and again after each further one: what happens then is its owner's to say. At the loop's end
  /// it is called once. A timeout that is over already ends with the loop's next look.
  IdleTimer(Loop& loop, Duration timeout, std::function<void()> expired)
      : loop_(loop),
        timeout_(at_least_something(timeout)),
        expired_(std::move(expired)),
        last_byte_(loop.now()),
        timer_(loop, [this] { look(); }) {
    timer_.after(timeout_);
  }

  /// A byte has moved.
  void touch() noexcept { last_byte_ = loop_.now(); }
  [[nodiscard]] Time last_byte() const noexcept { return last_byte_; }
  /// Another timeout, from now on.
  void restart(Duration timeout) {
    timeout_ = at_least_something(timeout);
    touch();
    timer_.after(timeout_);
  }
  void cancel() { timer_.cancel(); }

 private:
  /// A timer that is due again at the moment when it fires would be all that the loop does.
  static constexpr Duration at_least_something(Duration timeout) noexcept {
    return std::max(timeout, Duration(1));
  }

  void look() {
    if (loop_.shutting_down()) return expired_();
    const Time now = loop_.now();
    if (const Time due = last_byte_ + timeout_; now < due) return timer_.at(due);
    timer_.at(now + timeout_);
    expired_();
  }

  Loop& loop_;
  Duration timeout_;
  std::function<void()> expired_;
  Time last_byte_;
  Timer timer_;
};

}  // namespace hoplab
