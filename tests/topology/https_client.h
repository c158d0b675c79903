// A blocking HTTPS client for tests of whole emulators: plain OpenSSL on a socket, so that what it
// sees is what any client sees. Waits at most a watchdog's time for anything.
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "topology/emulator.h"

namespace hoplab::testing {

/// As the kernel takes it.
sockaddr_in to_raw(const std::string& ip, std::uint16_t port);

class HttpsClient {
 public:
  enum class End { none, fin, rst, nothing };

  /// Connects to `door`, with TLS when a certificate (or "none") is named.
  HttpsClient(const Emulator& emulator, const EndpointAddress& door,
              const std::string& certificate);
  /// With TLS up to `newest_version` (OpenSSL's number), showing the certificate in these files;
  /// with none when the paths are empty.
  HttpsClient(const Emulator& emulator, const EndpointAddress& door, const CertificatePaths& files,
              int newest_version = TLS1_3_VERSION);
  /// To the emulator's entry.
  explicit HttpsClient(const Emulator& emulator, const std::string& certificate = "my_client")
      : HttpsClient(emulator, emulator.endpoints().front(), certificate) {}
  /// TCP only.
  static HttpsClient plain(const Emulator& emulator) {
    return HttpsClient(emulator, emulator.endpoints().front(), "");
  }
  /// TCP only, from that address; `source_port` 0: any.
  static HttpsClient from(const EndpointAddress& door, const std::string& source_ip,
                          std::uint16_t source_port);
  /// Whether a SYN is answered by an accept; gives up when the kernel would send a second one.
  static bool answers(const EndpointAddress& door, const std::string& source_ip = "127.0.0.1");
  /// What a client that offers h2 and http/1.1 agrees on; empty: nothing.
  static std::string alpn_of(const Emulator& emulator, const EndpointAddress& door);
  ~HttpsClient();
  HttpsClient(HttpsClient&& other) noexcept;
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  /// The handshake is done (plain: the connection is made).
  [[nodiscard]] bool connected() const noexcept { return connected_; }
  bool send(std::string_view text);
  /// Sends as much of it as is taken; false once nothing is taken for a moment.
  bool send_now(std::string_view text);
  /// FIN, behind close_notify with TLS; what the peer says can still be received.
  void shutdown_write();
  /// Everything up to the first `text`; what follows is kept.
  std::string receive_until(std::string_view text);
  /// One answer, head and body, by its Content-Length. Empty at an end.
  std::string receive_answer();
  /// Everything until the end.
  std::string receive_to_end();
  /// Sends GET `path` and receives the answer.
  std::string get(const std::string& path);
  /// RFC 2253, of the authorities that the server asked for.
  [[nodiscard]] std::vector<std::string> advertised_ca_names() const;
  /// Whether the peer has sent or ended anything that was not received yet; does not wait.
  [[nodiscard]] bool peer_has_spoken() const;
  [[nodiscard]] End end() const noexcept { return end_; }
  /// The number of the fatal alert that came; -1: none did.
  [[nodiscard]] int alert() const noexcept { return alert_; }
  [[nodiscard]] std::uint16_t local_port() const;
  void close();

 private:
  explicit HttpsClient(const EndpointAddress& door, const std::string& source_ip = {},
                       std::uint16_t source_port = 0);
  void connect_tls(const Emulator& emulator, const CertificatePaths& files, int newest_version,
                   bool offer_alpn = false);
  bool receive_some();
  void note_alert();

  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::string host_;
  int fd_ = -1;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string buffer_;
  bool connected_ = false;
  End end_ = End::none;
  int alert_ = -1;
};

}  // namespace hoplab::testing
