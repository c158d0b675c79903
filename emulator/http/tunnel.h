// Tunnel: after an answer of 101, the client's connection and the target's as one (RFC 9110 7.8).
#pragma once

#include <memory>
#include <string>

#include "http/message.h"
#include "net/stream.h"

namespace hoplab::http {

class Tunnel final : public Upgrade {
 public:
  /// `read_too_far`: what the target has sent behind its answer. `idle`: emulated time without a
  /// byte either way. `token` lives as long as the tunnel.
  Tunnel(std::unique_ptr<net::Stream> target, std::string_view read_too_far, Duration idle,
         std::shared_ptr<const void> token)
      : target_(std::move(target)),
        read_too_far_(read_too_far),
        idle_(idle),
        token_(std::move(token)) {}

  Task<net::ServeEnd> run(net::Stream& client) override;
  /// Resetting it ends the tunnel.
  [[nodiscard]] net::Stream& target() noexcept { return *target_; }

 private:
  std::unique_ptr<net::Stream> target_;
  std::string read_too_far_;
  Duration idle_;
  std::shared_ptr<const void> token_;
};

}  // namespace hoplab::http
