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
    case FaultAction::truncate: return "truncate";
    case FaultAction::down: return "down";
    case FaultAction::hold: return "hold";
    case FaultAction::blackhole: return "blackhole";
    case FaultAction::corrupt: return "corrupt";
    case FaultAction::latency: return "latency";
    case FaultAction::bandwidth: return "bandwidth";
    case FaultAction::slice: return "slice";
    case FaultAction::slow_close: return "slow-close";
    case FaultAction::slow_handshake: return "slow-handshake";
    case FaultAction::answer: return "answer";
    case FaultAction::delay_head: return "delay-head";
    case FaultAction::cut_body: return "cut-body";
    case FaultAction::wrong_length: return "wrong-length";
  }
  return "";
}

std::optional<FaultAction> fault_action(std::string_view word) noexcept {
  for (int i = 0; i <= static_cast<int>(kLastFaultAction); ++i) {
    const auto action = static_cast<FaultAction>(i);
    if (to_text(action) == word) return action;
  }
  return std::nullopt;
}

std::string_view to_text(CutBy cut) noexcept {
  return cut == CutBy::reset ? "reset" : "fin";
}

}  // namespace hoplab
