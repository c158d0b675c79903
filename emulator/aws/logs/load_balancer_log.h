// The logs that a load balancer writes, and how their lines are made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace hoplab::aws {

enum class LogKind : std::uint8_t { connection, access, health_check };

/// AWS's two forms of a line: fields with spaces between them, as in S3's files, or a JSON object
/// of the same texts, as CloudWatch's vended logs have it.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-logs.html
enum class LogFormat : std::uint8_t { plain, json };

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
  /// How lines are to be made. Does not change at all.
  [[nodiscard]] virtual LogFormat format() const noexcept = 0;
  virtual void add(const LogLine& line) = 0;
};

/// Puts a line together, in either format; an empty text is "-". Names are those of vended logs,
/// which only the objects have. https://github.com/cdklabs/awscdk-service-spec
class LogFields {
 public:
  explicit LogFields(LogFormat format) : format_(format) {}

  LogFields& plain(std::string_view name, std::string_view text) {
    return field(name, text, format_ == LogFormat::json);
  }
  /// Plain lines have it in double quotes. What would end them, and what is not printable ASCII,
  /// is \xHH, in objects, too.
  LogFields& quoted(std::string_view name, std::string_view text) {
    return field(name, text, true);
  }
  [[nodiscard]] std::string take() &&;

 private:
  LogFields& field(std::string_view name, std::string_view text, bool quotes);
  void put_escaped(std::string_view text);

  LogFormat format_;
  std::string line_;
};

/// Seconds with milliseconds, as these logs write them: 4.036.
std::string log_seconds(Duration duration);

}  // namespace hoplab::aws
