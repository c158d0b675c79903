// hoplab-load: a small load generator for mutual TLS, HTTP/1.1 and HTTP/2.
#include <csignal>

#include "load/modes.h"

int main(int argc, char** argv) {
  using namespace hoplab::bench;
  std::signal(SIGPIPE, SIG_IGN);
  const Options options = parse_options(argc, argv);
  if (options.mode == "handshake") return run_handshake(options);
  if (options.mode == "idle") return run_idle(options);
  if (options.mode == "refused") return run_refused(options);
  if (options.mode == "h2" || options.mode == "grpc") return run_h2(options);
  if (options.mode == "websocket") return run_web_socket(options);
  if (options.mode == "first-answer") return run_first_answer(options);
  return run_keepalive(options);
}
