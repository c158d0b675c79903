#include "net/socket_source.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "net/syn_filter.h"

namespace hoplab::net {

namespace {

class HostSockets final : public SocketSource {
 public:
  int bound(const sockaddr_in& address, bool reuse_port) override {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (reuse_port) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    const int error = errno;
    ::close(fd);
    errno = error;
    return -1;
  }

  bool attach_filter(int fd, const Admission& admission) override {
    return attach_syn_filter(fd, admission);
  }
};

}  // namespace

SocketSource& host_sockets() {
  static HostSockets sockets;
  return sockets;
}

}  // namespace hoplab::net
