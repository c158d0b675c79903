// X-Amzn-Trace-Id, the field by which requests are followed (alb.md 4.2).
// AWS: "Request tracing for your Application Load Balancer".
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"

namespace hoplab::aws {

/// The value that a target receives: a new Root when the client sent none; else the client's own
/// with a new Self before it, or with its Self replaced. `received` is the client's value; pass an
/// empty one to have it dropped. The result lives in `arena` or in `received`.
std::string_view trace_id_for_target(std::string_view received, Time now, Rng& rng, Arena& arena);

}  // namespace hoplab::aws
