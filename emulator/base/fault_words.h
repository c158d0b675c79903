// The words of faults, for whoever describes one and whoever carries it out. Closed sets.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hoplab {

/// Which way bytes move at the moment of the fault.
enum class FaultDirection : std::uint8_t { from_client, to_client, both };
std::string_view to_text(FaultDirection direction) noexcept;

enum class FaultAction : std::uint8_t {
  // Ends.
  reset,     // RST toward the client; the component behind the hop sees a failed stream
  fin,       // an end in order: from_client is told to the component only, the others to both sides
  truncate,  // the rest of the direction is dropped, and both sides are told of an end in order
  down,      // fin for who is there, and nobody else is let in
  // Bytes that do not come, or come otherwise.
  hold,       // nothing moves any more until the fault is disarmed
  blackhole,  // what is sent vanishes, though its sender is told that it has arrived
  corrupt,    // one byte is another
  // Bytes that come later, in order; ends stay behind them.
  latency,
  bandwidth,
  slice,
  slow_close,  // ends only
  // Connecting.
  slow_handshake,
  // Requests, where HTTP is spoken.
  answer,        // a status in place of the answer
  delay_head,    // the answer begins later
  cut_body,      // the connection ends in the middle of the answer
  wrong_length,  // Content-Length is larger than what comes
};
inline constexpr FaultAction kLastFaultAction = FaultAction::wrong_length;
std::string_view to_text(FaultAction action) noexcept;
std::optional<FaultAction> fault_action(std::string_view word) noexcept;

/// Whether the action is about single requests, and not about a connection's bytes.
constexpr bool is_about_requests(FaultAction action) noexcept {
  return action >= FaultAction::answer;
}
/// Whether it is about what moves on a connection that there is.
constexpr bool acts_on_streams(FaultAction action) noexcept {
  return action < FaultAction::slow_handshake;
}
/// Whether bytes or ends come later by it.
constexpr bool delays_bytes(FaultAction action) noexcept {
  return action >= FaultAction::latency && action <= FaultAction::slow_close;
}

/// How a body is cut.
enum class CutBy : std::uint8_t { reset, fin };
std::string_view to_text(CutBy cut) noexcept;

}  // namespace hoplab
