// Blocks of a pcapng file.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hoplab::capture {

/// The head of a file: a section in this machine's byte order.
std::string section_header();
/// Interfaces are counted from 0 in the order of their blocks. Its packets are IP packets, and
/// their times nanoseconds.
std::string interface_description(std::string_view name, std::string_view description);
/// `at_ns`: since the Unix epoch. An empty comment is none.
std::string enhanced_packet(std::uint32_t interface, std::int64_t at_ns, std::string_view packet,
                            std::string_view comment);
/// When its capture ended: nothing has come since the last packet.
std::string interface_end(std::uint32_t interface, std::int64_t at_ns);
/// Lines of an SSLKEYLOGFILE, for packets behind it.
std::string decryption_secrets(std::string_view lines);

}  // namespace hoplab::capture
