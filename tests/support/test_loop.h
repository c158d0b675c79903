// TestLoop: a loop with a stepped clock, and short ways to run it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "base/loop.h"
#include "base/task_group.h"
#include "base/wait_slot.h"

namespace hoplab::testing {

/// 2025-06-15T15:06:40Z, inside the validity of the test PKI.
inline constexpr Time kStart{std::chrono::seconds(1'750'000'000)};

class TestLoop : public Loop {
 public:
  TestLoop() {
    clock().set_stepped(kStart);
    clock_changed();
  }

  /// Runs what can run without any event from outside.
  void settle() {
    while (poll()) {
    }
  }

  /// Starts `task` and runs the loop until it has ended.
  void run(Task<void> task) {
    TaskGroup group;
    group.spawn(std::move(task));
    run_until([&group] { return group.running() == 0; });
  }

  /// Likewise, with the task's value.
  template <class T>
  T run_for(Task<T> task) {
    std::optional<T> value;
    run(keep(std::move(task), value));
    return std::move(*value);
  }

 private:
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& value) {
    value.emplace(co_await std::move(task));
  }
};

}  // namespace hoplab::testing
