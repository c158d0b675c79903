#include "cli/clean_end.h"

#include <pthread.h>

#include <cstdio>

#include "cli/starting.h"
#include "topology/temporary_folder.h"

namespace hoplab::cli {

CleanEnd::CleanEnd() {
  sigset_t awaited = stop_signals();
  sigaddset(&awaited, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &awaited, &before_);
  watching_ = std::thread([awaited] {
    int signal = 0;
    sigwait(&awaited, &signal);
    if (signal == SIGUSR1) return;  // there is nothing to end any more
    std::fflush(stdout);
    topology::TemporaryFolder::take_all_away();
    std::signal(signal, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    ::raise(signal);
  });
}

CleanEnd::~CleanEnd() {
  pthread_kill(watching_.native_handle(), SIGUSR1);
  watching_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace hoplab::cli
