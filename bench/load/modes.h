// The modes of hoplab-load. Each runs to its end, prints its JSON and returns the exit code.
#pragma once

#include "load/options.h"

namespace hoplab::bench {

int run_handshake(const Options& options);
int run_keepalive(const Options& options);  // also bulk: the same work, counted in bytes
int run_idle(const Options& options);
int run_refused(const Options& options);
int run_h2(const Options& options);  // also grpc: unary calls, each a stream
int run_web_socket(const Options& options);
int run_first_answer(const Options& options);

}  // namespace hoplab::bench
