// The quota of a usage plan: how many requests a key may make in a day, a week or a month of the
// calendar, in UTC (apigateway-features.md 4).
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace hoplab::aws {

enum class QuotaPeriod : std::uint8_t { day, week, month };

/// "DAY", "WEEK" or "MONTH"; nothing: it is none of them.
[[nodiscard]] std::optional<QuotaPeriod> parse_quota_period(std::string_view text) noexcept;

struct Quota {
  std::uint32_t limit = 0;
  /// The day on which a period begins: of a week 0 is Sunday, of a month 0 is the first. AWS's page
  /// now says "requests subtracted in the initial time period", but what the service takes, 0 to 6
  /// and 0 to 27, and what older pages say, are days.
  int offset = 0;
  QuotaPeriod period = QuotaPeriod::day;

  [[nodiscard]] bool same_periods(const Quota& other) const noexcept {
    return period == other.period && offset == other.offset;
  }
};

/// The error is in AWS's words.
Result<void> check_quota(const Quota& quota);

/// The day since 1970 on which the period began that `calendar` is in.
[[nodiscard]] std::int32_t period_start(const Quota& quota, Time calendar) noexcept;

/// What of a quota one key has used. Shared by the loops of all threads without a lock.
class QuotaCounter {
 public:
  /// Counts a request; false: the limit has been reached, and nothing is counted.
  [[nodiscard]] bool take(const Quota& quota, Time calendar) noexcept;

 private:
  struct alignas(std::uint64_t) Used {  // one word, so that it is atomic without a library
    std::int32_t period = 0;            // its first day
    std::uint32_t requests = 0;
  };
  static_assert(std::atomic<Used>::is_always_lock_free);

  std::atomic<Used> used_{Used{}};
};

}  // namespace hoplab::aws
