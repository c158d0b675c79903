#include "diagnose/capture/capture_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "diagnose/capture/byte_reader.h"

namespace hoplab::diagnose {

namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
// Of pcapng.
constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A, kInterface = 1, kSimplePacket = 3,
                        kInterfaceStatistics = 5, kEnhancedPacket = 6, kDecryptionSecrets = 10;
constexpr std::uint32_t kTlsKeyLog = 0x544c534b;
constexpr std::uint16_t kComment = 1, kInterfaceName = 2, kTsResolution = 9, kEndTime = 3;

Result<CaptureFile> read_pcap(ByteReader in, std::int64_t units_per_second) {
  CaptureFile file;
  in.skip(4 + 2 + 2 + 4 + 4 + 4);  // magic, version, zone, accuracy, snap length
  const std::uint32_t link = in.u32() & 0x0FFFFFFF;
  while (in.left() > 0) {
    Packet packet;
    const std::int64_t seconds = in.u32(), fraction = in.u32();
    const std::uint32_t kept = in.u32();
    packet.length = in.u32();
    packet.bytes = in.bytes(kept);
    if (in.failed()) {
      file.cut_off = true;
      break;
    }
    packet.at_ns = seconds * kNanoseconds + fraction * (kNanoseconds / units_per_second);
    packet.link = link;
    file.packets.push_back(std::move(packet));
  }
  return file;
}

struct Interface {
  std::uint32_t link = 0;
  std::string name;
  std::uint64_t units_per_second = 1'000'000;

  [[nodiscard]] std::int64_t nanoseconds(std::uint64_t time) const {
    // Of what is no time only as much as can be reckoned with.
    constexpr std::uint64_t kLastSecond = 4'000'000'000;
    const std::uint64_t seconds = std::min(time / units_per_second, kLastSecond),
                        rest = time % units_per_second;
    return static_cast<std::int64_t>(seconds * kNanoseconds +
                                     rest * kNanoseconds / units_per_second);
  }
};

template <class Each>
void each_option(ByteReader in, Each&& each) {
  while (in.left() >= 4) {
    const std::uint16_t code = in.u16(), size = in.u16();
    const std::string_view value = in.view(size);
    if (code == 0 || in.failed()) return;
    each(code, value);
    in.skip((4u - size % 4u) % 4u);
  }
}

std::uint64_t units_per_second(std::uint8_t resolution) {
  const bool of_two = resolution & 0x80;
  const int exponent = resolution & 0x7F;
  constexpr int kMostTens = 18, kMostTwos = 60;
  std::uint64_t units = 1;
  for (int i = 0; i < exponent && i < (of_two ? kMostTwos : kMostTens); ++i)
    units *= of_two ? 2 : 10;
  return units;
}

Interface read_interface(ByteReader in) {
  Interface made;
  made.link = in.u16();
  in.skip(2 + 4);
  each_option(in, [&made](std::uint16_t code, std::string_view value) {
    if (code == kInterfaceName) made.name = value;
    if (code == kTsResolution && value.size() == 1)
      made.units_per_second = units_per_second(static_cast<std::uint8_t>(value[0]));
  });
  return made;
}

class PcapngReader {
 public:
  explicit PcapngReader(std::string_view bytes) : bytes_(bytes) {}

  Result<CaptureFile> read() {
    while (at_ + 12 <= bytes_.size()) {
      ByteReader head(bytes_.substr(at_, 12), little_);
      const std::uint32_t type = head.u32();
      if (type == kSectionHeader) begin_section();
      ByteReader again(bytes_.substr(at_ + 4, 4), little_);
      const std::uint32_t size = again.u32();
      if (size < 12 || size % 4 != 0) return Error{"a block of the pcapng file has no length"};
      if (at_ + size > bytes_.size()) {
        file_.cut_off = true;
        break;
      }
      read_block(type, bytes_.substr(at_ + 8, size - 12));
      at_ += size;
    }
    return std::move(file_);
  }

 private:
  void begin_section() {
    little_ = true;
    if (ByteReader(bytes_.substr(at_ + 8, 4), true).u32() != 0x1A2B3C4D) little_ = false;
    interfaces_.clear();
    first_interface_ = static_cast<std::uint32_t>(file_.interfaces.size());
  }

  void read_block(std::uint32_t type, std::string_view body) {
    ByteReader in(body, little_);
    if (type == kInterface) {
      interfaces_.push_back(read_interface(in));
      file_.interfaces.push_back(interfaces_.back().name);
    }
    if (type == kEnhancedPacket) {
      const std::uint32_t which = in.u32();
      const std::uint64_t high = in.u32(), low = in.u32();
      const std::uint32_t kept = in.u32(), length = in.u32();
      add(which, (high << 32) | low, in.bytes(kept), length, in.failed());
      in.skip((4u - kept % 4u) % 4u);
      each_option(in, [this](std::uint16_t code, std::string_view value) {
        if (code == kComment && !file_.packets.empty()) file_.packets.back().comment = value;
      });
    }
    if (type == kSimplePacket) {
      const std::uint32_t length = in.u32();
      add(0, 0, in.bytes(std::min<std::size_t>(length, in.left())), length, in.failed());
    }
    if (type == kInterfaceStatistics) {
      const std::uint32_t which = in.u32();
      in.skip(4 + 4);
      each_option(in, [this, which](std::uint16_t code, std::string_view value) {
        if (code == kEndTime) read_end(which, ByteReader(value, little_));
      });
    }
    if (type == kDecryptionSecrets && in.u32() == kTlsKeyLog) {
      const std::uint32_t size = in.u32();
      file_.tls_secrets += in.bytes(size);
    }
  }

  void read_end(std::uint32_t which, ByteReader value) {
    const std::uint64_t high = value.u32(), low = value.u32();
    if (value.failed() || which >= interfaces_.size()) return;
    file_.ended_ns = std::max(file_.ended_ns, interfaces_[which].nanoseconds((high << 32) | low));
  }

  void add(std::uint32_t which, std::uint64_t time, std::string bytes, std::uint32_t length,
           bool failed) {
    if (failed || which >= interfaces_.size()) return;
    file_.packets.push_back({interfaces_[which].nanoseconds(time),
                             interfaces_[which].link,
                             std::move(bytes),
                             length,
                             first_interface_ + which,
                             {}});
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool little_ = true;
  std::vector<Interface> interfaces_;  // of the section
  std::uint32_t first_interface_ = 0;  // its number in the file
  CaptureFile file_;
};

Result<CaptureFile> read_any(const std::string& bytes) {
  constexpr std::size_t kPcapHeader = 24;
  if (bytes.size() < kPcapHeader) return Error{"it is too short for a capture"};
  const std::uint32_t magic = ByteReader(bytes, true).u32();
  switch (magic) {
    case 0xA1B2C3D4: return read_pcap(ByteReader(bytes, true), 1'000'000);
    case 0xD4C3B2A1: return read_pcap(ByteReader(bytes, false), 1'000'000);
    case 0xA1B23C4D: return read_pcap(ByteReader(bytes, true), kNanoseconds);
    case 0x4D3CB2A1: return read_pcap(ByteReader(bytes, false), kNanoseconds);
    case kSectionHeader: return PcapngReader(bytes).read();
    default: return Error{"it is neither a pcap nor a pcapng file"};
  }
}

}  // namespace

Result<CaptureFile> read_capture(const std::string& bytes) {
  auto file = read_any(bytes);
  if (!file) return file;
  for (const Packet& packet : file.value().packets)
    file.value().ended_ns = std::max(file.value().ended_ns, packet.at_ns);
  return file;
}

}  // namespace hoplab::diagnose
