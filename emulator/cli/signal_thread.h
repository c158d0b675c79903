// SignalThread: while it is there, a thread of its own takes the signals that ask for an end.
#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace hoplab::cli {

class SignalThread {
 public:
  /// Before other threads begin: they inherit that `signals` are blocked. `act` is called for the
  /// first that comes, in the thread.
  SignalThread(const sigset_t& signals, std::function<void(int)> act);
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;
  ~SignalThread();

 private:
  sigset_t before_;
  std::thread thread_;
};

}  // namespace hoplab::cli
