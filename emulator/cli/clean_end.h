// CleanEnd: a signal that asks for an end ends this process at once, as it would without this, but
// nothing is left behind.
#pragma once

#include "cli/signal_thread.h"

namespace hoplab::cli {

class CleanEnd {
 public:
  /// For SIGINT, SIGTERM and SIGHUP, until this is gone.
  CleanEnd();

 private:
  SignalThread watching_;
};

}  // namespace hoplab::cli
