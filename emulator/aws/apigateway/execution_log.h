// The execution log of one request to an API: its lines as API Gateway writes them to CloudWatch
// (apigateway.md 15, apigateway-features.md 10). Made only where a stage has such a log.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/stage_settings.h"
#include "base/clock.h"
#include "http/message.h"

namespace hoplab::aws {

class ExecutionLog {
 public:
  /// Of a line's text; what is left out stands for it then.
  static constexpr std::size_t kMostText = 998;
  static constexpr std::string_view kTruncated = " [TRUNCATED]";

  struct Line {
    Time at;  // by the calendar
    std::string text;
  };

  ExecutionLog(const ExecutionLogging& logging, std::string_view request_id)
      : logging_(logging), begin_("(" + std::string(request_id) + ") ") {}

  /// A step. Of level INFO.
  void step(Time at, std::string_view text) {
    if (logging_.level == model::LoggingLevel::info) add(at, text);
  }
  /// What came in or goes out: of level INFO, with DataTraceEnabled.
  void data(Time at, std::string_view what, std::string_view text);
  /// Whether data() keeps anything.
  [[nodiscard]] bool traces() const noexcept {
    return logging_.level == model::LoggingLevel::info && logging_.data_trace;
  }
  /// Why it fails. Of levels INFO and ERROR.
  void failure(Time at, std::string_view text) { add(at, text); }

  [[nodiscard]] const std::vector<Line>& lines() const noexcept { return lines_; }
  /// There is nothing to be written after all.
  void clear() { lines_.clear(); }

 private:
  void add(Time at, std::string_view text);

  ExecutionLogging logging_;
  std::string begin_;
  std::vector<Line> lines_;
};

/// All but the last six characters are asterisks.
[[nodiscard]] std::string masked_secret(std::string_view secret);

/// "{A=b, C=d}"; a name that is there again has its values in one place, with a comma between.
/// Secret values of header fields are masked.
[[nodiscard]] std::string fields_text(const http::FieldList& fields);
/// Likewise of names and values that are no header fields: nothing is masked.
[[nodiscard]] std::string parameters_text(
    const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace hoplab::aws
