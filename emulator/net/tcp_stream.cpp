#include "net/tcp_stream.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/deadline.h"
#include "net/socket_readiness.h"

namespace hoplab::net {

namespace {

IoResult from_errno() {
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? IoStatus::would_block : IoStatus::failed, 0};
}

/// One recv(), which also asks how much is left behind what it took (TCP_INQ). The kernel counts an
/// end of file as something left.
struct Received {
  ssize_t count = 0;
  bool drained = false;
};

Received receive(int fd, std::span<char> into) {
  iovec where{into.data(), into.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &where;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  Received received{::recvmsg(fd, &message, 0)};
  if (received.count <= 0) return received;
  const cmsghdr* told = CMSG_FIRSTHDR(&message);
  if (!told || told->cmsg_level != SOL_TCP || told->cmsg_type != TCP_CM_INQ) return received;
  int left = 0;
  std::memcpy(&left, CMSG_DATA(told), sizeof left);
  received.drained = left == 0;
  return received;
}

class TcpStream final : public Stream {
 public:
  TcpStream(Loop& loop, int descriptor, Journal* journal, bool connecting)
      : fd_(descriptor), readiness_(loop, descriptor, connecting), journal_(journal) {
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_INQ, &on, sizeof on);
  }

  ~TcpStream() override {
    if (!ended_) close();
  }

  IoResult try_read(std::span<char> into) override {
    if (ended_) return {IoStatus::failed, 0};
    if (!readiness_.readable()) return {IoStatus::would_block, 0};
    const Received received = receive(fd_, into);
    if (received.count > 0) {
      if (received.drained) readiness_.read_all();
      if (journal_) journal_->bytes_from_client += static_cast<std::uint64_t>(received.count);
      return {IoStatus::ok, static_cast<std::size_t>(received.count)};
    }
    if (received.count == 0) return end_of_input();
    const IoResult result = failure();
    if (result.would_block()) readiness_.read_blocked();
    return result;
  }

  IoResult try_write(std::string_view data) override {
    if (ended_ || write_shut_) return {IoStatus::failed, 0};
    const ssize_t count = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
    if (count < static_cast<ssize_t>(data.size())) readiness_.write_blocked();
    if (count < 0) return failure();
    if (journal_) journal_->bytes_to_client += static_cast<std::uint64_t>(count);
    return {IoStatus::ok, static_cast<std::size_t>(count)};
  }

  void shutdown_write() override {
    if (ended_ || write_shut_) return;
    write_shut_ = true;
    ::shutdown(fd_, SHUT_WR);
  }

  void reset(const Cause&) override {
    if (ended_) return;
    // Linger 0 resets on close, but not after shutdown(SHUT_WR), where it leaves by a FIN: there a
    // disconnecting connect(AF_UNSPEC) makes the kernel send the RST.
    const linger abortive{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
    if (write_shut_) {
      sockaddr unspecified{};
      unspecified.sa_family = AF_UNSPEC;
      ::connect(fd_, &unspecified, sizeof unspecified);
    }
    readiness_.wake();
    close();
  }

  void watch_read(WaitSlot* slot) override {
    if (!ended_) {
      readiness_.watch_read(slot);
    } else if (slot) {
      slot->notify();
    }
  }
  void watch_write(WaitSlot* slot) override {
    if (!ended_) {
      readiness_.watch_write(slot);
    } else if (slot) {
      slot->notify();
    }
  }

  void acknowledge_now() override {
    const int on = 1;
    if (!ended_) ::setsockopt(fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  }

  std::optional<bool> reset_by_peer() override {
    if (ended_ || broken_) return broken_;
    readiness_.read_blocked();  // there is no more to read: the next edge is the peer's answer
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
    switch (info.tcpi_state) {
      case TCP_FIN_WAIT1:
      case TCP_FIN_WAIT2:
      case TCP_CLOSING:
      case TCP_LAST_ACK: return std::nullopt;
      case TCP_CLOSE: break;
      default: return false;  // ours has not left
    }
    int error = 0;  // an answer in order closes the connection, too
    size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    broken_ = error != 0;
    return broken_;
  }

  Loop& loop() noexcept override { return readiness_.loop(); }

  Address local() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    return {text, ntohs(address.sin_port)};
  }

 private:
  // The kernel reports a reset once, to whichever call comes first; later reads give 0 as after a
  // FIN. We remember, so that a reset stays one.
  IoResult failure() {
    const IoResult result = from_errno();
    if (result.ended()) broken_ = true;
    return result;
  }
  IoResult end_of_input() const { return {broken_ ? IoStatus::failed : IoStatus::closed, 0}; }

  void close() {
    ended_ = true;
    readiness_.forget();
    ::close(fd_);
  }

  const int fd_;
  SocketReadiness readiness_;
  Journal* journal_;
  bool ended_ = false;
  bool write_shut_ = false;
  bool broken_ = false;  // a call met a reset or an error
};

class TcpDialer final : public Dialer {
 public:
  TcpDialer(Loop& loop, sockaddr_storage address, socklen_t length, Address text)
      : loop_(loop), address_(address), length_(length), text_(std::move(text)) {}

  Task<Dialed> dial(Duration timeout, const DialOptions& options) override {
    Dialed dialed;
    const int fd = ::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      dialed.failure = Reason::out_of_descriptors;
      co_return dialed;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connect_from(fd, options);
    const bool connected =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address_), length_) == 0;
    const bool in_progress = !connected && errno == EINPROGRESS;
    auto stream = std::make_unique<TcpStream>(loop_, fd, nullptr, in_progress);
    if (in_progress && !co_await wait_connected(*stream, timeout)) {
      dialed.failure = Reason::target_connect_timeout;
      co_return dialed;
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    dialed.accepted = (connected || in_progress) && error == 0;
    // A connection that has just been made has room for it.
    if (dialed.accepted && !options.prologue.empty()) stream->try_write(options.prologue);
    if (dialed.accepted) dialed.stream = std::move(stream);
    co_return dialed;
  }

  Address address() const override { return text_; }

 private:
  /// A loopback address cannot be the source of a connection to anywhere else.
  [[nodiscard]] bool on_loopback() const {
    constexpr unsigned kLoopbackNet = 127;
    const auto& target = reinterpret_cast<const sockaddr_in&>(address_);
    return address_.ss_family == AF_INET && ntohl(target.sin_addr.s_addr) >> 24 == kLoopbackNet;
  }

  /// An address that is not of the loopback network is not this machine's (it may be a VPC's), and
  /// leaves the choice to the kernel.
  void connect_from(int fd, const DialOptions& options) const {
    const bool given = options.source_ip.starts_with("127.");
    const bool announced = options.about_to_connect != nullptr;
    if (!on_loopback() || (!given && !announced)) return;
    const char* const ip = given ? options.source_ip.c_str() : "127.0.0.1";
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_port = htons(given ? options.source_port : std::uint16_t{0});
    if (::inet_pton(AF_INET, ip, &source.sin_addr) != 1) return;
    const int on = 1;
    if (source.sin_port) {
      ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    } else if (!announced) {  // the port is chosen when connecting, so that many can share it
      ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    }
    ::bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source);
    if (!announced) return;
    socklen_t size = sizeof source;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&source), &size);
    options.about_to_connect({ip, ntohs(source.sin_port)});
  }

  /// False when the time ran out first.
  Task<bool> wait_connected(Stream& stream, Duration timeout) {
    WaitSlot slot(loop_);
    Deadline deadline(loop_, slot);
    deadline.after(timeout);
    stream.watch_write(&slot);
    co_await slot;
    stream.watch_write(nullptr);
    co_return !deadline.passed();
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
  return std::make_unique<TcpStream>(loop, descriptor, journal, false);
}

