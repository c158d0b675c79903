#include "aws/target_group/health_check_log.h"

#include <array>
#include <cstdio>

#include "aws/logs/load_balancer_log.h"

namespace hoplab::aws {

namespace {

/// Seconds with nanoseconds, as AWS's example has them: 1.121980746.
std::string seconds(Duration duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%06lld000",
                static_cast<long long>(duration.count() / 1'000'000),
                static_cast<long long>(duration.count() % 1'000'000));
  return text.data();
}

}  // namespace

std::string health_check_log_line(const HealthCheckLogEntry& entry) {
  LogFields fields;
  fields.plain(entry.type)
      .plain(iso8601_microseconds(entry.at))
      .plain(seconds(entry.latency))
      .plain(entry.target)
      .plain(entry.target_group)
      .plain(entry.passed ? "PASS" : "FAIL")
      .plain(entry.status ? std::to_string(entry.status) : std::string())
      .plain(entry.reason)
      .plain(entry.load_balancer)
      .plain(entry.node_ip);
  return std::move(fields).take();
}

}  // namespace hoplab::aws
