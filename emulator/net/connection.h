// Connection: what a listener makes of an accepted TCP connection and hands along the path.
#pragma once

#include <compare>
#include <functional>
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
  auto operator<=>(const Address&) const = default;
};

/// "host:port"; the port, 1 to 65535, stands behind the last colon.
Result<Address> parse_address(const std::string& text);

/// The interface endpoint that a connection came through, for who stands behind it.
struct EndpointPassed {
  std::string vpc_endpoint_id;        // vpce-...
  Address client, network_interface;  // the two ends on the consumer's side
};

struct Connection {
  std::shared_ptr<Journal> journal;  // shared by both sides where they part before the end
  std::unique_ptr<Stream> stream;
  Address source;        // the peer as the present hop sees it: behind PrivateLink the NLB node
  Address destination;   // the address that was connected to, at the present hop
  std::string prologue;  // what the target is told before the client's first byte
  std::shared_ptr<const EndpointPassed> endpoint;  // null: it came from inside the VPC
};

/// Can be given a connection. Decorators (endpoint, NLB) wrap the stream and hand it on at once;
/// terminators (ALB, relay) keep it and run it in a task of their own.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  virtual void serve(Connection connection) = 0;
};

/// How to open one connection; what is empty is not done.
struct DialOptions {
  std::string source_ip;          // connect from this address, where both ends are of 127.0.0.0/8
  std::uint16_t source_port = 0;  // with it; 0: any
  std::string prologue;           // goes first, before TLS; a few bytes
  /// Hears our own address before the other end can know of the connection, likewise.
  std::function<void(const Address& own)> about_to_connect;
};

/// Can open a connection to one target: a real host and port, or a component in this process.
class Dialer {
 public:
  virtual ~Dialer() = default;
  struct Dialed {
    std::unique_ptr<Stream> stream;               // null: failed
    Reason failure = Reason::target_unreachable;  // what connecting met
    bool accepted = false;                // the target took the TCP connection, whatever came then
    std::shared_ptr<const Journal> peer;  // the other end's record, when it is in this process
  };
  /// At most `timeout` of emulated time.
  virtual Task<Dialed> dial(Duration timeout, const DialOptions& options) = 0;
  Task<Dialed> dial(Duration timeout) {
    static const DialOptions kPlain;
    return dial(timeout, kPlain);
  }
  /// The target's address as logs print it.
  [[nodiscard]] virtual Address address() const = 0;
};

}  // namespace hoplab::net
