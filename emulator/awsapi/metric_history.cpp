#include "awsapi/metric_history.h"

#include <algorithm>

namespace hoplab::awsapi {

namespace {

constexpr std::size_t kMostMinutes = 24 * 60;  // of a metric

/// What has come to `before`, which may have begun anew.
double added(double before, double now) {
  return now >= before ? now - before : now;
}

void add(MetricPoint& to, double value, double samples) {
  const double each = samples > 0 ? value / samples : value;
  to.least = to.samples == 0 ? each : std::min(to.least, each);
  to.most = to.samples == 0 ? each : std::max(to.most, each);
  to.sum += value;
  to.samples += samples;
}

std::int64_t begin_of(std::int64_t at, std::int64_t period) {
  return at - at % period;
}

}  // namespace

void MetricHistory::record(std::int64_t now, const std::vector<MetricReading>& readings) {
  const std::int64_t minute = begin_of(now, kMinute);
  for (const MetricReading& one : readings) {
    Series& series = series_[one.name];
    series.account = one.account;
    if (one.is_level) {
      MetricPoint level{minute, 0, 0, 0, 0};
      add(level, one.value, 1);
      series.minutes[minute] = level;
    } else {
      const double more = added(series.value, one.value);
      const double samples = one.samples < 0 ? 1 : added(series.samples, one.samples);
      if (more > 0 && samples > 0) {
        MetricPoint& point =
            series.minutes.try_emplace(minute, MetricPoint{minute, 0, 0, 0, 0}).first->second;
        // Counts of a minute are one sample, as they come to CloudWatch.
        if (one.samples < 0) {
          const double whole = point.sum + more;
          point = MetricPoint{minute, 0, 0, 0, 0};
          add(point, whole, 1);
        } else {
          add(point, more, samples);
        }
      }
      series.value = one.value;
      series.samples = std::max(one.samples, 0.0);
    }
    while (series.minutes.size() > kMostMinutes) series.minutes.erase(series.minutes.begin());
  }
}

std::vector<MetricPoint> MetricHistory::points(const MetricName& name, const std::string& account,
                                               std::int64_t start, std::int64_t end,
                                               std::int64_t period) const {
  const auto found = series_.find(name);
  const bool own =
      found != series_.end() && (found->second.account.empty() || found->second.account == account);
  if (!own) return {};
  std::vector<MetricPoint> all;
  const auto& minutes = found->second.minutes;
  for (auto at = minutes.lower_bound(begin_of(start, period)); at != minutes.end(); ++at) {
    const std::int64_t begin = begin_of(at->first, period);
    if (begin >= end) break;
    if (all.empty() || all.back().at != begin) all.push_back({begin, 0, 0, 0, 0});
    MetricPoint& point = all.back();
    const MetricPoint& minute = at->second;
    point.least = point.samples == 0 ? minute.least : std::min(point.least, minute.least);
    point.most = point.samples == 0 ? minute.most : std::max(point.most, minute.most);
    point.sum += minute.sum;
    point.samples += minute.samples;
  }
  return all;
}

std::vector<MetricName> MetricHistory::names(const std::string& account) const {
  std::vector<MetricName> all;
  for (const auto& [name, series] : series_) {
    const bool own = series.account.empty() || series.account == account;
    if (own && !series.minutes.empty()) all.push_back(name);
  }
  return all;
}

}  // namespace hoplab::awsapi
