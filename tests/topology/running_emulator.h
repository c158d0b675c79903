// An emulator for a test, and a queue of the ends of its connections to wait on.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "topology/emulator.h"

namespace hoplab::testing {

inline std::string scenario_file(const std::string& name) {
  return std::string(HOPLAB_SOURCE_DIR "/scenarios/") + name + ".json";
}

class EndQueue {
 public:
  void push(const EndRecord& record) {
    const std::lock_guard lock(mutex_);
    records_.push_back(record);
    changed_.notify_one();
  }
  /// The next end; a watchdog makes a missing one a failure instead of a hang.
  std::optional<EndRecord> next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [this] { return !records_.empty(); })) {
      ADD_FAILURE() << "no connection has ended";
      return std::nullopt;
    }
    EndRecord record = std::move(records_.front());
    records_.pop_front();
    return record;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<EndRecord> records_;
};

struct RunningEmulator {
  explicit RunningEmulator(Result<Emulator> made) : emulator(std::move(made).value()) {
    emulator.on_end([queue = ends](const EndRecord& record) { queue->push(record); });
    const auto started = emulator.start();
    EXPECT_TRUE(started.ok()) << started.error();
  }
  RunningEmulator(const std::string& scenario, const EmulatorOptions& options)
      : RunningEmulator(Emulator::from_scenario(scenario_file(scenario), options)) {}

  /// With a clock that stands still.
  static RunningEmulator stepped(const std::string& scenario) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    return RunningEmulator(scenario, options);
  }

  /// One of CloudWatch's.
  [[nodiscard]] std::uint64_t metric(const std::string& resource, const std::string& name) const {
    for (const MetricValue& one : emulator.metrics()) {
      if (one.resource == resource && one.metric == name) return one.value;
    }
    ADD_FAILURE() << "no metric " << name;
    return 0;
  }

  std::shared_ptr<EndQueue> ends = std::make_shared<EndQueue>();
  Emulator emulator;
};

}  // namespace hoplab::testing