Result<ResolvedAddress> resolve(const Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const int error = ::getaddrinfo(address.ip.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    return Error{"cannot look up '" + address.ip + "': " + ::gai_strerror(error),
                 ErrorCode::unavailable};
  }
  // "localhost" is ::1 first on most machines, and a service there often listens on 127.0.0.1 only.
  const addrinfo* best = found;
  while (best && best->ai_family != AF_INET) best = best->ai_next;
  if (!best) best = found;
  ResolvedAddress resolved{address, {}};
  resolved.raw.assign(reinterpret_cast<const char*>(best->ai_addr), best->ai_addrlen);
  ::freeaddrinfo(found);
  return resolved;
}

ResolvedAddress with_port(ResolvedAddress address, std::uint16_t port) {
  sockaddr_storage raw{};
  std::memcpy(&raw, address.raw.data(), address.raw.size());
  if (raw.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(raw).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(raw).sin_port = htons(port);
  }
  address.raw.assign(reinterpret_cast<const char*>(&raw), address.raw.size());
  address.text.port = port;
  return address;
}

std::unique_ptr<Dialer> make_tcp_dialer(Loop& loop, const ResolvedAddress& address) {
  sockaddr_storage raw{};
  std::memcpy(&raw, address.raw.data(), address.raw.size());
  return std::make_unique<TcpDialer>(loop, raw, static_cast<socklen_t>(address.raw.size()),
                                     address.text);
}

Result<std::unique_ptr<Dialer>> make_tcp_dialer(Loop& loop, const std::string& host,
                                                std::uint16_t port) {
  const auto resolved = resolve({host, port});
  if (!resolved) return resolved.failure();
  return make_tcp_dialer(loop, resolved.value());
}

}  // namespace hoplab::net
