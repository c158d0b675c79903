// TcpPackets: the IP packets in which a TCP connection shows: RFC 9293, RFC 791, RFC 8200.
//
// A stream has no packets. These are the ones that a patient network would have carried: segments
// of an Ethernet's size, each acknowledged when it was taken.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/tap.h"

namespace hoplab::capture {

class TcpPackets {
 public:
  /// Addresses that are none, or not of one family, become unspecified ones. `seed` chooses the
  /// first sequence numbers.
  TcpPackets(const net::Address& client, const net::Address& server, std::uint64_t seed);

  // Each returns the packets in their order. handshake() or syn() comes first.
  std::vector<std::string> handshake();
  std::string syn();
  std::vector<std::string> data(net::TcpEnd from, std::string_view bytes);
  std::vector<std::string> fin(net::TcpEnd from);
  std::vector<std::string> rst(net::TcpEnd from);

 private:
  struct End {
    std::string address;  // 4 or 16 bytes
    std::uint16_t port = 0;
    std::uint32_t next = 0;  // sequence number
  };
  End& end(net::TcpEnd which) { return ends_[static_cast<std::size_t>(which)]; }
  std::string packet(net::TcpEnd from, std::uint8_t flags, std::string_view bytes = {});
  std::string acknowledgement(net::TcpEnd by);

  std::array<End, 2> ends_;
  std::uint16_t ip_id_ = 0;
};

}  // namespace hoplab::capture
