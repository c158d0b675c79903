// FullBacklog: makes a listening socket answer no SYN without a filter, which some kernels keep
// from ordinary users. A queue of connections that nobody accepts and that has no room left does
// that: the kernel drops what comes, as a firewall would.
#pragma once

#include <netinet/in.h>

namespace hoplab::net {

class FullBacklog {
 public:
  FullBacklog() = default;
  FullBacklog(const FullBacklog&) = delete;
  FullBacklog& operator=(const FullBacklog&) = delete;
  ~FullBacklog() { release(); }

  /// Listens on `fd`, which is bound to `address` of this machine, with a queue that is full.
  /// Nobody may accept from it until release(). False and errno on failure.
  bool fill(int fd, const sockaddr_in& address);
  /// Room again is the caller's to make, by listen(). What filled the queue is still in it, and is
  /// to be closed when it is accepted: see is_ours().
  void release();
  /// Whether a connection that has been accepted is one that filled the queue.
  [[nodiscard]] bool is_ours(const sockaddr_in& peer) const;

 private:
  int fd_ = -1;
  sockaddr_in own_{};
};

}  // namespace hoplab::net
