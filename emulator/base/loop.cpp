#include "base/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace hoplab {

namespace {
/// How often one and the same coroutine may be resumed before the reactor is asked, and how many at
/// all. Whoever is flooded does much work each time.
constexpr int kRoundsInATurn = 8;
constexpr std::size_t kResumesInATurn = 1024;
}  // namespace

struct Loop::Reactor {
  // One thread runs it; only post() and stop() come from others.
  boost::asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  boost::asio::steady_timer timer{io};
  bool comes_back = false;  // once it has been asked; the rest of a turn waits for that

  void come_back() {
    if (std::exchange(comes_back, true)) return;
    boost::asio::post(io, [this] { comes_back = false; });
  }
};

Loop::Loop() : reactor_(std::make_unique<Reactor>()) {}
Loop::~Loop() = default;

boost::asio::io_context& Loop::io() noexcept {
  return reactor_->io;
}

void Loop::run() {
  drain();
  while (reactor_->io.run_one() > 0) drain();
  reactor_->io.restart();
}

bool Loop::poll() {
  bool ran = !ready_.empty();
  drain();
  for (; reactor_->io.poll_one() > 0; ran = true) drain();
  reactor_->io.restart();
  return ran;
}

void Loop::run_until(const std::function<bool()>& done) {
  drain();
  while (!done()) {
    reactor_->io.run_one();
    drain();
  }
}

void Loop::stop() {
  reactor_->io.stop();
}

void Loop::post(std::function<void()> work) {
  boost::asio::post(reactor_->io, std::move(work));
}

void Loop::drain() {
  // What becomes ready while draining joins the end of the same queue: first come, first served.
  // After a turn's worth the reactor is asked first, so that nobody's endless work delays the
  // others.
  std::size_t next = 0;
  for (int round = 0; round < kRoundsInATurn; ++round) {
    const std::size_t end = std::min(ready_.size(), kResumesInATurn);
    for (; next < end; ++next) {
      const auto waiter = ready_[next];  // a copy: the queue may grow meanwhile
      waiter.resume();
    }
  }
  ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(next));
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
