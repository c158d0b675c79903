#include "aws/target_group/target.h"

namespace hoplab::aws {

std::string_view to_text(TargetState state) noexcept {
  switch (state) {
    case TargetState::initial: return "initial";
    case TargetState::healthy: return "healthy";
    case TargetState::unhealthy: return "unhealthy";
    case TargetState::unused: return "unused";
    case TargetState::draining: return "draining";
    case TargetState::unavailable: return "unavailable";
  }
  return "";
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
