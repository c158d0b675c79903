// WebSocket's opening and frames (RFC 6455), as far as a client and a target that echoes need them:
// whole messages of at most 64 KiB, each in one frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::bench {

// Sec-WebSocket-Accept for the key of a request (RFC 6455, section 4.2.2).
std::string web_socket_accept(std::string_view key);

// The value of a field of a head; "" when there is none.
std::string_view field_of(std::string_view head, std::string_view name);

struct WebSocketFrame {
  static constexpr std::uint8_t kBinary = 2, kClose = 8;
  std::uint8_t opcode = kBinary;
  std::string_view payload;  // unmasked
  std::size_t size = 0;      // of the whole frame
};

// Clients mask what they send; the key is any.
std::string web_socket_frame(std::uint8_t opcode, std::string_view payload, bool masked);

// The frame at the beginning of `bytes`, which is unmasked in place; nothing while it is not whole.
// `broken` is set by what no such client or target sends.
std::optional<WebSocketFrame> read_web_socket_frame(std::string& bytes, std::size_t at,
                                                    bool& broken);

}  // namespace hoplab::bench
