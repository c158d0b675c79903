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
  /// Sends as much of it as the peer takes; false once it takes nothing for a moment.
  bool send_now(std::string_view bytes);
  /// What is there now, without blocking; sets end() when an end was met.
  std::string receive_now();
  /// Blocks until what was received ends with `text`, or the peer has ended its direction.
  std::string receive_until(std::string_view text);
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

/// Sends what fits, after waiting a moment for room; false when there is none.
bool send_while_taken(int descriptor, std::string_view bytes);

void PrintTo(RawClient::End end, std::ostream* out);

/// A listening port of 127.0.0.1, for a test that plays the server.
class RawServer {
 public:
  RawServer();
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// The next connection; blocks.
  RawClient accept();
  /// Connecting is refused from now on.
  void close();

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
};

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
