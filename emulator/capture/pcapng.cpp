#include "capture/pcapng.h"

namespace hoplab::capture {

namespace {

enum BlockType : std::uint32_t {
  kInterfaceDescription = 1,
  kInterfaceStatistics = 5,
  kEnhancedPacket = 6,
  kDecryptionSecrets = 10,
  kSectionHeader = 0x0A0D0D0A,
};
// Options; 0 ends them.
constexpr std::uint16_t kComment = 1, kUserApplication = 4, kInterfaceName = 2,
                        kInterfaceDescribed = 3, kTimeResolution = 9, kEndTime = 3;

/// In the machine's byte order, as the section's header says.
template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_time(std::string& out, std::int64_t at_ns) {
  const auto time = static_cast<std::uint64_t>(at_ns);
  put(out, static_cast<std::uint32_t>(time >> 32));
  put(out, static_cast<std::uint32_t>(time));
}

void pad(std::string& out) {
  out.append((4 - out.size() % 4) % 4, '\0');
}

void put_option(std::string& out, std::uint16_t code, std::string_view value) {
  constexpr std::size_t kMost = 0xFFFF;
  value = value.substr(0, kMost);
  put(out, code);
  put(out, static_cast<std::uint16_t>(value.size()));
  out += value;
  pad(out);
}

void end_options(std::string& out) {
  put(out, std::uint32_t{0});
}

std::string block(BlockType type, const std::string& body) {
  constexpr std::size_t kAround = 12;
  const auto size = static_cast<std::uint32_t>(body.size() + kAround);
  std::string out;
  out.reserve(size);
  put(out, static_cast<std::uint32_t>(type));
  put(out, size);
  out += body;
  put(out, size);
  return out;
}

}  // namespace

std::string section_header() {
  std::string body;
  put(body, std::uint32_t{0x1A2B3C4D});
  put(body, std::uint16_t{1});
  put(body, std::uint16_t{0});
  put(body, std::int64_t{-1});  // its length is not known
  put_option(body, kUserApplication, "hoplab");
  end_options(body);
  return block(kSectionHeader, body);
}

std::string interface_description(std::string_view name, std::string_view description) {
  constexpr std::uint16_t kRawIp = 101;
  std::string body;
  put(body, kRawIp);
  put(body, std::uint16_t{0});
  put(body, std::uint32_t{0});  // packets are whole
  put_option(body, kInterfaceName, name);
  put_option(body, kInterfaceDescribed, description);
  put_option(body, kTimeResolution, "\x09");
  end_options(body);
  return block(kInterfaceDescription, body);
}

std::string enhanced_packet(std::uint32_t interface, std::int64_t at_ns, std::string_view packet,
                            std::string_view comment) {
  const auto size = static_cast<std::uint32_t>(packet.size());
  std::string body;
  put(body, interface);
  put_time(body, at_ns);
  put(body, size);
  put(body, size);
  body += packet;
  pad(body);
  if (!comment.empty()) {
    put_option(body, kComment, comment);
    end_options(body);
  }
  return block(kEnhancedPacket, body);
}

std::string interface_end(std::uint32_t interface, std::int64_t at_ns) {
  std::string time, body;
  put_time(time, at_ns);
  put(body, interface);
  body += time;
  put_option(body, kEndTime, time);
  end_options(body);
  return block(kInterfaceStatistics, body);
}

std::string decryption_secrets(std::string_view lines) {
  constexpr std::uint32_t kTlsKeyLog = 0x544c534b;
  std::string body;
  put(body, kTlsKeyLog);
  put(body, static_cast<std::uint32_t>(lines.size()));
  body += lines;
  pad(body);
  return block(kDecryptionSecrets, body);
}

}  // namespace hoplab::capture
