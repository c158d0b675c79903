// LoggedTlsStream: a TLS listener's side of a connection. It counts what TLS carries and writes the
// access log's line when the connection is over.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/logs/load_balancer_log.h"
#include "aws/nlb/tls_access_log.h"
#include "net/connection.h"
#include "tls/tls_stream.h"

namespace hoplab::aws {

/// Where the lines go, and what they say of the listener.
struct TlsLogging {
  Loop& loop;
  std::string load_balancer, listener, certificate_arn;
  LoadBalancerLog& log;
};

class LoggedTlsStream final : public net::Stream {
 public:
  /// `observer` outlives the handshake.
  LoggedTlsStream(std::unique_ptr<net::Stream> lower, const tls::Context& context,
                  tls::HandshakeObserver& observer, std::shared_ptr<const TlsLogging> logging,
                  const net::Connection& connection);
  ~LoggedTlsStream() override;

  [[nodiscard]] tls::TlsStream& tls() noexcept { return *tls_; }
  /// Takes down what the journal and the line say of TLS; `well`: the client goes on to its target.
  void handshake_ended(bool well);

  net::IoResult try_read(std::span<char> into) override;
  net::IoResult try_write(std::string_view data) override;
  bool try_flush() override { return tls_->try_flush(); }
  void shutdown_write() override { tls_->shutdown_write(); }
  void reset(const Cause& cause) override { tls_->reset(cause); }
  void watch_read(WaitSlot* slot) override { tls_->watch_read(slot); }
  void watch_write(WaitSlot* slot) override { tls_->watch_write(slot); }
  void acknowledge_now() override { tls_->acknowledge_now(); }
  [[nodiscard]] std::optional<bool> reset_by_peer() override { return tls_->reset_by_peer(); }
  [[nodiscard]] Loop& loop() noexcept override { return tls_->loop(); }

 private:
  std::shared_ptr<const TlsLogging> logging_;
  std::shared_ptr<Journal> journal_;
  std::string client_;
  net::Address destination_;
  std::unique_ptr<tls::TlsStream> tls_;
  std::optional<Duration> handshake_time_;
  std::uint64_t received_ = 0, sent_ = 0;
};

}  // namespace hoplab::aws
