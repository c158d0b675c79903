// CleanEnd: a signal that asks for an end ends this process at once, as it would without this, but
// nothing is left behind.
#pragma once

#include <csignal>
#include <thread>

namespace hoplab::cli {

class CleanEnd {
 public:
  /// SIGINT, SIGTERM and SIGHUP, until this is gone. Before other threads begin: they inherit that
  /// the signals are blocked.
  CleanEnd();
  CleanEnd(const CleanEnd&) = delete;
  CleanEnd& operator=(const CleanEnd&) = delete;
  ~CleanEnd();

 private:
  sigset_t before_;
  std::thread watching_;
};

}  // namespace hoplab::cli
