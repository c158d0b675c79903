#include "aws/target_group/health_check_log.h"

#include <array>
#include <cstdio>

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

std::string health_check_log_line(const HealthCheckLogEntry& entry, LogFormat format) {
  LogFields fields(format);
  fields.plain("type", entry.type)
      .plain("time", iso8601_microseconds(entry.at))
      .plain("latency", seconds(entry.latency))
      .plain("target_addr", entry.target)
      .plain("target_group_id", entry.target_group)
      .plain("status", entry.passed ? "PASS" : "FAIL")
      .plain("status_code", entry.status ? std::to_string(entry.status) : std::string())
      .plain("reason_code", entry.reason)
      .plain("elb", entry.load_balancer)
      .plain("ip_address", entry.node_ip);
  return std::move(fields).take();
}

}  // namespace hoplab::aws
