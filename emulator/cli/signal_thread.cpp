#include "cli/signal_thread.h"

#include <pthread.h>

#include <utility>

namespace hoplab::cli {

SignalThread::SignalThread(const sigset_t& signals, std::function<void(int)> act) {
  sigset_t awaited = signals;
  sigaddset(&awaited, SIGUSR1);  // by which it is told that nobody needs it any more
  pthread_sigmask(SIG_BLOCK, &awaited, &before_);
  thread_ = std::thread([awaited, act = std::move(act)] {
    int signal = 0;
    sigwait(&awaited, &signal);
    if (signal != SIGUSR1) act(signal);
  });
}

SignalThread::~SignalThread() {
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace hoplab::cli
