// An ALB's health check log: one line for each health check, in AWS's format (alb.md 6.4,
// alb-features.md 9).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-health-check-logs.html
#pragma once

#include <string>
#include <string_view>

#include "aws/logs/load_balancer_log.h"
#include "base/clock.h"

namespace hoplab::aws {

/// What a line says. Empty texts become "-".
struct HealthCheckLogEntry {
  std::string_view type;  // http, https
  Time at;                // when the check began
  Duration latency{};
  std::string_view target;  // address and port
  std::string_view target_group;
  bool passed = false;
  int status = 0;           // of its answer; 0: there was none
  std::string_view reason;  // of a failure: TimedOut, ...
  std::string_view load_balancer;
  std::string_view node_ip;
};

/// Fields 1 to 10, without the line's end.
std::string health_check_log_line(const HealthCheckLogEntry& entry, LogFormat format);

}  // namespace hoplab::aws
