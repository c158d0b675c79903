// Running: what is behind hoplab::Emulator: the topology that runs, the loops that run it, and the
// one way from one topology to the next.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "topology/out_folder.h"
#include "topology/worker.h"

namespace hoplab::topology {

class Running {
 public:
  /// `topology` is complete and valid.
  Running(model::Topology topology, EmulatorOptions options);

  Result<void> start();
  /// Makes start() give up, which waits for targets to be healthy or not. Any thread may call it.
  void interrupt();
  /// Idempotent.
  void stop();

  /// The caller holds lock(), as with all that follows.
  Result<Applied> apply(model::Topology next);
  Result<Applied> apply(const std::vector<model::Change>& changes);
  Result<void> restore();
  Result<void> set_clock(const ClockSettings& settings);

  /// Runs `work` in the loop's thread and waits for it; in_each_loop() does nothing before start().
  void in_loop(Worker& worker, const std::function<void()>& work) const;
  void in_each_loop(const std::function<void(Worker&)>& work) const;
  [[nodiscard]] Worker& first() const { return *workers_.front(); }

  [[nodiscard]] std::unique_lock<std::mutex> lock() const { return std::unique_lock(mutex_); }
  [[nodiscard]] const Prepared& now() const { return *now_; }
  [[nodiscard]] std::shared_ptr<const model::Topology> topology() const {
    return now_ ? now_->topology : first_topology_;
  }
  [[nodiscard]] Shared& shared() { return shared_; }
  [[nodiscard]] const Shared& shared() const { return shared_; }
  [[nodiscard]] bool started() const { return now_ != nullptr; }
  [[nodiscard]] const std::vector<EndpointAddress>& endpoints() const { return endpoints_; }
  [[nodiscard]] const OutputFiles& files() const { return files_; }
  /// Of who has started.
  [[nodiscard]] OutFolder& out() { return *out_; }
  [[nodiscard]] const OutFolder& out() const { return *out_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  [[nodiscard]] std::string url() const;
  [[nodiscard]] Counters counters() const;
  [[nodiscard]] std::vector<MetricValue> metrics() const;
  [[nodiscard]] Time calendar() const;

 private:
  Result<void> settle(Worker& worker);
  Result<std::shared_ptr<Prepared>> open_all(std::shared_ptr<Prepared> prepared);
  Result<void> first_doors();
  Result<void> write_files(const Prepared& prepared);
  void list_endpoints();
  void find_by_address(model::TargetName& target) const;
  [[nodiscard]] Counters all_counters() const;
  [[nodiscard]] std::vector<MetricValue> all_metrics() const;

  Shared shared_;
  Remembered remembered_;
  std::shared_ptr<const model::Topology> first_topology_;
  std::shared_ptr<const Prepared> now_;  // null: not started
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
  std::optional<OutFolder> out_;
  OutputFiles files_;
  std::vector<EndpointAddress> endpoints_;
  std::vector<std::string> notes_;
  Counters counters_before_;                 // at the last restore()
  std::vector<MetricValue> metrics_before_;  // likewise
  std::atomic<bool> interrupted_{false};
  std::atomic<Loop*> settling_{nullptr};  // the loop that start() runs
  mutable std::mutex mutex_;
};

/// Completes `topology` and reads what it names; the error is every problem of it, a line each.
Result<void> make_whole(model::Topology& topology);

}  // namespace hoplab::topology
