#include "cli/clean_end.h"

#include <pthread.h>

#include "topology/temporary_folder.h"

namespace hoplab::cli {

CleanEnd::CleanEnd() {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int one : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&awaited, one);
  pthread_sigmask(SIG_BLOCK, &awaited, &before_);
  watching_ = std::thread([awaited] {
    int signal = 0;
    sigwait(&awaited, &signal);
    if (signal == SIGUSR1) return;  // there is nothing to end any more
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
