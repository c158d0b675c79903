// Loop: one thread's event loop: ready coroutines, timers on the emulated clock, and Asio beneath.
//
// Everything that a loop runs is single-threaded; only post() may be called from others.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace boost::asio {
class io_context;
}

namespace hoplab {

class Timer;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop().
  void run();
  /// Runs what can run now without blocking; true if anything ran.
  bool poll();
  /// Runs until `done` returns true; it is asked after every turn.
  void run_until(const std::function<bool()>& done);
  /// Makes run() return after its current turn. In the loop's thread.
  void stop();
  /// Runs `work` in the loop's thread. Thread-safe.
  void post(std::function<void()> work);

  /// Resumes `waiter` in this turn, after what already waits.
  void schedule(std::coroutine_handle<> waiter) { ready_.push_back(waiter); }
  /// Resumes all that is ready and ends the turn; handlers of the reactor call it last.
  void drain();

  [[nodiscard]] Clock& clock() noexcept { return clock_; }
  /// The time of this turn: read once after each wake-up, so that asking is free.
  [[nodiscard]] Time now() noexcept {
    if (!turn_time_known_) {
      turn_time_ = clock_.now();
      turn_time_known_ = true;
    }
    return turn_time_;
  }
  /// What the calendar shows in this turn.
  [[nodiscard]] Time calendar() noexcept { return now() + clock_.offset(); }
  /// After the clock changed its mode or jumped: looks at the timers anew.
  void clock_changed();
  /// Stepped clock only: moves time on by `step`, firing what falls due, in order, and running the
  /// loop quiet after each.
  void advance(Duration step);

  /// From now on every deadline counts as reached: fires all timers that are armed now, so that
  /// whoever waits for one ends. Call it until nothing is left.
  void shut_down();
  [[nodiscard]] bool shutting_down() const noexcept { return shutting_down_; }

  [[nodiscard]] boost::asio::io_context& io() noexcept;

 private:
  friend class Timer;
  using TimerKey = std::pair<Time, std::uint64_t>;  // ties in order of arming

  TimerKey add(Time at, Timer& timer);
  void remove(const TimerKey& key) { timers_.erase(key); }
  void fire_due();
  void arm_reactor();

  struct Reactor;  // Asio's part, kept out of the headers
  std::unique_ptr<Reactor> reactor_;
  Clock clock_;
  std::vector<std::coroutine_handle<>> ready_;
  std::map<TimerKey, Timer*> timers_;
  std::uint64_t next_timer_ = 0;
  Time turn_time_;
  bool turn_time_known_ = false;
  Time reactor_armed_for_ = Time::max();
  bool shutting_down_ = false;
};

/// Calls its function once when its time comes. Not re-armed per activity: an idle timer stores the
/// last activity elsewhere and looks at it when it fires.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> fire) : loop_(loop), fire_(std::move(fire)) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void at(Time when);
  void after(Duration wait) { at(loop_.now() + wait); }
  void cancel();
  [[nodiscard]] bool armed() const noexcept { return armed_; }

 private:
  friend class Loop;
  Loop& loop_;
  std::function<void()> fire_;
  Loop::TimerKey key_;
  bool armed_ = false;
};

}  // namespace hoplab
