#include "base/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <utility>

namespace hoplab {

namespace {
/// How often one and the same coroutine may be resumed before the reactor is asked, and how many at
/// all. Whoever is flooded does much work each time.
constexpr int kRoundsInATurn = 8;
constexpr std::size_t kResumesInATurn = 1024;

using Waiters = std::vector<std::coroutine_handle<>>;

/// Of a coroutine that is resumed soon: what it keeps is seldom near what another one keeps.
void prefetch(std::coroutine_handle<> waiter) {
  constexpr int kLines = 4, kLine = 64;
  const auto* const frame = static_cast<const char*>(waiter.address());
  for (int i = 0; i < kLines; ++i) __builtin_prefetch(frame + i * kLine);
}

/// `waiters` may grow meanwhile.
void resume(const Waiters& waiters, std::size_t i) {
  constexpr std::size_t kAhead = 3;
  if (i + kAhead < waiters.size()) prefetch(waiters[i + kAhead]);
  const auto waiter = waiters[i];
  waiter.resume();
}

/// Those from `first` on; the others are gone.
void move_to(Waiters& to, Waiters& from, std::size_t first) {
  to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(first), from.end());
  from.clear();
}
}  // namespace

/// Asio takes no lock: it is of one thread, and what others want is left in a box of ours.
struct Loop::Reactor {
  boost::asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  boost::asio::steady_timer timer{io};
  bool comes_back = false;  // once it has been asked; the rest of a turn waits for that
  Waiters turn, later;      // of drain(), empty but for its time

  Reactor() { listen(); }

  /// Until something has happened, and performs all that has. False: stopped.
  bool wait() {
    const bool running = io.run_one() > 0;
    io.poll();
    return running;
  }

  void come_back() {
    if (std::exchange(comes_back, true)) return;
    boost::asio::post(io, [this] { comes_back = false; });
  }

  /// Thread-safe.
  void leave(std::function<void()> work_of_another) {
    const std::lock_guard lock(mutex_);
    left_.push_back(std::move(work_of_another));
    if (left_.size() == 1) ::eventfd_write(bell_.native_handle(), 1);
  }

 private:
  void listen() {
    bell_.async_wait(bell_.wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      for (std::function<void()>& one : take()) boost::asio::post(io, std::move(one));
      listen();
    });
  }

  std::vector<std::function<void()>> take() {
    const std::lock_guard lock(mutex_);
    eventfd_t rung = 0;
    ::eventfd_read(bell_.native_handle(), &rung);
    return std::exchange(left_, {});
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> left_;
  boost::asio::posix::stream_descriptor bell_{io, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

namespace {
thread_local const Loop* this_threads_loop = nullptr;

/// While a thread runs a loop.
class Running {
 public:
  explicit Running(const Loop& loop) : before_(std::exchange(this_threads_loop, &loop)) {}
  ~Running() { this_threads_loop = before_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  const Loop* before_;
};
}  // namespace

Loop::Loop() : reactor_(std::make_unique<Reactor>()) {}
Loop::~Loop() = default;

boost::asio::io_context& Loop::io() noexcept {
  return reactor_->io;
}

void Loop::run() {
  const Running running(*this);
  drain();
  while (reactor_->wait()) drain();
  reactor_->io.restart();
}

bool Loop::poll() {
  const Running running(*this);
  bool ran = !ready_.empty();
  drain();
  for (; reactor_->io.poll() > 0; ran = true) drain();
  reactor_->io.restart();
  return ran;
}

void Loop::run_until(const std::function<bool()>& done) {
  const Running running(*this);
  drain();
  while (!done()) {
    reactor_->wait();
    drain();
  }
}

void Loop::stop() {
  reactor_->io.stop();
}

void Loop::post(std::function<void()> work) {
  if (this_threads_loop == this) {
    boost::asio::post(reactor_->io, std::move(work));
  } else {
    reactor_->leave(std::move(work));
  }
}

void Loop::drain() {
  // What has happened, and after each of it what follows from it: so what a connection needs is at
  // hand. After a turn's worth the reactor is asked first, so that nobody's endless work delays the
  // others.
  Waiters& turn = reactor_->turn;
  turn.swap(ready_);
  const std::size_t end = std::min(turn.size(), kResumesInATurn);
  for (std::size_t next = 0; next < end; ++next) {
    resume(turn, next);
    std::size_t following = 0;
    for (int round = 1; round < kRoundsInATurn; ++round) {
      const std::size_t last = std::min(ready_.size(), kResumesInATurn);
      for (; following < last; ++following) resume(ready_, following);
    }
    move_to(reactor_->later, ready_, following);
  }
  move_to(reactor_->later, turn, end);
  ready_.swap(reactor_->later);
  turn_time_known_ = false;
  if (!ready_.empty()) reactor_->come_back();
}

Loop::TimerKey Loop::add(Time at, Timer& timer) {
  const TimerKey key{at, next_timer_++};
  timers_.emplace(key, &timer);
  if (at < reactor_armed_for_) arm_reactor();
  return key;
}

void Loop::fire_due() {
  turn_time_known_ = false;  // time may have been set
  const Time now = Loop::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    Timer& timer = *timers_.begin()->second;
    timer.cancel();
    timer.fire_();
  }
}

void Loop::arm_reactor() {
  reactor_armed_for_ = timers_.empty() ? Time::max() : timers_.begin()->first.first;
  if (timers_.empty() || clock_.mode() == Clock::Mode::stepped) {
    reactor_armed_for_ = Time::max();
    reactor_->timer.cancel();
    return;
  }
  reactor_->timer.expires_after(clock_.real_time_until(reactor_armed_for_));
  reactor_->timer.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    fire_due();
    arm_reactor();
  });
}

void Loop::shut_down() {
  shutting_down_ = true;
  std::vector<TimerKey> armed;
  for (const auto& [key, timer] : timers_) armed.push_back(key);
  for (const TimerKey& key : armed) {
    const auto still = timers_.find(key);  // an earlier one's function may have ended it
    if (still == timers_.end()) continue;
    Timer& timer = *still->second;
    timer.cancel();
    timer.fire_();
  }
  drain();
}

void Loop::clock_changed() {
  fire_due();
  drain();
  arm_reactor();
}

void Loop::advance(Duration step) {
  const Time end = clock_.now() + step;
  while (poll()) {
  }
  while (!timers_.empty() && timers_.begin()->first.first <= end) {
    clock_.set_stepped(std::max(clock_.now(), timers_.begin()->first.first));
    turn_time_known_ = false;
    fire_due();
    while (poll()) {
    }
  }
  clock_.set_stepped(end);
  turn_time_known_ = false;
}

void Timer::at(Time when) {
  cancel();
  armed_ = true;
  key_ = loop_.add(when, *this);
}

void Timer::cancel() {
  if (!armed_) return;
  armed_ = false;
  loop_.remove(key_);
}

}  // namespace hoplab
