// Forwarding: one request to a target group, the answer back, and the status an ALB gives when the
// target does not answer (alb.md sections 3 and 8).
#pragma once

#include "aws/target_group/target_group.h"
#include "http/server.h"

namespace hoplab::aws {

struct ForwardOutcome {
  Target* target = nullptr;  // who was asked; null: nobody could be
  /// 0: `response` holds the target's answer. Otherwise the status that the load balancer gives:
  /// 502, 503, 504; 460 when the client went away first.
  int elb_status = 0;
};

/// `request` holds the fields that the target is to see. `idle_timeout` is the load balancer's.
Task<ForwardOutcome> forward(TargetGroup& group, http::Request& request, http::Response& response,
                             Duration idle_timeout);

}  // namespace hoplab::aws
