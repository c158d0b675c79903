// What the modes of hoplab-target have in common: a listener, and connections that take bytes and
// answer them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "load/event_loop.h"

namespace hoplab::bench {

// One connection. It deletes itself when its peer has ended, or take() is false.
class Peer : public EventHandler {
 public:
  // Takes `fd`, a connected, non-blocking socket.
  explicit Peer(int fd) : fd_(fd) {}
  ~Peer() override;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Leaves at once, or when the socket takes it.
  void send(std::string_view bytes);
  void on_event(std::uint32_t epoll_events) final;

 protected:
  // What has come. False ends the connection.
  virtual bool take(std::string_view bytes) = 0;

 private:
  bool read_all(bool ends);
  void flush();

  int fd_;
  std::string unsent_;
};

// Makes a Peer of each connection, for ever.
class Listener final : public EventHandler {
 public:
  using Make = std::function<Peer*(int fd)>;
  // Ends the process when it cannot listen on `address`, "IP:PORT".
  Listener(EventLoop& loop, const std::string& address, Make make);

  void on_event(std::uint32_t epoll_events) override;

 private:
  EventLoop& loop_;
  Make make_;
  int fd_;
};

// Turns the loop until the process is ended by a signal.
[[noreturn]] void serve(EventLoop& loop);

}  // namespace hoplab::bench
