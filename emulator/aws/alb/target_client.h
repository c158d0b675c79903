// Forwarding: one request to a target, the answer back, and the status an ALB gives when the
// target does not answer (alb.md sections 3 and 8).
#pragma once

#include "aws/target_group/target.h"
#include "http/server.h"

namespace hoplab::aws {

/// How connecting to the target went, where it was necessary.
enum class Dial : std::uint8_t { well, not_accepted, tls_failed };

struct ForwardOutcome {
  Dial dial = Dial::well;
  /// 0: `response` holds the target's answer. Otherwise the status that the load balancer gives:
  /// 502, 504; 460 when the client went away first.
  int elb_status = 0;
};

/// `request` holds the fields that the target is to see. `idle_timeout` is the load balancer's.
Task<ForwardOutcome> forward(Target& target, http::Request& request, http::Response& response,
                             Duration idle_timeout);

}  // namespace hoplab::aws
