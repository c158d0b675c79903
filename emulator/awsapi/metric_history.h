// CloudWatch's metrics by the minute: what has been counted between two readings belongs to the
// minute of the later one. Bounded: a day.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hoplab::awsapi {

/// By name, as CloudWatch knows a metric: the namespace, the name and all dimensions.
struct MetricName {
  std::string name_space, name;
  std::map<std::string, std::string> dimensions;
  auto operator<=>(const MetricName&) const = default;
};

/// As something that counts shows it.
struct MetricReading {
  MetricName name;
  std::string account;  // whose it is; empty: everybody's
  double value = 0;
  bool is_level = false;  // what is now ("HealthyHostCount"), else the sum since the start
  /// Of a sum of durations: how many, since the start, it is of; else negative.
  double samples = -1;
};

/// What is known of a period. Of single durations only their sum is.
struct MetricPoint {
  std::int64_t at = 0;  // its begin, in seconds since the epoch
  double sum = 0, samples = 0, least = 0, most = 0;
  [[nodiscard]] double average() const noexcept { return samples > 0 ? sum / samples : 0; }
};

class MetricHistory {
 public:
  static constexpr std::int64_t kMinute = 60;

  /// `now` in seconds since the epoch. A sum that is smaller than it was has begun anew.
  void record(std::int64_t now, const std::vector<MetricReading>& readings);

  /// Periods with anything in them that begin in [start, end), the oldest first. `period` is a
  /// multiple of a minute; periods begin at multiples of it.
  [[nodiscard]] std::vector<MetricPoint> points(const MetricName& name, const std::string& account,
                                                std::int64_t start, std::int64_t end,
                                                std::int64_t period) const;
  /// Those of the account.
  [[nodiscard]] std::vector<MetricName> names(const std::string& account) const;

 private:
  struct Series {
    std::string account;
    double value = 0, samples = 0;                // at the last reading
    std::map<std::int64_t, MetricPoint> minutes;  // by their begin
  };
  std::map<MetricName, Series> series_;
};

}  // namespace hoplab::awsapi
