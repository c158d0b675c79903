#include "net/tcp_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

#include "net/tcp_stream.h"

namespace hoplab::net {

namespace {

Address to_address(const sockaddr_in& raw) {
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &raw.sin_addr, text, sizeof text);
  return {text, ntohs(raw.sin_port)};
}

/// Errors after which accepting again at once would spin; the connection stays in the backlog.
bool out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

constexpr Duration kResourcePause = 50ms;

/// A backlog of 0 holds one connection. With that one waiting for ever, the kernel drops every
/// further SYN: the client sees silence, and needs no privilege of ours.
int fill_backlog(const sockaddr_in& address) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd >= 0) ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return fd;
}

}  // namespace

struct TcpListener::Impl : std::enable_shared_from_this<Impl> {
  Impl(Loop& owner, int fd, std::atomic<std::uint64_t>& counter)
      : loop(owner), descriptor(owner.io(), fd), ids(counter),
        resume(owner, [this] { wait(); }) {}

  ~Impl() {
    if (plug >= 0) ::close(plug);
  }

  void wait() {
    descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            if (error || !self->handler) return;
                            if (self->accept_all()) {
                              self->wait();
                            } else {
                              self->resume.after(kResourcePause);
                            }
                          });
  }

  /// False when the process is out of descriptors or memory.
  bool accept_all() {
    constexpr int kAtATurn = 64;  // then let the accepted ones run
    for (int i = 0; i < kAtATurn; ++i) {
      sockaddr_in peer{};
      socklen_t size = sizeof peer;
      const int fd = ::accept4(descriptor.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                               &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return !out_of_resources(errno);
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      hand_over(fd, to_address(peer));
    }
    return true;
  }

  void hand_over(int fd, Address peer) {
    accepted.fetch_add(1, std::memory_order_relaxed);
    Connection connection;
    connection.journal = std::make_shared<Journal>();
    connection.journal->id = ++ids;
    connection.journal->accepted_at = loop.now();
    connection.journal->client = peer.text();
    connection.stream = make_tcp_stream(loop, fd, connection.journal.get());
    connection.source = std::move(peer);
    connection.destination = address;
    handler->serve(std::move(connection));
  }

  Loop& loop;
  boost::asio::posix::stream_descriptor descriptor;
  std::atomic<std::uint64_t>& ids;
  std::atomic<std::uint64_t> accepted{0};
  Timer resume;
  Address address;
  ConnectionHandler* handler = nullptr;
  int plug = -1;  // the connection that keeps an unanswered backlog full
};

TcpListener::TcpListener(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpListener::~TcpListener() { stop(); }

Result<std::unique_ptr<TcpListener>> TcpListener::open(Loop& loop, const Options& options,
                                                       std::atomic<std::uint64_t>& ids) {
  const auto fail = [&](int fd, const char* what) {
    Error error{std::string(what) + " " + options.ip + ":" + std::to_string(options.port) + ": " +
                std::strerror(errno)};
    if (fd >= 0) ::close(fd);
    return error;
  };
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  if (::inet_pton(AF_INET, options.ip.c_str(), &address.sin_addr) != 1) {
    return Error{"not an IPv4 address: " + options.ip};
  }
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(fd, "cannot open a socket for");
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (options.reuse_port) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return fail(fd, "cannot bind");
  }
  if (::listen(fd, options.unanswered ? 0 : SOMAXCONN) != 0) return fail(fd, "cannot listen on");
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  auto impl = std::make_shared<Impl>(loop, fd, ids);
  if (options.unanswered) impl->plug = fill_backlog(address);
  impl->address = to_address(address);
  return std::unique_ptr<TcpListener>(new TcpListener(std::move(impl)));
}

void TcpListener::start(ConnectionHandler& handler) {
  impl_->handler = &handler;
  impl_->wait();
}

void TcpListener::stop() {
  impl_->handler = nullptr;
  impl_->resume.cancel();
  boost::system::error_code ignored;
  impl_->descriptor.close(ignored);
}

std::uint64_t TcpListener::accepted() const noexcept {
  return impl_->accepted.load(std::memory_order_relaxed);
}

const Address& TcpListener::address() const noexcept { return impl_->address; }

}  // namespace hoplab::net
