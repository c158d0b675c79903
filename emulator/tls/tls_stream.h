// TlsStream: TLS as a stream on a stream.
//
// OpenSSL reads and writes our BIO, so what leaves is ours to decide: when a handshake fails
// nothing of the failure (no alert) has left, and the caller resets, as an ALB does.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/cause.h"
#include "net/stream.h"
#include "tls/context.h"

struct x509_st;
struct stack_st_X509;

namespace hoplab::tls {

/// What a client whose certificate is refused may be told (RFC 8446 section 6.2).
enum class RefusalAlert : std::uint8_t {
  none,  // nothing leaves
  bad_certificate,
  unsupported_certificate,
  certificate_revoked,
  certificate_expired,
  certificate_unknown,
};

/// Told about a server handshake while it runs.
class HandshakeObserver {
 public:
  virtual ~HandshakeObserver() = default;
  virtual void reached(Stage stage) = 0;
  /// The client's certificates in wire order, leaf first. False refuses them. Possession of the
  /// leaf's key is checked by TLS itself, after this.
  virtual bool accept_client_certificate(x509_st* leaf, stack_st_X509* presented,
                                         ProtocolVersion version) = 0;
  /// Asked after a refusal. With another answer than `none`, a missing certificate and one without
  /// its key are answered by OpenSSL's alerts as well.
  virtual RefusalAlert refusal_alert() { return RefusalAlert::none; }
  /// Asked when a certificate was accepted: whether the handshake goes on if the client then does
  /// not prove that it holds the leaf's key; key_not_proven() says so. Only a signature that does
  /// not verify can be passed over; a message that cannot be read fails the handshake in any case.
  virtual bool goes_on_without_key(ProtocolVersion) { return false; }
  virtual void key_not_proven() {}
};

enum class HandshakeFailure : std::uint8_t {
  none,
  peer_closed,  // FIN in the handshake
  peer_reset,   // RST in the handshake
  peer_alert,   // the peer sent a fatal alert
  timeout,
  plain_http,             // the first bytes are an HTTP request
  certificate_refused,    // accept_client_certificate() said no
  certificate_missing,    // required, and none came
  certificate_invalid,    // its message or what is in it cannot be read
  certificate_too_large,  // its message was not read, or not whole
  key_not_proven,         // the signature by the leaf's key does not verify, or cannot be read
  negotiation,            // version, cipher, or anything else
};

/// Whether it is about the client's certificate.
[[nodiscard]] bool is_about_certificate(HandshakeFailure failure) noexcept;

struct HandshakeResult {
  HandshakeFailure failure = HandshakeFailure::none;
  unsigned long error = 0;  // OpenSSL's, for people; 0 when the peer ended it
  std::string words;        // what a server and its client did not agree about; may be empty
};

struct HandshakeProgress;

class TlsStream final : public net::Stream {
 public:
  /// As a server; `observer` may be null and must outlive the handshake.
  static std::unique_ptr<TlsStream> server(std::unique_ptr<net::Stream> lower,
                                           const Context& context, HandshakeObserver* observer);
  /// As a client; an empty `sni` sends none.
  static std::unique_ptr<TlsStream> client(std::unique_ptr<net::Stream> lower,
                                           const Context& context, const std::string& sni);
  ~TlsStream() override;

  /// Before the handshake, of a client: when the server's certificate must be valid, in seconds
  /// since the Unix epoch; else now, by the machine's clock.
  void verify_at(std::int64_t seconds);
  /// At most `timeout` of emulated time. A failure leaves nothing on the wire but what
  /// HandshakeObserver::refusal_alert() allows; with `alert`, OpenSSL's alert.
  Task<HandshakeResult> handshake(Duration timeout, bool alert = false);

  [[nodiscard]] ProtocolVersion protocol() const;  // once the ServerHello is written
  [[nodiscard]] std::string version() const;       // "TLSv1.2"; empty before the ServerHello
  [[nodiscard]] std::string cipher() const;        // OpenSSL's name
  [[nodiscard]] std::string key_exchange() const;  // "x25519", "secp256r1", "RSA"; empty: not yet
  [[nodiscard]] std::string_view alpn() const;     // "h2", "http/1.1" or empty
  [[nodiscard]] std::string server_name() const;   // the client's SNI; empty when there is none
  /// Of a server: which of its context's certificates the client was given; 0: the default.
  [[nodiscard]] std::size_t certificate_index() const;
  /// Whether that one has the client's server_name().
  [[nodiscard]] bool certificate_has_server_name() const;
  [[nodiscard]] bool session_reused() const;
  /// The stream below, for what is said before TLS.
  [[nodiscard]] net::Stream& lower() noexcept { return *lower_; }
  /// After a handshake that failed: the stream below, for what is said instead of TLS. The last
  /// call.
  [[nodiscard]] std::unique_ptr<net::Stream> take_lower() noexcept { return std::move(lower_); }
  /// True when the peer's last words were a fatal alert.
  [[nodiscard]] bool peer_sent_alert() const noexcept { return peer_alert_.has_value(); }
  /// Its number (RFC 8446 section 6).
  [[nodiscard]] std::optional<int> peer_alert() const noexcept { return peer_alert_; }

  net::IoResult try_read(std::span<char> into) override;
  net::IoResult try_write(std::string_view data) override;
  bool try_flush() override;
  void shutdown_write() override;  // close_notify, then FIN
  void reset(const Cause& cause) override;
  void watch_read(WaitSlot* slot) override;
  void watch_write(WaitSlot* slot) override;
  [[nodiscard]] std::optional<bool> reset_by_peer() override { return lower_->reset_by_peer(); }
  [[nodiscard]] Loop& loop() noexcept override { return lower_->loop(); }

 private:
  friend struct StreamBio;
  friend struct Callbacks;
  TlsStream(std::unique_ptr<net::Stream> lower, const Context& context,
            HandshakeObserver* observer);

  /// SSL_do_handshake().
  int shake_hands(HandshakeProgress& progress);
  HandshakeResult classify_failure(const HandshakeProgress& progress);
  /// Of a negotiation that failed by OpenSSL's `error`.
  [[nodiscard]] std::string disagreement(unsigned long error) const;
  [[nodiscard]] bool refusal_is_told(HandshakeFailure failure) const;
  /// The result for an SSL_read or SSL_do_handshake that could not go on.
  net::IoResult read_failure(int ssl_result);

  std::unique_ptr<net::Stream> lower_;
  Context context_;  // the choice of certificate reads it during the handshake
  ssl_st* ssl_;
  HandshakeObserver* observer_;
  HandshakeProgress* progress_ = nullptr;  // while OpenSSL works on a handshake
  std::string out_;                        // encrypted, not yet taken by the stream below
  std::size_t out_sent_ = 0;
  net::IoStatus lower_read_ = net::IoStatus::ok;  // how the last read below ended
  bool read_blocked_ = false;                     // the last try_read() used up all input
  std::optional<int> peer_alert_;
  bool failed_ = false;
  bool write_shut_ = false;
  bool fin_waits_ = false;  // for out_, because the stream below was full
};

}  // namespace hoplab::tls
