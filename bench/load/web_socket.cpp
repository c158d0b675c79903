// WebSocket's opening and frames.
#include "load/web_socket.h"

#include <openssl/evp.h>
#include <strings.h>

#include <array>

namespace hoplab::bench {
namespace {

constexpr std::uint8_t kFinal = 0x80, kMasked = 0x80;
constexpr std::size_t kShortest = 2, kMaskBytes = 4;
constexpr std::uint8_t kTwoBytesFollow = 126;  // the length; smaller ones stand by themselves
constexpr std::array<char, kMaskBytes> kMask = {'m', 'a', 's', 'k'};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

}  // namespace

std::string web_socket_accept(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  std::array<unsigned char, 64> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
  return {encoded.begin(), encoded.begin() + length};
}

std::string_view field_of(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
    const std::size_t next = head.find("\r\n", at + 2);
    std::string_view line = head.substr(at + 2, next - at - 2);
    const std::size_t colon = line.find(':');
    const bool same =
        colon == name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0;
    if (same) {
      line.remove_prefix(colon + 1);
      while (line.starts_with(' ')) line.remove_prefix(1);
      return line;
    }
    at = next;
  }
  return {};
}

std::string web_socket_frame(std::uint8_t opcode, std::string_view payload, bool masked) {
  std::string out(1, static_cast<char>(kFinal | opcode));
  const std::uint8_t mask_bit = masked ? kMasked : 0;
  if (payload.size() < kTwoBytesFollow) {
    out += static_cast<char>(mask_bit | payload.size());
  } else {
    out += static_cast<char>(mask_bit | kTwoBytesFollow);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xff);
  }
  if (!masked) return out.append(payload);
  out.append(kMask.begin(), kMask.end());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ kMask[i % kMaskBytes]);
  }
  return out;
}

std::optional<WebSocketFrame> read_web_socket_frame(std::string& bytes, std::size_t at,
                                                    bool& broken) {
  const std::string_view here = std::string_view(bytes).substr(at);
  if (here.size() < kShortest) return std::nullopt;
  const bool masked = (byte_at(here, 1) & kMasked) != 0;
  std::size_t length = byte_at(here, 1) & ~kMasked;
  std::size_t begin = kShortest;
  if (length > kTwoBytesFollow || (byte_at(here, 0) & kFinal) == 0) {
    broken = true;
    return std::nullopt;
  }
  if (length == kTwoBytesFollow) {
    begin += 2;
    if (here.size() < begin) return std::nullopt;
    length = static_cast<std::size_t>(byte_at(here, 2)) << 8 | byte_at(here, 3);
  }
  const std::size_t mask_at = begin;
  if (masked) begin += kMaskBytes;
  if (here.size() < begin + length) return std::nullopt;
  for (std::size_t i = 0; masked && i < length; ++i) {
    char& one = bytes[at + begin + i];
    one = static_cast<char>(one ^ here[mask_at + i % kMaskBytes]);
  }
  const auto opcode = static_cast<std::uint8_t>(byte_at(here, 0) & 0x0f);
  return WebSocketFrame{opcode, here.substr(begin, length), begin + length};
}

}  // namespace hoplab::bench
