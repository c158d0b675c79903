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
  if (!dialed.accepted && dialed.failure == Reason::target_timeout) return Reachability::silent;
  if (!dialed.accepted && dialed.failure == Reason::target_unreachable) return Reachability::refuses;
  return Reachability::answers;
}

std::unique_ptr<http::Http1Client> Target::take_connection() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->alive()) return connection;
  }
  return nullptr;
}

void Target::give_back(std::unique_ptr<http::Http1Client> connection) {
  if (connection->reusable()) idle_.push_back(std::move(connection));
}

}  // namespace hoplab::aws
