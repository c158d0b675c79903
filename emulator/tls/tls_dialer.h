// TlsDialer: opens a TLS connection as a load balancer does to its targets: the target's
// certificate is not validated and no SNI is sent (alb.md 4.4). Or as anybody does to a web site:
// by name, which the certificate must have, by an authority of the context, now.
#pragma once

#include "net/connection.h"
#include "tls/context.h"

namespace hoplab::tls {

class TlsDialer final : public net::Dialer {
 public:
  /// An empty `server_name`: as to a target.
  TlsDialer(std::unique_ptr<net::Dialer> lower, Context context, std::string server_name = {})
      : lower_(std::move(lower)),
        context_(std::move(context)),
        server_name_(std::move(server_name)) {}

  /// `timeout` counts for connecting and again for the handshake, as an ALB's two 10 s do.
  Task<Dialed> dial(Duration timeout, const net::DialOptions& options) override;
  [[nodiscard]] net::Address address() const override { return lower_->address(); }

 private:
  std::unique_ptr<net::Dialer> lower_;
  Context context_;
  std::string server_name_;
};

}  // namespace hoplab::tls
