// LoadBalancerLogs: where the lines of all load balancers' logs go: into a file for each kind of
// log, and into a folder that stands for an S3 bucket.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/logs/load_balancer_log.h"
#include "topology/emulator.h"
#include "topology/line_file.h"
#include "topology/log_archive.h"
#include "topology/temporary_folder.h"

namespace hoplab::topology {

class LoadBalancerLogs final : public aws::LoadBalancerLog {
 public:
  /// Opens what the options ask for. The error names what cannot be written.
  Result<void> open(const EmulatorOptions& options, const std::string& region, std::uint64_t seed);

  [[nodiscard]] bool wants(aws::LogKind kind) const noexcept override {
    return archive_ || file(kind);
  }
  [[nodiscard]] aws::LogFormat format() const noexcept override { return format_; }
  void add(const aws::LogLine& line) override;

  /// Whether files are to be delivered at the end of each interval.
  [[nodiscard]] bool delivers() const noexcept { return archive_ != nullptr; }
  void deliver(Time now) { archive_->deliver(now); }
  [[nodiscard]] std::vector<DeliveredLog> delivered() const {
    return archive_ ? archive_->delivered() : std::vector<DeliveredLog>();
  }
  /// Delivers what there is. No line may come any more.
  void close() { archive_.reset(); }

 private:
  [[nodiscard]] LineFile* file(aws::LogKind kind) const noexcept {
    return files_[static_cast<std::size_t>(kind)].get();
  }

  aws::LogFormat format_ = aws::LogFormat::plain;
  std::array<std::unique_ptr<LineFile>, 3> files_;  // by kind; null: none is kept
  std::optional<TemporaryFolder> bucket_;           // where the archive has none of the user's
  std::unique_ptr<LogArchive> archive_;             // likewise
};

}  // namespace hoplab::topology
