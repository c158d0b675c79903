// A single-threaded epoll loop, edge-triggered, and the clock that all of hoplab-load uses.
#pragma once

#include <cstdint>

namespace hoplab::bench {

class EventHandler {
 public:
  virtual ~EventHandler() = default;
  virtual void on_event(std::uint32_t epoll_events) = 0;
};

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Watches `fd` for reading and writing until it is closed. `handler` must outlive it. False for
  // what is always ready and cannot be watched, such as a regular file.
  bool watch(int fd, EventHandler& handler);

  // Waits at most `wait_ms` for one batch of events and hands them out.
  void turn(int wait_ms);

 private:
  int epoll_fd_;
};

// CLOCK_MONOTONIC in nanoseconds.
std::int64_t now_ns();

}  // namespace hoplab::bench
