// The logs that a load balancer writes, and how their lines are made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace hoplab::aws {

enum class LogKind : std::uint8_t { connection, access, health_check };

/// A line, without its end. Views are used up during the call that they are for.
struct LogLine {
  LogKind kind = LogKind::access;
  Time at;                         // by the calendar
  std::string_view load_balancer;  // app/<name>/<id>
  std::string_view node_ip;        // whose file it is in
  std::string_view text;
};

/// Takes the lines of all load balancers. Called in the loops' threads.
class LoadBalancerLog {
 public:
  virtual ~LoadBalancerLog() = default;
  /// Whether somebody keeps that log. Does not change while there are connections.
  [[nodiscard]] virtual bool wants(LogKind kind) const noexcept = 0;
  virtual void add(const LogLine& line) = 0;
};

/// Puts a line together: a space between two fields, and "-" for an empty text.
class LogFields {
 public:
  LogFields& plain(std::string_view text);
  /// In double quotes. What would end them, and what is not printable ASCII, is \xHH.
  LogFields& quoted(std::string_view text);
  [[nodiscard]] std::string take() && { return std::move(line_); }

 private:
  void separate();

  std::string line_;
};

/// Seconds with milliseconds, as these logs write them: 4.036.
std::string log_seconds(Duration duration);

}  // namespace hoplab::aws
