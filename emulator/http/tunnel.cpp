#include "http/tunnel.h"

#include "net/pump.h"

namespace hoplab::http {

Task<net::ServeEnd> Tunnel::run(net::Stream& client) {
  const net::ServeEnd end = co_await net::pump_both_ways(client, *target_, idle_, read_too_far_);
  if (end.how == EndKind::rst) {
    target_->reset(Cause{.reason = end.reason, .at = client.loop().now()});
  } else {
    target_->shutdown_write();
  }
  co_return end;
}

}  // namespace hoplab::http
