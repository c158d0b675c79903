#include "diagnose/capture/tcp_flow.h"

#include <arpa/inet.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include "diagnose/capture/byte_reader.h"

namespace hoplab::diagnose {

namespace {

constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16;
constexpr std::uint32_t kMostKept = 1 << 20;  // bytes of a side: what comes later tells no more

struct Segment {
  std::string source, destination;  // address and port
  std::uint32_t sequence = 0;
  std::uint8_t flags = 0;
  std::uint32_t size = 0;  // of its data, on the wire
  std::string_view data;   // as far as it was captured
};

std::string address_text(int family, std::string_view bytes, std::uint16_t port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, bytes.data(), text.data(), text.size());
  const std::string address(text.data());
  return (family == AF_INET6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

/// The IP packet in a frame; empty: there is none.
std::string_view ip_packet(std::uint32_t link, std::string_view frame) {
  constexpr std::uint32_t kNull = 0, kEthernet = 1, kRaw = 101, kLoop = 108, kCooked = 113,
                          kIpv4 = 228, kIpv6 = 229, kCooked2 = 276;
  ByteReader in(frame, false);
  std::uint16_t protocol = 0x0800;
  if (link == kEthernet) {
    in.skip(12);
    protocol = in.u16();
    constexpr std::uint16_t kVlan = 0x8100, kServiceVlan = 0x88A8;
    while (protocol == kVlan || protocol == kServiceVlan) {
      in.skip(2);
      protocol = in.u16();
    }
  } else if (link == kCooked) {
    in.skip(14);
    protocol = in.u16();
  } else if (link == kCooked2) {
    protocol = in.u16();
    in.skip(18);
  } else if (link == kNull || link == kLoop) {
    in.skip(4);
  } else if (link != kRaw && link != 12 && link != kIpv4 && link != kIpv6) {
    return {};
  }
  if (protocol != 0x0800 && protocol != 0x86DD) return {};
  return in.failed() ? std::string_view() : in.rest();
}

std::optional<Segment> tcp_segment(std::string_view source, std::string_view destination,
                                   int family, std::string_view tcp, std::uint32_t size) {
  ByteReader in(tcp, false);
  Segment segment;
  const std::uint16_t from = in.u16(), to = in.u16();
  segment.sequence = in.u32();
  in.skip(4);
  const std::uint32_t header = (in.u8() >> 4) * 4u;
  segment.flags = in.u8();
  if (in.failed() || header < 20 || header > size) return std::nullopt;
  segment.size = size - header;
  segment.data = tcp.substr(std::min<std::size_t>(header, tcp.size()));
  segment.data = segment.data.substr(0, segment.size);
  segment.source = address_text(family, source, from);
  segment.destination = address_text(family, destination, to);
  return segment;
}

std::optional<Segment> segment_of(const Packet& packet) {
  const std::string_view ip = ip_packet(packet.link, packet.bytes);
  constexpr std::uint8_t kTcp = 6;
  if (ip.size() < 20) return std::nullopt;
  const auto byte = [ip](std::size_t at) { return static_cast<std::uint8_t>(ip[at]); };
  if (byte(0) >> 4 == 4) {
    const std::size_t header = (byte(0) & 15) * 4u;
    const std::uint32_t total = ByteReader(ip.substr(2), false).u16();
    const bool fragment = (byte(6) & 0x1F) != 0 || byte(7) != 0;
    // 0 where the network card cut the packet later than it was captured.
    const std::uint32_t size = total ? total : static_cast<std::uint32_t>(ip.size());
    if (byte(9) != kTcp || fragment || header < 20 || header > ip.size() || header > size)
      return std::nullopt;
    return tcp_segment(ip.substr(12, 4), ip.substr(16, 4), AF_INET, ip.substr(header),
                       size - static_cast<std::uint32_t>(header));
  }
  constexpr std::size_t kIpv6Header = 40;
  if (byte(0) >> 4 != 6 || ip.size() < kIpv6Header || byte(6) != kTcp) return std::nullopt;
  return tcp_segment(ip.substr(8, 16), ip.substr(24, 16), AF_INET6, ip.substr(kIpv6Header),
                     ByteReader(ip.substr(4), false).u16());
}

/// Puts what one side sends in order.
class Assembly {
 public:
  explicit Assembly(Side& side) : side_(side) {}

  void take(const Segment& segment, std::int64_t at_ns) {
    std::uint32_t sequence = segment.sequence;
    if (segment.flags & kSyn) {
      ++side_.syns;
      next_ = sequence + 1;
      return;
    }
    if (!next_) next_ = sequence;
    if (segment.size > 0) take_data(sequence, segment, at_ns);
    if ((segment.flags & kFin) && !side_.fin_at_ns) side_.fin_at_ns = at_ns;
    if ((segment.flags & kRst) && !side_.rst_at_ns) side_.rst_at_ns = at_ns;
  }

  /// What came before its turn and whose turn never came.
  void finish() {
    for (auto& [place, chunk] : early_) {
      side_.gap = true;
      keep(std::move(chunk));
    }
    early_.clear();
  }

 private:
  void take_data(std::uint32_t sequence, const Segment& segment, std::int64_t at_ns) {
    std::string_view data = segment.data;
    const auto ahead = static_cast<std::int32_t>(sequence - *next_);
    if (ahead < 0) {
      const auto known = static_cast<std::uint32_t>(-ahead);
      if (segment.size <= known) {
        // One byte before the next is a keep-alive probe.
        if (segment.size > 1) ++side_.sent_again;
        return;
      }
      data.remove_prefix(std::min<std::size_t>(known, data.size()));
      sequence = *next_;
    }
    const std::uint32_t end = segment.sequence + segment.size;
    if (ahead > 0) {
      early_.emplace(static_cast<std::int32_t>(sequence - *next_) + base_,
                     Chunk{at_ns, std::string(data)});
      return;
    }
    advance(end, Chunk{at_ns, std::string(data)});
    while (!early_.empty() && early_.begin()->first <= base_) {
      Chunk chunk = std::move(early_.begin()->second);
      early_.erase(early_.begin());
      const std::uint32_t after = *next_ + static_cast<std::uint32_t>(chunk.bytes.size());
      advance(after, std::move(chunk));
    }
  }
  void advance(std::uint32_t end, Chunk chunk) {
    const std::uint32_t size = end - *next_;
    base_ += size;
    side_.bytes += size;
    next_ = end;
    if (chunk.bytes.size() < size) side_.gap = true;  // not captured whole
    keep(std::move(chunk));
  }
  void keep(Chunk chunk) {
    kept_ += chunk.bytes.size();
    if (kept_ > kMostKept) chunk.bytes.clear();  // its time still counts
    side_.sent.push_back(std::move(chunk));
  }

  Side& side_;
  std::optional<std::uint32_t> next_;
  std::int64_t base_ = 0;  // bytes in order so far
  std::size_t kept_ = 0;
  std::map<std::int64_t, Chunk> early_;  // by their place in the stream
};

struct Open {
  explicit Open(TcpFlow made) : flow(std::move(made)) {}
  TcpFlow flow;
  Assembly client{flow.client}, server{flow.server};

  /// So that the order of packets with one time is not lost.
  std::int64_t time_of(const Packet& packet) {
    ties = packet.at_ns == last_ns ? ties + 1 : 0;
    last_ns = packet.at_ns;
    return packet.at_ns + ties;
  }

 private:
  std::int64_t last_ns = 0, ties = 0;
};

bool is_likely_server(const std::string& address) {
  constexpr int kFirstEphemeral = 32768;
  return std::atoi(address.c_str() + address.rfind(':') + 1) < kFirstEphemeral;
}

/// The one who opens a connection is the client. Where that was not captured, the higher port is.
bool is_from_client(const Segment& segment) {
  if (segment.flags & kSyn) return !(segment.flags & kAck);
  return !is_likely_server(segment.source) || is_likely_server(segment.destination);
}

}  // namespace

std::vector<TcpFlow> tcp_flows(const CaptureFile& file) {
  std::vector<std::unique_ptr<Open>> all;
  using Ends = std::tuple<std::uint32_t, std::string, std::string>;  // interface, client, server
  std::map<Ends, Open*> open;
  for (const Packet& packet : file.packets) {
    const auto segment = segment_of(packet);
    if (!segment) continue;
    const std::uint32_t at = packet.interface;
    auto found = open.find({at, segment->source, segment->destination});
    if (found == open.end()) found = open.find({at, segment->destination, segment->source});
    const bool opens = (segment->flags & (kSyn | kAck)) == kSyn;
    if (found != open.end() && opens) {
      const TcpFlow& old = found->second->flow;
      if (old.client.rst_at_ns || old.server.rst_at_ns || old.client.fin_at_ns ||
          old.server.fin_at_ns)
        found = open.end();  // the same addresses and ports once more
    }
    if (found == open.end()) {
      TcpFlow flow;
      const bool from_client = is_from_client(*segment);
      flow.client.address = from_client ? segment->source : segment->destination;
      flow.server.address = from_client ? segment->destination : segment->source;
      flow.began_ns = packet.at_ns;
      flow.began_before = !opens;
      if (at < file.interfaces.size()) flow.interface = file.interfaces[at];
      flow.comment = packet.comment;
      all.push_back(std::make_unique<Open>(std::move(flow)));
      const TcpFlow& made = all.back()->flow;
      const Ends ends{at, made.client.address, made.server.address};
      found = open.insert_or_assign(ends, all.back().get()).first;
    }
    Open& one = *found->second;
    const bool by_client = segment->source == one.flow.client.address;
    const std::int64_t at_ns = one.time_of(packet);
    (by_client ? one.client : one.server).take(*segment, at_ns);
    one.flow.ended_ns = at_ns;
    if (segment->flags & (kFin | kRst) && one.flow.end_comment.empty())
      one.flow.end_comment = packet.comment;
    ++one.flow.packets;
    if (!by_client && !(segment->flags & kRst)) one.flow.established = true;
  }
  std::vector<TcpFlow> flows;
  for (const auto& one : all) {
    one->client.finish();
    one->server.finish();
    one->flow.captured_until_ns = std::max(file.ended_ns, one->flow.ended_ns);
    flows.push_back(std::move(one->flow));
  }
  return flows;
}

}  // namespace hoplab::diagnose
