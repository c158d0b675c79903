#include "aws/apigateway/quota.h"

namespace hoplab::aws {

namespace {

struct PeriodRow {
  std::string_view name;
  int last_offset;
};
// In the order of QuotaPeriod.
constexpr PeriodRow kPeriods[] = {{"DAY", 0}, {"WEEK", 6}, {"MONTH", 27}};

}  // namespace

std::optional<QuotaPeriod> parse_quota_period(std::string_view text) noexcept {
  for (std::size_t i = 0; i < std::size(kPeriods); ++i) {
    if (kPeriods[i].name == text) return static_cast<QuotaPeriod>(i);
  }
  return std::nullopt;
}

Result<void> check_quota(const Quota& quota) {
  const auto& [name, last] = kPeriods[static_cast<std::size_t>(quota.period)];
  if (quota.offset >= 0 && quota.offset <= last) return {};
  const std::string in_the_period = " in the " + std::string(name) + " period";
  if (last == 0) return Error{"Usage Plan quota offset must be zero" + in_the_period};
  return Error{"Usage Plan quota offset must be between 0 and " + std::to_string(last) +
               " inclusive" + in_the_period};
}

std::int32_t period_start(const Quota& quota, Time calendar) noexcept {
  using namespace std::chrono;
  const sys_days today = floor<days>(calendar);
  sys_days start = today;
  if (quota.period == QuotaPeriod::week) {
    start = today - (weekday(today) - weekday(static_cast<unsigned>(quota.offset)));
  } else if (quota.period == QuotaPeriod::month) {
    const year_month_day date(today);
    const day first(static_cast<unsigned>(quota.offset) + 1);
    const year_month month = date.year() / date.month();
    start = sys_days((date.day() < first ? month - months(1) : month) / first);
  }
  return static_cast<std::int32_t>(start.time_since_epoch().count());
}

bool QuotaCounter::take(const Quota& quota, Time calendar) noexcept {
  const std::int32_t period = period_start(quota, calendar);
  Used used = used_.load(std::memory_order_relaxed);
  while (true) {
    Used next = used.period == period ? used : Used{period, 0};
    if (next.requests >= quota.limit) return false;
    ++next.requests;
    if (used_.compare_exchange_weak(used, next, std::memory_order_relaxed)) return true;
  }
}

}  // namespace hoplab::aws
