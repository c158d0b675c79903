// ApiLogs: where the lines of all APIs' logs go: files in a folder, two for each stage.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "aws/apigateway/api_log.h"
#include "topology/emulator.h"
#include "topology/line_file.h"

namespace hoplab::topology {

/// A file is named as the scenario names what it is about, "orders-api-prod-access.log", and is
/// made for the first line. A line of an execution log has its time before it, or, as a JSON
/// object, beside it; one of an access log is as its format says. In plain files a line end within
/// a line is a blank.
class ApiLogs final : public aws::ApiLog {
 public:
  /// Makes the folder that the options ask for. The error names it.
  Result<void> open(const EmulatorOptions& options);

  [[nodiscard]] bool on() const noexcept override { return !folder_.empty() || most_ > 0; }
  void add(const aws::ApiLogLine& line) override;
  /// Those that are kept, the oldest first.
  [[nodiscard]] std::vector<ApiLine> lines() const;

 private:
  void keep(const aws::ApiLogLine& line);
  LineFile* file_of(const aws::ApiLogLine& line);

  std::string folder_;  // empty: no logs are kept
  bool json_ = false;
  std::size_t most_ = 0;  // lines to keep
  mutable std::mutex mutex_;
  std::deque<ApiLine> kept_;
  std::uint64_t count_ = 0;
  std::map<std::string, std::unique_ptr<LineFile>> files_;  // by name; null: it cannot be written
};

}  // namespace hoplab::topology
