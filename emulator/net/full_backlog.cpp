#include "net/full_backlog.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace hoplab::net {

namespace {

/// tcp(7): of a listening socket, these are its queue and the queue's limit.
bool is_full(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
         info.tcpi_unacked > info.tcpi_sacked;
}

}  // namespace

bool FullBacklog::fill(int fd, const sockaddr_in& address) {
  if (::listen(fd, 0) != 0) return false;
  if (is_full(fd)) return true;  // of clients
  const int filler = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (filler < 0) return false;
  socklen_t size = sizeof own_;
  if (::connect(filler, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::getsockname(filler, reinterpret_cast<sockaddr*>(&own_), &size) != 0) {
    ::close(filler);
    return false;
  }
  release();
  fd_ = filler;
  return true;
}

void FullBacklog::release() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool FullBacklog::is_ours(const sockaddr_in& peer) const {
  return own_.sin_port != 0 && peer.sin_port == own_.sin_port &&
         peer.sin_addr.s_addr == own_.sin_addr.s_addr;
}

}  // namespace hoplab::net
