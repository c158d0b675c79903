// Connection: what a listener makes of an accepted TCP connection and hands along the path.
#pragma once

#include <memory>
#include <string>

#include "base/journal.h"
#include "base/result.h"
#include "net/stream.h"

namespace hoplab::net {

struct Address {
  std::string ip;
  std::uint16_t port = 0;
  [[nodiscard]] std::string text() const { return ip + ":" + std::to_string(port); }
};

/// "host:port"; the port, 1 to 65535, stands behind the last colon.
Result<Address> parse_address(const std::string& text);

struct Connection {
  std::shared_ptr<Journal> journal;  // shared by both sides where they part before the end
  std::unique_ptr<Stream> stream;
  Address source;       // the peer as the present hop sees it: behind PrivateLink the NLB node
  Address destination;  // the address that was connected to, at the present hop
};

/// Can be given a connection. Decorators (endpoint, NLB) wrap the stream and hand it on at once;
/// terminators (ALB, relay) keep it and run it in a task of their own.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  virtual void serve(Connection connection) = 0;
};

/// Can open a connection to one target: a real host and port, or a component in this process.
class Dialer {
 public:
  virtual ~Dialer() = default;
  struct Dialed {
    std::unique_ptr<Stream> stream;  // null: failed
    Reason failure = Reason::target_unreachable;  // or target_timeout
  };
  /// At most `timeout` of emulated time.
  virtual Task<Dialed> dial(Duration timeout) = 0;
  /// The target's address as logs print it.
  [[nodiscard]] virtual Address address() const = 0;
};

}  // namespace hoplab::net
