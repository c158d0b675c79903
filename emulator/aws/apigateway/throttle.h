// A token bucket, as API Gateway throttles with (apigateway.md 12): it holds `burst` tokens at
// most, a request takes one, and `rate` of them come back each second.
//
// Shared by the loops of all threads without a lock.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "base/clock.h"

namespace hoplab::aws {

/// ThrottlingRateLimit and ThrottlingBurstLimit. Negative: there is no limit, as -1 says.
struct ThrottleSettings {
  double rate_limit = 0;  // requests per second
  double burst_limit = 0;

  bool operator==(const ThrottleSettings&) const = default;
};

class TokenBucket {
 public:
  /// It is full at first.
  explicit TokenBucket(const ThrottleSettings& settings) noexcept : settings_(settings) {}

  /// Takes a token; false: there is none. `now` is of Clock::now(), and those of two loops may
  /// differ a little.
  [[nodiscard]] bool take(Time now) noexcept;
  [[nodiscard]] const ThrottleSettings& settings() const noexcept { return settings_; }

 private:
  const ThrottleSettings settings_;
  // When the bucket is full again, in microseconds since the epoch: all that a token bucket is. It
  // has fractions, since a token may take less than a microsecond or no whole number of them.
  std::atomic<double> full_at_{0};
};

/// `previous` when it limits in the same way, so that what was taken stays taken, else a new one.
[[nodiscard]] std::shared_ptr<TokenBucket> kept_bucket(
    const ThrottleSettings& settings, const std::shared_ptr<TokenBucket>& previous);

}  // namespace hoplab::aws
