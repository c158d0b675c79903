// SocketSource: where listening sockets come from, the host's network or another one.
//
// A process cannot open a socket in a network namespace that it is not in, so whoever is there does
// it and hands the descriptor over. Connections are always dialed from the host's network.
#pragma once

#include <netinet/in.h>

#include "net/admission.h"

namespace hoplab::net {

class SocketSource {
 public:
  virtual ~SocketSource() = default;
  /// A TCP socket that is bound and does not listen, so that whoever connects is refused; the
  /// caller owns it. -1 and errno on failure. `reuse_port`: several sockets share the address.
  virtual int bound(const sockaddr_in& address, bool reuse_port) = 0;
  /// Makes the socket drop the SYNs that `admission`, which does not refuse, does not let in. False
  /// and errno on failure.
  virtual bool attach_filter(int fd, const Admission& admission) = 0;
};

/// Of the network that this process is in.
SocketSource& host_sockets();

}  // namespace hoplab::net
