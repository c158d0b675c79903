#include "aws/apigateway/throttle.h"

#include <algorithm>

namespace hoplab::aws {

bool TokenBucket::take(Time now) noexcept {
  const auto [rate, burst] = settings_;
  if (rate < 0 || burst < 0) return true;
  if (rate == 0 || burst < 1) return false;
  constexpr double kSecond = 1e6;
  constexpr double kRounding = 0.5;  // a clock has whole microseconds
  const double token = kSecond / rate;
  const auto at = static_cast<double>(now.time_since_epoch().count());
  double full_at = full_at_.load(std::memory_order_relaxed);
  while (true) {
    const double next = std::max(full_at, at) + token;
    if (next - at > burst * token + kRounding) return false;
    if (full_at_.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) return true;
  }
}

std::shared_ptr<TokenBucket> kept_bucket(const ThrottleSettings& settings,
                                         const std::shared_ptr<TokenBucket>& previous) {
  if (previous && previous->settings() == settings) return previous;
  return std::make_shared<TokenBucket>(settings);
}

}  // namespace hoplab::aws
