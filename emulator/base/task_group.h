// TaskGroup: owns coroutines that nobody awaits, and knows when the last has ended.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>

#include "base/task.h"

namespace hoplab {

class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts `task` at once; it runs to its end by itself.
  void spawn(Task<void> task) {
    ++running_;
    run(std::move(task), *this);
  }

  [[nodiscard]] std::size_t running() const noexcept { return running_; }

 private:
  struct Detached {
    struct promise_type {
      Detached get_return_object() noexcept { return {}; }
      std::suspend_never initial_suspend() noexcept { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() noexcept {}
      [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
    };
  };
  static Detached run(Task<void> task, TaskGroup& group) {
    co_await std::move(task);
    --group.running_;
  }

  std::size_t running_ = 0;
};

}  // namespace hoplab
