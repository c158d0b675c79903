// TlsDialer: opens a TLS connection as a load balancer does to its targets: the target's
// certificate is not validated and no SNI is sent (alb.md 4.4).
#pragma once

#include "net/connection.h"
#include "tls/context.h"

namespace hoplab::tls {

class TlsDialer final : public net::Dialer {
 public:
  TlsDialer(std::unique_ptr<net::Dialer> lower, Context context)
      : lower_(std::move(lower)), context_(std::move(context)) {}

  /// `timeout` counts for connecting and again for the handshake, as an ALB's two 10 s do.
  Task<Dialed> dial(Duration timeout, const net::DialOptions& options) override;
  [[nodiscard]] net::Address address() const override { return lower_->address(); }

 private:
  std::unique_ptr<net::Dialer> lower_;
  Context context_;
};

}  // namespace hoplab::tls
