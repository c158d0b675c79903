#include "topology/slow_handshake.h"

#include <algorithm>
#include <chrono>

namespace hoplab::topology {

namespace {
constexpr Duration kLookAgain = 5ms;
constexpr Duration kLookAgainWhileOpen = 1ms;

/// SYNs come in real time, so that is how often it looks; where the clock is stepped, at each step
/// and at each second of it.
Duration on_clock(const Clock& clock, Duration real) {
  switch (clock.mode()) {
    case Clock::Mode::real: break;
    case Clock::Mode::scaled:
      return std::chrono::duration_cast<Duration>(real * std::max(1.0, clock.scale()));
    case Clock::Mode::stepped: return 1s;
  }
  return real;
}
}  // namespace

SlowHandshake::SlowHandshake(Loop& loop, const net::TcpListener& listener, Duration delay,
                             std::function<void()> changed)
    : loop_(loop),
      listener_(listener),
      delay_(delay),
      changed_(std::move(changed)),
      timer_(loop, [this] { look(); }),
      dropped_(listener.dropped()),
      accepted_(listener.accepted()) {
  timer_.after(on_clock(loop_.clock(), kLookAgain));
}

void SlowHandshake::look() {
  if (!loop_.shutting_down()) {
    timer_.after(on_clock(loop_.clock(), open_ ? kLookAgainWhileOpen : kLookAgain));
  }
  if (open_) {
    if (listener_.accepted() == accepted_) return;
    open_ = false;
    dropped_ = listener_.dropped();
    since_.reset();
    return changed_();
  }
  if (!since_ && listener_.dropped() != dropped_) since_ = loop_.now();
  if (!since_ || loop_.now() - *since_ < delay_) return;
  accepted_ = listener_.accepted();
  open_ = true;
  changed_();
}

}  // namespace hoplab::topology
