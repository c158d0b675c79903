// A listener and its connections.
#include "target/peer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "load/address.h"

namespace hoplab::bench {

Peer::~Peer() {
  close(fd_);
}

void Peer::send(std::string_view bytes) {
  unsent_.append(bytes);
  flush();
}

void Peer::flush() {
  if (unsent_.empty()) return;
  const ssize_t sent = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));  // else reading tells of the end
}

void Peer::on_event(std::uint32_t epoll_events) {
  flush();
  if (!read_all((epoll_events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)) delete this;
}

bool Peer::read_all(bool ends) {
  static std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    if (!take({buffer.data(), static_cast<std::size_t>(got)})) return false;
    // Less than there was room for: there is no more, unless the end has come with it.
    if (!ends && static_cast<std::size_t>(got) < buffer.size()) return true;
  }
}

Listener::Listener(EventLoop& loop, const std::string& address, Make make)
    : loop_(loop),
      make_(std::move(make)),
      fd_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_in place{};
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!parse_address(address, place) ||
      bind(fd_, reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0 ||
      listen(fd_, SOMAXCONN) != 0) {
    std::perror(("hoplab-target: " + address).c_str());
    std::exit(2);
  }
  loop_.watch(fd_, *this);
}

void Listener::on_event(std::uint32_t) {
  for (int fd = -1; (fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    loop_.watch(fd, *make_(fd));
  }
}

void serve(EventLoop& loop) {
  for (;;) loop.turn(-1);
}

}  // namespace hoplab::bench
