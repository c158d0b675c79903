// Packets of a capture: pcap and pcapng files.
//
// Not by libpcap: its static library needs D-Bus and systemd, and it gives away neither a file's
// TLS secrets nor its interfaces' names.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace hoplab::diagnose {

struct Packet {
  std::int64_t at_ns = 0;    // since the Unix epoch
  std::uint32_t link = 0;    // its link type, LINKTYPE_...
  std::string bytes;         // as far as they were kept
  std::uint32_t length = 0;  // on the wire
  std::uint32_t interface = 0;
  std::string comment;  // somebody's words about it
};

struct CaptureFile {
  std::vector<Packet> packets;          // in the file's order
  std::vector<std::string> interfaces;  // their names, where the file has them
  std::string tls_secrets;              // lines of an SSLKEYLOGFILE, where the file has them
  std::int64_t ended_ns = 0;            // its last packet, or when it was ended, where it says so
  bool cut_off = false;                 // the file ends in the middle of a packet
};

/// Errors say what is wrong with the file. A file that is cut off is read as far as it goes.
Result<CaptureFile> read_capture(const std::string& bytes);

}  // namespace hoplab::diagnose
