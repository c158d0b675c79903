#include "capture/tcp_packets.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "base/rng.h"

namespace hoplab::capture {

namespace {

using net::TcpEnd;

constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16;
constexpr std::size_t kIpv4Size = 4, kIpv6Size = 16;
constexpr std::size_t kSegmentSize = 1460;
constexpr std::uint8_t kTcp = 6, kHops = 64;

TcpEnd other(TcpEnd one) {
  return one == TcpEnd::client ? TcpEnd::server : TcpEnd::client;
}

/// The bytes of an address; nothing when it is none.
std::optional<std::string> address_bytes(const std::string& text, int family) {
  std::string bytes(family == AF_INET ? kIpv4Size : kIpv6Size, '\0');
  if (inet_pton(family, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

void put16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xFFFF);
}

/// RFC 1071, without the complement.
std::uint32_t sum_of(std::string_view bytes, std::uint32_t so_far) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    so_far += i % 2 == 0 ? std::uint32_t{byte} << 8 : byte;
  }
  return so_far;
}

void set_checksum(std::string& header, std::size_t at, std::uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  const std::uint32_t checksum = ~sum & 0xFFFF;
  header[at] = static_cast<char>(checksum >> 8);
  header[at + 1] = static_cast<char>(checksum);
}

std::string ip_header(const std::string& source, const std::string& destination, std::uint16_t id,
                      std::size_t size) {
  std::string header;
  if (source.size() == kIpv6Size) {
    put32(header, 0x60000000);
    put16(header, size);
    header += static_cast<char>(kTcp);
    header += static_cast<char>(kHops);
    return header + source + destination;
  }
  constexpr std::size_t kHeader = 20, kChecksum = 10;
  put16(header, 0x4500);
  put16(header, kHeader + size);
  put16(header, id);
  put16(header, 0x4000);  // not to be fragmented
  header += static_cast<char>(kHops);
  header += static_cast<char>(kTcp);
  put16(header, 0);
  header += source + destination;
  set_checksum(header, kChecksum, sum_of(header, 0));
  return header;
}

}  // namespace

TcpPackets::TcpPackets(const net::Address& client, const net::Address& server, std::uint64_t seed) {
  Rng rng(seed);
  const auto pair = [&](int family) {
    const auto from = address_bytes(client.ip, family), to = address_bytes(server.ip, family);
    if (from || to) {
      const std::string none((from ? *from : *to).size(), '\0');
      ends_[0].address = from.value_or(none);
      ends_[1].address = to.value_or(none);
    }
    return from || to;
  };
  if (!pair(AF_INET) && !pair(AF_INET6)) {
    for (End& one : ends_) one.address.assign(kIpv4Size, '\0');
  }
  ends_[0].port = client.port;
  ends_[1].port = server.port;
  for (End& one : ends_) one.next = static_cast<std::uint32_t>(rng.next());
}

std::string TcpPackets::packet(TcpEnd from, std::uint8_t flags, std::string_view bytes) {
  End& source = end(from);
  const End& destination = end(other(from));
  std::string tcp;
  put16(tcp, source.port);
  put16(tcp, destination.port);
  put32(tcp, source.next);
  put32(tcp, flags & kAck ? destination.next : 0);
  // Options of a SYN: a largest segment, and a window of 128 times what is said.
  using namespace std::string_view_literals;
  const std::string_view options = flags & kSyn ? "\x02\x04\x05\xb4\x01\x03\x03\x07"sv : ""sv;
  constexpr std::size_t kHeader = 20, kChecksum = 16;
  tcp += static_cast<char>((kHeader + options.size()) / 4 << 4);
  tcp += static_cast<char>(flags);
  put16(tcp, 0xFFFF);
  put32(tcp, 0);
  tcp += options;
  tcp += bytes;
  std::string pseudo = source.address + destination.address;
  put32(pseudo, static_cast<std::uint32_t>(tcp.size()));
  put32(pseudo, kTcp);
  set_checksum(tcp, kChecksum, sum_of(tcp, sum_of(pseudo, 0)));
  source.next += static_cast<std::uint32_t>(bytes.size()) + (flags & (kSyn | kFin) ? 1 : 0);
  return ip_header(source.address, destination.address, ++ip_id_, tcp.size()) + tcp;
}

std::string TcpPackets::acknowledgement(TcpEnd by) {
  return packet(by, kAck);
}

std::string TcpPackets::syn() {
  return packet(TcpEnd::client, kSyn);
}

std::vector<std::string> TcpPackets::handshake() {
  std::vector<std::string> all;
  all.push_back(syn());
  all.push_back(packet(TcpEnd::server, kSyn | kAck));
  all.push_back(acknowledgement(TcpEnd::client));
  return all;
}

std::vector<std::string> TcpPackets::data(TcpEnd from, std::string_view bytes) {
  std::vector<std::string> all;
  while (!bytes.empty()) {
    const std::string_view segment = bytes.substr(0, kSegmentSize);
    bytes.remove_prefix(segment.size());
    const std::uint8_t push = bytes.empty() ? kPsh : 0;
    all.push_back(packet(from, kAck | push, segment));
  }
  all.push_back(acknowledgement(other(from)));
  return all;
}

std::vector<std::string> TcpPackets::fin(TcpEnd from) {
  std::vector<std::string> all;
  all.push_back(packet(from, kFin | kAck));
  all.push_back(acknowledgement(other(from)));
  return all;
}

std::vector<std::string> TcpPackets::rst(TcpEnd from) {
  return {packet(from, kRst | kAck)};
}

}  // namespace hoplab::capture
