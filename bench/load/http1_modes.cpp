// handshake, keepalive, bulk and idle: modes made of Http1Clients.
#include <unistd.h>

#include <cstdio>
#include <deque>
#include <optional>

#include "load/http1_client.h"
#include "load/modes.h"

namespace hoplab::bench {
namespace {

int run_clients(const Options& options, Http1Client::Next next) {
  std::string error;
  const TlsSetup tls({options.cert, options.key, options.cacert}, options.tls, "http/1.1", error);
  if (!error.empty()) {
    std::fprintf(stderr, "hoplab-load: %s\n", error.c_str());
    return 2;
  }
  std::optional<CertificateMint> mint;
  if (!options.issuer_key.empty()) mint.emplace(tls.context(), options.issuer_key, error);
  if (!error.empty()) {
    std::fprintf(stderr, "hoplab-load: %s\n", error.c_str());
    return 2;
  }
  Run run(options, options.connections);
  std::deque<Http1Client> clients;
  for (std::size_t slot = 0; slot < options.connections; ++slot) {
    clients.emplace_back(run, tls.context(), slot, next, mint ? &*mint : nullptr);
  }
  for (Http1Client& client : clients) client.start();
  run.execute();
  return run.report();
}

// Reads stdin until it closes; the idle connections are held that long.
class StdinWatch final : public EventHandler {
 public:
  void on_event(std::uint32_t) override {
    char buffer[256];
    ssize_t got = 0;
    while ((got = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
      if (static_cast<std::size_t>(got) < sizeof buffer) return;
    }
    closed_ = got == 0;
  }
  bool closed() const { return closed_; }

 private:
  bool closed_ = false;
};

constexpr std::size_t kOpeningAtOnce = 32;

}  // namespace

int run_handshake(const Options& options) {
  return run_clients(options, Http1Client::Next::kReconnect);
}

int run_keepalive(const Options& options) {
  return run_clients(options, Http1Client::Next::kAskAgain);
}

int run_idle(const Options& options) {
  std::string error;
  const TlsSetup tls({options.cert, options.key, options.cacert}, options.tls, "http/1.1", error);
  if (!error.empty()) {
    std::fprintf(stderr, "hoplab-load: %s\n", error.c_str());
    return 2;
  }
  // One slot more than there are clients is never warm: there is no window, only the holding.
  Run run(options, options.count + 1);
  std::deque<Http1Client> clients;
  std::size_t started = 0;
  std::size_t held = 0;
  const auto start_next = [&] {
    if (started < clients.size()) clients[started++].start();
  };
  for (std::size_t slot = 0; slot < options.count; ++slot) {
    clients.emplace_back(run, tls.context(), slot, Http1Client::Next::kHold);
    clients.back().on_held([&] {
      ++held;
      start_next();
    });
  }
  for (std::size_t i = 0; i < kOpeningAtOnce; ++i) start_next();
  const std::int64_t deadline = now_ns() + static_cast<std::int64_t>(options.timeout_s * 1e9);
  while (run.going() && held < options.count && now_ns() < deadline) run.loop().turn(10);
  if (held < options.count) {
    run.failed("not-all-opened");
    return run.report();
  }
  std::printf("READY\n");
  std::fflush(stdout);
  StdinWatch input;
  const bool holds = run.loop().watch(STDIN_FILENO, input);  // a file would end at once anyway
  while (holds && !input.closed()) run.loop().turn(1000);
  std::size_t open = 0;
  for (const Http1Client& client : clients) open += client.is_open() ? 1 : 0;
  std::printf("{\"mode\": \"idle\", \"connections\": %zu, \"stillOpen\": %zu}\n", options.count,
              open);
  return open == options.count ? 0 : 1;
}

}  // namespace hoplab::bench
