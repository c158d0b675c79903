// refused: connects with a certificate that must be refused, and counts by what the server did it.
#include <cstdio>
#include <deque>

#include "load/http1_client.h"
#include "load/modes.h"

namespace hoplab::bench {
namespace {

class RefusedClient final : public ClientConnection::Owner {
 public:
  RefusedClient(Run& run, SSL_CTX* context, std::size_t slot)
      : run_(run),
        slot_(slot),
        request_(http1_request(run.options())),
        reader_(false),
        connection_(run.loop(), context, *this) {}

  void start() {
    if (!run_.going()) return;
    reader_.reset();
    since_ns_ = now_ns();
    connection_.open(run_.options().address, run_.options().sni);
  }

  void on_connected() override {
    run_.note_tls(connection_.ssl());
    connection_.send(request_);
  }

  void on_bytes(std::string_view bytes) override {
    const auto progress = reader_.feed(bytes);
    if (progress == ResponseReader::Progress::kMore) return;
    const int status = reader_.status();
    if (progress == ResponseReader::Progress::kDone && status >= 400 && status < 500) {
      connection_.close();
      return refused("http:" + std::to_string(status));
    }
    run_.failed("not-refused:status:" + std::to_string(status));
    connection_.close();
    start();
  }

  void on_ended(const Ending& ending) override {
    switch (ending.kind) {
      case Ending::Kind::kRst:
      case Ending::Kind::kFin:
      case Ending::Kind::kCloseNotify:
      case Ending::Kind::kAlert:
        return refused(ending.detail + (ending.after_handshake ? "@established" : "@handshake"));
      default: run_.failed(ending.detail); start();
    }
  }

 private:
  void refused(const std::string& how) {
    run_.count_ending(how);
    run_.completed(slot_, now_ns() - since_ns_);
    start();
  }

  Run& run_;
  std::size_t slot_;
  std::string request_;
  ResponseReader reader_;
  std::int64_t since_ns_ = 0;
  ClientConnection connection_;
};

}  // namespace

int run_refused(const Options& options) {
  std::string error;
  const TlsSetup tls({options.cert, options.key, options.cacert}, options.tls, "http/1.1", error);
  if (tls.context() == nullptr) {
    std::fprintf(stderr, "hoplab-load: %s\n", error.c_str());
    return 2;
  }
  Run run(options, options.connections);
  std::deque<RefusedClient> clients;
  for (std::size_t slot = 0; slot < options.connections; ++slot) {
    clients.emplace_back(run, tls.context(), slot);
  }
  for (RefusedClient& client : clients) client.start();
  run.execute();
  return run.report();
}

}  // namespace hoplab::bench
