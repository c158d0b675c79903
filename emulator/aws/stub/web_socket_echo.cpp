#include "aws/stub/web_socket_echo.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/ascii.h"

namespace hoplab::aws {

namespace {

// RFC 6455 5.2.
constexpr unsigned char kReservedBits = 0x70, kOpcode = 0x0f, kMaskBit = 0x80, kLengthBits = 0x7f;
constexpr unsigned char kControl = 0x08, kClose = 0x08, kPing = 0x09, kPong = 0x0a;
constexpr unsigned char kMostOfControl = 125;
/// A close for "protocol error" (RFC 6455 7.4.1).
constexpr std::string_view kProtocolError("\x88\x02\x03\xea", 4);

unsigned char byte_of(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// How long the header is that begins so.
std::size_t header_size(std::string_view begun) {
  if (begun.size() < 2) return 2;
  const unsigned length = byte_of(begun, 1) & kLengthBits;
  const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
  return 2 + more + ((byte_of(begun, 1) & kMaskBit) != 0 ? 4 : 0);
}

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 4.2.2).
std::string web_socket_accept(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char hash[20];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), hash, &size, EVP_sha1(), nullptr);
  unsigned char encoded[29];
  EVP_EncodeBlock(encoded, hash, static_cast<int>(size));
  return reinterpret_cast<const char*>(encoded);
}

}  // namespace

bool WebSocketFrames::take(std::string_view bytes, std::string& out) {
  for (;;) {
    if (in_payload_) take_payload(bytes, out);
    if (in_payload_) return true;
    if (std::exchange(closes_, false)) return false;
    while (header_.size() < header_size(header_)) {
      const std::size_t some = std::min(bytes.size(), header_size(header_) - header_.size());
      if (some == 0) return true;
      header_ += bytes.substr(0, some);
      bytes.remove_prefix(some);
    }
    if (!take_header(out)) return false;
    header_.clear();
  }
}

bool WebSocketFrames::take_header(std::string& out) {
  const unsigned char first = byte_of(header_, 0), second = byte_of(header_, 1);
  const unsigned char opcode = first & kOpcode;
  const bool known = opcode <= 2 || (opcode >= kClose && opcode <= kPong);
  const bool control_is_short =
      (opcode & kControl) == 0 || (second & kLengthBits) <= kMostOfControl;
  if ((second & kMaskBit) == 0 || (first & kReservedBits) != 0 || !known || !control_is_short) {
    out += kProtocolError;
    return false;
  }
  const std::size_t before_mask = header_.size() - sizeof mask_;
  left_ = second & kLengthBits;
  if (before_mask > 2) {
    left_ = 0;
    for (std::size_t i = 2; i < before_mask; ++i) left_ = left_ << 8 | byte_of(header_, i);
  }
  std::copy_n(header_.end() - sizeof mask_, sizeof mask_, mask_);
  at_ = 0;
  silent_ = opcode == kPong;
  closes_ = opcode == kClose;
  in_payload_ = true;
  if (silent_) return true;
  const auto answer = static_cast<unsigned char>(opcode == kPing ? (first ^ kPing ^ kPong) : first);
  out += static_cast<char>(answer);
  out += static_cast<char>(second & kLengthBits);
  out.append(header_, 2, before_mask - 2);
  return true;
}

void WebSocketFrames::take_payload(std::string_view& bytes, std::string& out) {
  const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  if (!silent_) {
    for (const char byte : bytes.substr(0, some)) {
      out += static_cast<char>(static_cast<unsigned char>(byte) ^ mask_[at_++ % sizeof mask_]);
    }
  }
  bytes.remove_prefix(some);
  left_ -= some;
  in_payload_ = left_ > 0;
}

Task<net::ServeEnd> WebSocketEcho::run(net::Stream& client) {
  WebSocketFrames frames;
  std::array<char, 16 * 1024> buffer;
  std::string answer;
  for (bool more = true; more;) {
    const net::IoResult read = co_await net::read_some(client, buffer);
    if (read.ended()) {
      const bool in_order = read.status == net::IoStatus::closed;
      co_return net::ServeEnd{in_order ? Reason::client_closed : Reason::client_reset,
                              in_order ? EndKind::fin : EndKind::rst};
    }
    answer.clear();
    more = frames.take({buffer.data(), read.size}, answer);
    if (answer.empty()) continue;
    const net::IoResult written = co_await net::write_all(client, answer);
    if (written.ended()) co_return net::ServeEnd{Reason::client_reset, EndKind::rst};
  }
  co_return net::ServeEnd{Reason::connection_close, EndKind::fin};
}

bool echo_web_socket(const http::Request& request, http::Response& response) {
  const std::string_view key = request.headers.get("Sec-WebSocket-Key");
  if (!iequals(request.upgrade, "websocket") || key.empty()) return false;
  response.status = 101;
  response.reason = "Switching Protocols";
  response.headers.add("Upgrade", "websocket");
  response.headers.add("Connection", "Upgrade");
  response.headers.add("Sec-WebSocket-Accept", response.arena.copy(web_socket_accept(key)));
  response.upgrade = std::make_unique<WebSocketEcho>();
  return true;
}

}  // namespace hoplab::aws
