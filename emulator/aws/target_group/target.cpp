#include "aws/target_group/target.h"

namespace hoplab::aws {

std::string_view to_text(TargetState state) noexcept {
  switch (state) {
    case TargetState::initial: return "initial";
    case TargetState::healthy: return "healthy";
    case TargetState::unhealthy: return "unhealthy";
    case TargetState::unhealthy_draining: return "unhealthy.draining";
    case TargetState::unused: return "unused";
    case TargetState::draining: return "draining";
    case TargetState::unavailable: return "unavailable";
  }
  return "";
}

Reachability reachability_after(const net::Dialer::Dialed& dialed) noexcept {
  if (!dialed.accepted && dialed.failure == Reason::target_connect_timeout)
    return Reachability::silent;
  if (!dialed.accepted && dialed.failure == Reason::target_unreachable)
    return Reachability::refuses;
  return Reachability::answers;
}

}  // namespace hoplab::aws
