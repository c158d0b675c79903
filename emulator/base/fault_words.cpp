#include "base/fault_words.h"

namespace hoplab {

std::string_view to_text(FaultDirection direction) noexcept {
  switch (direction) {
    case FaultDirection::from_client: return "from-client";
    case FaultDirection::to_client: return "to-client";
    case FaultDirection::both: return "both";
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

}  // namespace hoplab
