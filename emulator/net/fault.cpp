#include "net/fault.h"

namespace hoplab::net {

std::string_view to_text(Direction direction) noexcept {
  switch (direction) {
    case Direction::from_client: return "from-client";
    case Direction::to_client: return "to-client";
    case Direction::both: return "both";
  }
  return "";
}

std::string_view to_text(FaultAction action) noexcept {
  switch (action) {
    case FaultAction::reset: return "reset";
    case FaultAction::fin: return "fin";
    case FaultAction::hold: return "hold";
  }
  return "";
}

}  // namespace hoplab::net
