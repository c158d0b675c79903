// TCP connections in a capture: who opened them, what each side sent, and who ended them how. Of
// packets with one time the later one in the file is a nanosecond later.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/capture/capture_file.h"

namespace hoplab::diagnose {

/// A run of bytes that came in one segment, in the order of the stream.
struct Chunk {
  std::int64_t at_ns = 0;
  std::string bytes;
};

/// What one side sent.
struct Side {
  std::string address;      // "10.0.0.1:443"
  std::vector<Chunk> sent;  // without what came twice; as far as it was captured
  std::uint64_t bytes = 0;  // in all, by sequence numbers
  std::optional<std::int64_t> fin_at_ns, rst_at_ns;
  std::uint32_t syns = 0;
  std::uint32_t sent_again = 0;  // segments that had been sent before
  bool gap = false;              // bytes are missing in between
};

struct TcpFlow {
  Side client, server;                      // who opened it, and the other
  std::int64_t began_ns = 0, ended_ns = 0;  // first and last packet
  std::int64_t captured_until_ns = 0;       // nothing has come from ended_ns until then
  bool established = false;                 // the server's SYN was seen, or data of both
  bool began_before = false;                // no SYN was captured
  std::uint32_t packets = 0;
  std::string interface;             // where it was captured, when the file says so
  std::string comment, end_comment;  // about its first packet, and its first end
};

/// The connections of a capture, in the order of their first packets. Ethernet, VLANs, Linux's
/// cooked forms, raw IP and loopback; IPv4 and IPv6; what is not TCP is left out.
std::vector<TcpFlow> tcp_flows(const CaptureFile& file);

}  // namespace hoplab::diagnose
