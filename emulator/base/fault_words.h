// The words of faults, for whoever describes one and whoever carries it out. Closed sets.
#pragma once

#include <cstdint>
#include <string_view>

namespace hoplab {

/// Which way bytes move at the moment of the fault.
enum class FaultDirection : std::uint8_t { from_client, to_client, both };
std::string_view to_text(FaultDirection direction) noexcept;

enum class FaultAction : std::uint8_t {
  reset,  // RST toward the client; the component behind the hop sees a failed stream
  fin,    // an end in order: from_client is told to the component only, the others to both sides
  hold,   // nothing moves any more until the fault is disarmed: a black hole
};
std::string_view to_text(FaultAction action) noexcept;

}  // namespace hoplab
