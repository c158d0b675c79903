#include "net/tcp_stream.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

namespace hoplab::net {

namespace {

// With the loop's own executor type: a type-erased one would cost something at every wait.
using Descriptor =
    boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

IoResult from_errno() {
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? IoStatus::would_block : IoStatus::failed, 0};
}

/// Readiness of one direction. Asio's wait stays armed once asked for, whoever watches meanwhile.
struct Watch {
  WaitSlot* slot = nullptr;
  bool armed = false;

  void wake() {
    if (slot) std::exchange(slot, nullptr)->notify();
  }
};

/// What outlives the stream while the reactor still holds a wait on its socket.
struct Socket {
  Socket(Loop& owner, int fd) : loop(owner), descriptor(owner.io(), fd) {}
  Loop& loop;
  Descriptor descriptor;
  Watch read, write;
};

using SocketPtr = std::shared_ptr<Socket>;

void arm(const SocketPtr& socket, Watch Socket::*direction, Descriptor::wait_type type) {
  Watch& watch = (*socket).*direction;
  if (watch.armed) return;
  watch.armed = true;
  socket->descriptor.async_wait(type, [socket, direction](const boost::system::error_code&) {
    Watch& ready = (*socket).*direction;
    ready.armed = false;
    ready.wake();
    socket->loop.drain();
  });
}

class TcpStream final : public Stream {
 public:
  TcpStream(Loop& loop, int descriptor, Journal* journal)
      : socket_(std::make_shared<Socket>(loop, descriptor)), journal_(journal) {}

  ~TcpStream() override {
    socket_->read.slot = socket_->write.slot = nullptr;
    close();
  }

  IoResult try_read(std::span<char> into) override {
    if (ended_) return {IoStatus::failed, 0};
    const ssize_t count = ::recv(fd(), into.data(), into.size(), 0);
    if (count > 0) {
      if (journal_) journal_->bytes_from_client += static_cast<std::uint64_t>(count);
      return {IoStatus::ok, static_cast<std::size_t>(count)};
    }
    return count == 0 ? end_of_input() : failure();
  }

  IoResult try_write(std::string_view data) override {
    if (ended_ || write_shut_) return {IoStatus::failed, 0};
    const ssize_t count = ::send(fd(), data.data(), data.size(), MSG_NOSIGNAL);
    if (count < 0) return failure();
    if (journal_) journal_->bytes_to_client += static_cast<std::uint64_t>(count);
    return {IoStatus::ok, static_cast<std::size_t>(count)};
  }

  void shutdown_write() override {
    if (ended_ || write_shut_) return;
    write_shut_ = true;
    ::shutdown(fd(), SHUT_WR);
  }

  void reset(const Cause&) override {
    if (ended_) return;
    // Linger 0 resets on close, but not after shutdown(SHUT_WR), where it leaves by a FIN: there a
    // disconnecting connect(AF_UNSPEC) makes the kernel send the RST.
    const linger abortive{1, 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
    if (write_shut_) {
      sockaddr unspecified{};
      unspecified.sa_family = AF_UNSPEC;
      ::connect(fd(), &unspecified, sizeof unspecified);
    }
    close();
    socket_->read.wake();
    socket_->write.wake();
  }

  void watch_read(WaitSlot* slot) override { watch(&Socket::read, slot, Descriptor::wait_read); }
  void watch_write(WaitSlot* slot) override { watch(&Socket::write, slot, Descriptor::wait_write); }

  void acknowledge_now() override {
    const int on = 1;
    if (!ended_) ::setsockopt(fd(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  }

  Loop& loop() noexcept override { return socket_->loop; }

  Address local() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    return {text, ntohs(address.sin_port)};
  }

 private:
  int fd() const { return socket_->descriptor.native_handle(); }

  // The kernel reports a reset once, to whichever call comes first; later reads give 0 as after a
  // FIN. We remember, so that a reset stays one.
  IoResult failure() {
    const IoResult result = from_errno();
    if (result.ended()) broken_ = true;
    return result;
  }
  IoResult end_of_input() const {
    return {broken_ ? IoStatus::failed : IoStatus::closed, 0};
  }

  void watch(Watch Socket::*direction, WaitSlot* slot, Descriptor::wait_type type) {
    Watch& watched = (*socket_).*direction;
    watched.slot = slot;
    if (!slot) return;
    if (ended_) {
      watched.wake();
    } else {
      arm(socket_, direction, type);
    }
  }

  void close() {
    ended_ = true;
    boost::system::error_code ignored;
    socket_->descriptor.close(ignored);
  }

  SocketPtr socket_;
  Journal* journal_;
  bool ended_ = false;
  bool write_shut_ = false;
  bool broken_ = false;  // a call met a reset or an error
};

class TcpDialer final : public Dialer {
 public:
  TcpDialer(Loop& loop, sockaddr_storage address, socklen_t length, Address text)
      : loop_(loop), address_(address), length_(length), text_(std::move(text)) {}

  Task<Dialed> dial(Duration timeout) override {
    Dialed dialed;
    const int fd =
        ::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      dialed.failure = Reason::out_of_descriptors;
      co_return dialed;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool connected =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address_), length_) == 0;
    const bool in_progress = !connected && errno == EINPROGRESS;
    auto stream = make_tcp_stream(loop_, fd);
    if (in_progress && !co_await wait_connected(*stream, timeout)) {
      dialed.failure = Reason::target_timeout;
      co_return dialed;
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if ((connected || in_progress) && error == 0) dialed.stream = std::move(stream);
    co_return dialed;
  }

  Address address() const override { return text_; }

 private:
  /// False when the time ran out first.
  Task<bool> wait_connected(Stream& stream, Duration timeout) {
    WaitSlot slot(loop_);
    bool late = false;
    Timer deadline(loop_, [&late, &slot] {
      late = true;
      slot.notify();
    });
    deadline.after(timeout);
    stream.watch_write(&slot);
    co_await slot;
    stream.watch_write(nullptr);
    co_return !late;
  }

  Loop& loop_;
  sockaddr_storage address_;
  socklen_t length_;
  Address text_;
};

}  // namespace

Address local_address(Stream& stream) {
  const auto* tcp = dynamic_cast<const TcpStream*>(&stream);
  return tcp ? tcp->local() : Address{};
}

std::unique_ptr<Stream> make_tcp_stream(Loop& loop, int descriptor, Journal* journal) {
  return std::make_unique<TcpStream>(loop, descriptor, journal);
}

Result<std::unique_ptr<Dialer>> make_tcp_dialer(Loop& loop, const std::string& host,
                                                std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return Error{"cannot look up '" + host + "': " + ::gai_strerror(error)};
  sockaddr_storage address{};
  std::memcpy(&address, found->ai_addr, found->ai_addrlen);
  const auto length = static_cast<socklen_t>(found->ai_addrlen);
  ::freeaddrinfo(found);
  return std::unique_ptr<Dialer>(
      std::make_unique<TcpDialer>(loop, address, length, Address{host, port}));
}

}  // namespace hoplab::net
