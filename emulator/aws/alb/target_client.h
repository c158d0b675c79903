// Forwarding: one request to a target, the answer back, and the status an ALB gives when the
// target does not answer (alb.md 3 and 8).
#pragma once

#include "aws/target_group/target.h"
#include "http/server.h"

namespace hoplab::aws {

/// How connecting to the target went, where it was necessary.
enum class Dial : std::uint8_t { well, not_accepted, tls_failed };

struct ForwardOutcome {
  Dial dial = Dial::well;
  bool connected = false;  // a new TCP connection was made for it
  /// 0: `response` holds the head of the target's answer; or, with its status at 0, the client's
  /// request broke off, which whoever serves the client knows better. 460: the client is gone.
  /// Otherwise the status that the load balancer gives, 502 or 504, for `reason`.
  int elb_status = 0;
  Reason reason = Reason::target_unreachable;
};

/// Returns when the answer's head is known. `request` holds the fields that the target is to see;
/// it and its body live as long as response.body, which owns the rest of the exchange: both
/// directions go on by themselves until both are done. `idle_timeout` is the load balancer's. A
/// target in this process that answers by itself, and not what it was asked for, is noted in
/// `journal`. A new connection carries `token`.
Task<ForwardOutcome> forward(Target& target, http::Request& request, http::Response& response,
                             Duration idle_timeout, Journal& journal,
                             std::shared_ptr<const void> token);

}  // namespace hoplab::aws
