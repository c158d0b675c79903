// first-answer: how long after its start a server gives the first good mTLS answer. It prints
// READY when it is warm and polls from then on; blocking, because it does one thing at a time.
#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "load/event_loop.h"
#include "load/http1_client.h"
#include "load/modes.h"
#include "load/started_server.h"

namespace hoplab::bench {
namespace {

constexpr long kRetryNs = 200'000;

void pause_briefly() {
  const timespec wait{0, kRetryNs};
  nanosleep(&wait, nullptr);
}

// One connection, handshake and request; "" when the answer is good, else what was wrong.
std::string try_once(const sockaddr_in& address, SSL_CTX* context, const Options& options) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return "socket";
  struct Closer {
    int fd;
    ~Closer() { close(fd); }
  } closer{fd};
  const timeval patience{2, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return "connect";
  }
  ERR_clear_error();
  const Owned<SSL> ssl(SSL_new(context));
  SSL_set_tlsext_host_name(ssl.get(), options.sni.c_str());
  SSL_set1_host(ssl.get(), options.sni.c_str());
  SSL_set_fd(ssl.get(), fd);
  if (SSL_connect(ssl.get()) != 1) return "handshake: " + openssl_error();
  const std::string request = http1_request(options);
  if (SSL_write(ssl.get(), request.data(), static_cast<int>(request.size())) <= 0) return "write";
  ResponseReader reader(true);
  char buffer[16 * 1024];
  for (;;) {
    const int got = SSL_read(ssl.get(), buffer, sizeof buffer);
    if (got <= 0) return "read: " + openssl_error();
    const auto progress = reader.feed({buffer, static_cast<std::size_t>(got)});
    if (progress == ResponseReader::Progress::kBroken) return "not HTTP";
    if (progress == ResponseReader::Progress::kDone) break;
  }
  return wrong_answer(options, reader.status(), reader.body(), reader.body_bytes());
}

bool exists(const std::string& path) {
  struct stat info {};
  return path.empty() || stat(path.c_str(), &info) == 0;
}

std::string warm_up(const Options& options) {
  if (!options.has_warm_address) return {};
  std::string error;
  const TlsSetup tls({options.warm_cert, options.warm_key, options.warm_cacert}, options.tls,
                     "http/1.1", error);
  if (tls.context() == nullptr) return error;
  Options warm = options;
  warm.sni = options.warm_sni;
  for (int i = 0; i < 3; ++i) {
    error = try_once(options.warm_address, tls.context(), warm);
    // What the other server answers does not matter; that TLS worked does.
    if (!error.empty() && !error.starts_with("status") && !error.starts_with("body")) return error;
  }
  return {};
}

}  // namespace

int run_first_answer(const Options& given) {
  if (const std::string error = warm_up(given); !error.empty()) {
    std::fprintf(stderr, "hoplab-load: warming up: %s\n", error.c_str());
    return 2;
  }
  Options options = given;
  std::unique_ptr<TlsSetup> tls;
  std::string last = "the server's address or certificate files did not appear";
  std::printf("READY\n");
  std::fflush(stdout);

  const std::int64_t deadline = now_ns() + static_cast<std::int64_t>(given.timeout_s * 1e9);
  std::int64_t ready_ns = 0;
  std::size_t attempts = 0;
  for (; now_ns() < deadline; pause_briefly()) {
    if (ready_ns == 0) {
      StartedServer server;
      if (!given.port_file.empty() && !read_started_server(given.port_file, server)) continue;
      if (!exists(given.cert) || !exists(given.key) || !exists(given.cacert)) continue;
      ready_ns = now_ns();
      if (!given.port_file.empty()) {
        options.address = server.address;
        if (options.sni.empty()) options.sni = server.dns_name;
      }
    }
    if (!tls) {
      const TlsFiles files{given.cert, given.key, given.cacert};
      tls = std::make_unique<TlsSetup>(files, given.tls, "http/1.1", last);
      if (tls->context() == nullptr) break;
    }
    ++attempts;
    last = try_once(options.address, tls->context(), options);
    if (last.empty()) break;
  }
  const std::int64_t answered_ns = now_ns();
  if (!last.empty()) {
    std::printf("{\"mode\": \"first-answer\", \"failures\": 1, \"failureReasons\": {%s: 1}}\n",
                json_string(last).c_str());
    return 1;
  }
  std::string since = given.since;
  if (since == "stdin") std::getline(std::cin, since);
  const std::int64_t since_ns = std::strtoll(since.c_str(), nullptr, 10);
  const auto ms = [since_ns](std::int64_t at) { return static_cast<double>(at - since_ns) / 1e6; };
  std::printf(
      "{\"mode\": \"first-answer\", \"milliseconds\": %.3f, \"filesAfterMs\": %.3f, "
      "\"attempts\": %zu, \"failures\": 0}\n",
      ms(answered_ns), ms(ready_ns), attempts);
  return since_ns > 0 ? 0 : 2;
}

}  // namespace hoplab::bench
