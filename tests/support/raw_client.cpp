#include "support/raw_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <utility>

namespace hoplab::testing {

namespace {

sockaddr_in loopback(std::uint16_t port, const char* ip = "127.0.0.1") {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, ip, &address.sin_addr);
  return address;
}

int bound_socket(sockaddr_in& address) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address = loopback(0);
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return fd;
}

void limit_buffers(int fd) {
  const int size = 64 * 1024;
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

}  // namespace

RawClient::RawClient(std::uint16_t port, const std::string& ip) {
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port, ip.c_str());
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close();
  }
}

RawClient RawClient::adopt(int descriptor) {
  RawClient client;
  client.descriptor_ = descriptor;
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  return client;
}

RawClient::~RawClient() {
  close();
}

RawClient::RawClient(RawClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), end_(other.end_) {}

std::uint16_t RawClient::local_port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::send_now(std::string_view bytes) {
  return send_while_taken(descriptor_, bytes);
}

bool send_while_taken(int descriptor, std::string_view bytes) {
  constexpr int kPatience_ms = 300;
  pollfd waiting{descriptor, POLLOUT, 0};
  if (::poll(&waiting, 1, kPatience_ms) != 1) return false;
  return ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
}

std::string RawClient::receive_now() {
  std::string all;
  std::array<char, 64 * 1024> buffer;
  while (end_ == End::none) {
    const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count > 0) all.append(buffer.data(), static_cast<std::size_t>(count));
    if (count == 0) end_ = End::fin;
    if (count < 0 && errno == ECONNRESET) end_ = End::rst;
    if (count < 0) break;
  }
  return all;
}

std::string RawClient::receive_to_end() {
  return receive_until({});
}

std::string RawClient::receive_until(std::string_view text) {
  std::string all;
  std::array<char, 64 * 1024> buffer;
  const std::size_t at_once = text.empty() ? buffer.size() : 1;  // nothing behind it is taken
  while (end_ == End::none && (text.empty() || !all.ends_with(text))) {
    const ssize_t count = ::recv(descriptor_, buffer.data(), at_once, 0);
    if (count > 0) {
      all.append(buffer.data(), static_cast<std::size_t>(count));
    } else {
      end_ = count == 0 ? End::fin : End::rst;
    }
  }
  return all;
}

void RawClient::shutdown_write() {
  ::shutdown(descriptor_, SHUT_WR);
}

void RawClient::reset() {
  const linger abortive{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
  close();
}

void RawClient::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawClient::set_receive_buffer(int bytes) {
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void PrintTo(RawClient::End end, std::ostream* out) {
  *out << (end == RawClient::End::none ? "none" : end == RawClient::End::fin ? "FIN" : "RST");
}

RawServer::RawServer() {
  sockaddr_in address{};
  listener_ = bound_socket(address);
  ::listen(listener_, SOMAXCONN);
  port_ = ntohs(address.sin_port);
}

RawServer::~RawServer() {
  close();
}

void RawServer::close() {
  if (listener_ >= 0) ::close(std::exchange(listener_, -1));
}

RawClient RawServer::accept() {
  return RawClient::adopt(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
}

TcpPair make_tcp_pair() {
  sockaddr_in address{};
  const int listener = bound_socket(address);
  limit_buffers(listener);  // an accepted socket inherits them
  ::listen(listener, 1);
  TcpPair pair;
  pair.connected = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  limit_buffers(pair.connected);
  ::connect(pair.connected, reinterpret_cast<sockaddr*>(&address), sizeof address);
  pair.accepted = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  ::close(listener);
  const int on = 1;
  for (const int fd : {pair.accepted, pair.connected}) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return pair;
}

std::uint16_t closed_port() {
  sockaddr_in address{};
  ::close(bound_socket(address));
  return ntohs(address.sin_port);
}

SilentPort::SilentPort() {
  sockaddr_in address{};
  listener_ = bound_socket(address);
  ::listen(listener_, 0);
  port_ = ntohs(address.sin_port);
  filler_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::connect(filler_, reinterpret_cast<sockaddr*>(&address), sizeof address);
}

SilentPort::~SilentPort() {
  ::close(filler_);
  ::close(listener_);
}

}  // namespace hoplab::testing
