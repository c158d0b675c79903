// Where the lines of APIs' logs go.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace hoplab::aws {

/// A stage's two logs: a line for each request, and what was done for it, step by step.
enum class ApiLogKind : std::uint8_t { access, execution };

/// A line, without its end; an execution log's may have line ends within. Views are used up during
/// the call that they are for.
struct ApiLogLine {
  ApiLogKind kind = ApiLogKind::access;
  Time at;  // by the calendar
  std::string_view api, stage;
  std::string_view text;
};

/// Called in the loops' threads.
class ApiLog {
 public:
  virtual ~ApiLog() = default;
  /// Whether somebody keeps these logs. Does not change while there are connections.
  [[nodiscard]] virtual bool on() const noexcept = 0;
  virtual void add(const ApiLogLine& line) = 0;
};

}  // namespace hoplab::aws
