// TcpStream: a connected TCP socket as a Stream. The one place where an RST reaches the wire.
#pragma once

#include <memory>

#include "base/result.h"
#include "net/connection.h"
#include "net/stream.h"

namespace hoplab::net {

/// Takes ownership of a connected, non-blocking descriptor. Bytes are counted in `journal`, which
/// must outlive the stream; null: nobody counts.
std::unique_ptr<Stream> make_tcp_stream(Loop& loop, int descriptor, Journal* journal = nullptr);

/// Our own address of a TCP stream's connection; empty for other streams.
Address local_address(Stream& stream);

/// A host and port that has been looked up.
struct ResolvedAddress {
  Address text;     // as it was named
  std::string raw;  // the socket address
};
/// The host is an IP address or a name that getaddrinfo knows.
Result<ResolvedAddress> resolve(const Address& address);

/// The same host at another port.
ResolvedAddress with_port(ResolvedAddress address, std::uint16_t port);

/// Opens connections to a host and port on this machine.
std::unique_ptr<Dialer> make_tcp_dialer(Loop& loop, const ResolvedAddress& address);
/// The same with a host that is looked up once, here.
Result<std::unique_ptr<Dialer>> make_tcp_dialer(Loop& loop, const std::string& host,
                                                std::uint16_t port);

}  // namespace hoplab::net
