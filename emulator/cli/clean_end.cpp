#include "cli/clean_end.h"

#include <pthread.h>

#include <cstdio>

#include "cli/starting.h"
#include "topology/temporary_folder.h"

namespace hoplab::cli {

namespace {

void end_by(int signal) {
  std::fflush(stdout);
  topology::TemporaryFolder::take_all_away();
  std::signal(signal, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  ::raise(signal);
}

}  // namespace

CleanEnd::CleanEnd() : watching_(stop_signals(), end_by) {}

}  // namespace hoplab::cli
