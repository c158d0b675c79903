// What a peer may send without asking for anything: a token bucket per kind of frame.
//
// HTTP/2 has frames that cost the sender nothing and the receiver something (RFC 9113 10.5):
// PING, SETTINGS, PRIORITY, empty DATA, and streams opened only to be reset (CVE-2023-44487).
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace hoplab::http {

class TokenBucket {
 public:
  /// Holds `burst` tokens at first and at most; `per_second` come back each second.
  constexpr TokenBucket(std::int64_t burst, std::int64_t per_second) noexcept
      : burst_(burst), per_second_(per_second), tokens_(burst) {}

  /// Takes one token; false when there is none.
  bool take(Time now) noexcept {
    if (tokens_ == 0) refill(now);
    if (tokens_ == 0) return false;
    if (tokens_ == burst_) since_ = now;
    --tokens_;
    return true;
  }

 private:
  // Only an empty bucket looks at the time: the ordinary frame costs a decrement.
  void refill(Time now) noexcept {
    const auto passed = (now - since_).count();
    if (passed <= 0) return;
    const auto full_after = burst_ * 1'000'000 / per_second_;  // microseconds
    tokens_ = passed >= full_after ? burst_ : passed * per_second_ / 1'000'000;
    if (tokens_ > 0) since_ = now;
  }

  std::int64_t burst_, per_second_;
  std::int64_t tokens_;
  Time since_;  // when the tokens now missing began to come back
};

/// The budgets of one connection. Ordinary clients stay far below: gRPC's bandwidth probes send a
/// PING per round trip, and nghttp2's own default for resets is 1000 and 33 a second.
struct FloodGuard {
  TokenBucket idle_frames{1000,
                          1000};  // PING, PRIORITY, DATA without bytes, HEADERS after the first
  TokenBucket settings{100, 10};
  TokenBucket resets{1000, 33};  // RST_STREAM, either way: malformed and refused requests too
};

}  // namespace hoplab::http
