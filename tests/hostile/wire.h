// The client's side of the hostile run: sockets that never wait longer than a watchdog, and a TLS
// client over memory buffers whose bytes can be spoilt on their way to the socket.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::hostile {

class Socket {
 public:
  Socket() = default;
  /// Connects; connected() says whether that worked. Reads give up after `patience_s` seconds.
  Socket(const std::string& ip, std::uint16_t port, int patience_s);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  [[nodiscard]] bool connected() const noexcept { return fd_ >= 0; }
  /// Sends what fits now, without waiting. False when the connection is gone or full.
  bool send(std::string_view bytes);
  enum class Got { bytes, end, reset, nothing };
  /// Waits for something; `nothing` after the patience.
  Got receive(std::string& into);
  /// Likewise, at most `milliseconds`.
  Got receive_for(std::string& into, int milliseconds);
  void half_close();
  void reset();
  void close();

 private:
  int fd_ = -1;
};

/// What happens to the client's bytes below TLS, counted from the first.
struct Spoil {
  std::optional<std::size_t> flip_at;  // one bit of this byte
  unsigned flip_bit = 0;
  std::optional<std::size_t> cut_at;  // nothing from here on is sent
};

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSsl>;

class TlsClient {
 public:
  TlsClient(SSL_CTX* context, Socket& socket, std::string_view alpn, Spoil spoil = {});

  /// False when it failed; the socket may be at its end.
  bool handshake();
  bool write(std::string_view text);
  /// Decrypted bytes, or how it ended.
  Socket::Got read(std::string& into);
  Socket::Got read_for(std::string& into, int milliseconds);
  void close_notify();

 private:
  bool flush();
  Socket::Got decrypt(std::string& into);
  Socket::Got feed(int milliseconds);

  std::unique_ptr<SSL, FreeSsl> ssl_;
  Socket& socket_;
  Spoil spoil_;
  std::size_t sent_ = 0;
};

}  // namespace hoplab::hostile
