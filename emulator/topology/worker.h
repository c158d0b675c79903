// Worker: the whole topology as the components of one loop. With several loops there are several
// workers, each with its own acceptors on the same addresses; they share only what is immutable or
// atomic. All members are for the loop's thread, unless the loop does not run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture.h"
#include "topology/building.h"
#include "topology/doors.h"
#include "topology/loop_faults.h"
#include "topology/metrics.h"

namespace hoplab::topology {

class Worker {
 public:
  /// The first worker has index 0.
  Worker(Shared& shared, unsigned index);

  /// Opens the sockets that `next` needs and that are not open yet: doors, and of the first worker
  /// stand-ins, whose addresses it puts into `next`. After an error nothing more is open.
  Result<void> open(Prepared& next, Remembered& remembered);
  /// Closes what was opened for what is not taken.
  void discard();
  /// The components are those of `next` from now on: created, updated, drained. Cannot fail.
  void take(std::shared_ptr<const Prepared> next);
  /// Checks all targets until their states are settled.
  Task<void> settle();
  /// Begins to accept and to check health.
  void start();
  /// Resets everything; then quiet() becomes true once the loop has run.
  void begin_stop();
  [[nodiscard]] bool quiet() const;

  /// From now on; nothing but the calendar jumps.
  void set_clock(const ClockSettings& settings);

  [[nodiscard]] Loop& loop() noexcept { return loop_; }
  [[nodiscard]] const Components& components() const noexcept { return components_; }
  [[nodiscard]] const Doors& doors() const noexcept { return doors_; }
  [[nodiscard]] Doors& doors() noexcept { return doors_; }
  [[nodiscard]] LoopFaults& faults() noexcept { return faults_; }
  /// Requests of clients that the load balancers took.
  [[nodiscard]] std::uint64_t requests() const;
  [[nodiscard]] std::vector<TargetStatus> target_health() const;
  [[nodiscard]] std::vector<ZoneStatus> zonal_health() const;
  /// What was captured is in the file when it returns.
  void write_capture() {
    if (capture_) capture_->write();
  }
  void add_to(MetricSources& sources);
  void add_flows(std::vector<FlowStatus>& flows) const;

 private:
  void build_stand_ins(const Prepared& next);
  void drain_what_is_gone();
  void targets_changed();
  void tell_dns();
  void start_components();
  void deliver_logs();

  Shared& shared_;
  unsigned index_;
  Loop loop_;
  std::unique_ptr<capture::LoopCapture> capture_;  // null: nobody listens
  LoopFaults faults_;                              // outlives what asks it
  Components components_;
  Doors doors_;
  std::shared_ptr<const Prepared> now_;
  std::map<std::string, std::shared_ptr<StandIn>> opened_stand_ins_;  // by key, not taken yet
  std::uint64_t next_seed_;
  bool started_ = false;
  bool taking_ = false;  // not all of the components are those of now_
  MetricSources gone_;   // what components counted that are no longer there
  std::uint64_t requests_gone_ = 0;
  std::optional<Timer> log_delivery_;  // the first worker's
};

}  // namespace hoplab::topology
