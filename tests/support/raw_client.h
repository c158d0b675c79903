// RawClient: a plain blocking TCP socket that says exactly what came: bytes, FIN or RST.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace hoplab::testing {

class RawClient {
 public:
  enum class End { none, fin, rst };

  /// Connects to 127.0.0.1 (or `ip`); connected() says whether that worked.
  explicit RawClient(std::uint16_t port, const std::string& ip = "127.0.0.1");
  /// Takes a connected descriptor.
  static RawClient adopt(int descriptor);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] std::uint16_t local_port() const;

  /// Blocks until all is sent; false when the peer has reset.
  bool send(std::string_view bytes);
  /// What is there now, without blocking; sets end() when an end was met.
  std::string receive_now();
  /// Blocks until the peer ends its direction. For a peer that needs no loop of ours.
  std::string receive_to_end();
  [[nodiscard]] End end() const noexcept { return end_; }

  void shutdown_write();
  /// Closes with an RST.
  void reset();
  void close();
  /// Small buffers, so that back-pressure shows early.
  void set_receive_buffer(int bytes);

 private:
  RawClient() = default;
  int descriptor_ = -1;
  End end_ = End::none;
};

void PrintTo(RawClient::End end, std::ostream* out);

/// Two ends of one real TCP connection over loopback, both non-blocking. The kernel's buffers are
/// small, so that a writer ahead of its reader has to wait.
struct TcpPair {
  int accepted = -1;
  int connected = -1;
};
TcpPair make_tcp_pair();

/// A port of 127.0.0.1 on which nobody listens: connecting is refused.
std::uint16_t closed_port();

/// A port of 127.0.0.1 that answers no SYN: its backlog is full.
class SilentPort {
 public:
  SilentPort();
  ~SilentPort();
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int listener_ = -1;
  int filler_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace hoplab::testing
