#include "http/loopback_server.h"

#include <atomic>
#include <thread>

#include "base/loop.h"
#include "base/task_group.h"
#include "net/live_connections.h"
#include "net/tcp_listener.h"

namespace hoplab::http {

namespace {

class PlainErrors final : public ErrorPages {
 public:
  void fill(int status, Response& response) const override {
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.text = "{\"error\": \"the request is not HTTP/1.1 as it should be\"}\n";
    response.close = true;
  }
};
const PlainErrors kPlainErrors;

}  // namespace

struct LoopbackServer::Impl final : net::ConnectionHandler {
  explicit Impl(const std::string& name) : hop{name, name} {}

  void serve(net::Connection connection) override { tasks.spawn(run(std::move(connection))); }

  Task<void> run(net::Connection connection) {
    Journal& journal = *connection.journal;
    const net::LiveConnections::Entry entry(live, journal, *connection.stream);
    ServerContext context(journal, hop, kPlainErrors);
    context.desync = DesyncMode::monitor;
    const net::ServeEnd ended = co_await serve_http1(*connection.stream, *handler, context);
    co_await net::finish_connection(connection, hop, ended);
  }

  Loop loop;
  const Hop hop;
  Handler* handler = nullptr;
  std::atomic<std::uint64_t> ids{0};
  std::string address;
  net::LiveConnections live;
  TaskGroup tasks;
  std::unique_ptr<net::TcpListener> listener;
  std::thread thread;
};

LoopbackServer::LoopbackServer(const std::string& name) : impl_(std::make_unique<Impl>(name)) {}
LoopbackServer::~LoopbackServer() {
  halt();
  end();
}

Loop& LoopbackServer::loop() noexcept {
  return impl_->loop;
}
const std::string& LoopbackServer::address() const noexcept {
  return impl_->address;
}

Result<void> LoopbackServer::start(Handler& handler, std::uint16_t port,
                                   net::SocketSource* network) {
  net::TcpListener::Options options;
  options.ip = "127.0.0.1";
  options.port = port;
  options.sockets = network;
  auto listener = net::TcpListener::open(impl_->loop, options, impl_->ids);
  if (!listener) return listener.failure();
  impl_->handler = &handler;
  impl_->listener = std::move(listener).value();
  impl_->address = impl_->listener->address().text();
  impl_->listener->start(*impl_);
  impl_->thread = std::thread([loop = &impl_->loop] { loop->run(); });
  return {};
}

void LoopbackServer::halt() {
  if (!impl_->thread.joinable()) return;
  impl_->loop.post([this] { impl_->loop.stop(); });
  impl_->thread.join();
  impl_->listener->stop();
}

void LoopbackServer::end() {
  Loop& loop = impl_->loop;
  impl_->live.reset_all(impl_->hop, Reason::emulator_stopped, loop.now());
  while (impl_->tasks.running() > 0) {
    if (!loop.poll()) loop.shut_down();
  }
  while (loop.poll()) {
  }
}

}  // namespace hoplab::http
